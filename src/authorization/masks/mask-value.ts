import type { MaskName } from './mask.ts';

/** Builds what is shown of one value anew; undefined for a value that the mask knows nothing of. */
export type MaskValue = (value: unknown) => unknown;

const stars = '****';

/** The masks that need no key. The length of what is hidden is not told. */
export const plainMasks: Readonly<Record<Exclude<MaskName, 'hash'>, MaskValue>> = {
  last4: ofText((text) => {
    const letters = graphemes(text);
    // Of a shorter one the last four would be most of it.
    return letters.length >= 8 ? `${stars}${letters.slice(-4).join('')}` : stars;
  }),
  /** `j***@example.com`, which is an address still. */
  email: ofText((text) => {
    const at = text.lastIndexOf('@');
    const [first, ...rest] = graphemes(text.slice(0, at));
    if (at < 1 || at === text.length - 1 || first === undefined) return undefined;
    return `${rest.length === 0 ? '' : first}***${text.slice(at)}`;
  }),
  /** `K. K.`, of the words that begin with a letter. */
  initials: ofText((text) => {
    const letters = text.split(/[\s-]+/u).flatMap((word) => graphemes(word).slice(0, 1)).filter((letter) => /^\p{L}/u.test(letter));
    return letters.length === 0 ? undefined : letters.map((letter) => `${letter.toLocaleUpperCase('und')}.`).join(' ');
  }),
  /** The first day, or the first instant, of the year. */
  year: ofText((text) => {
    const [, year, , time] = /^(\d{4})(-\d{2}-\d{2})(T.*)?$/i.exec(text) ?? [];
    return year === undefined ? undefined : `${year}-01-01${time === undefined ? '' : 'T00:00:00.000Z'}`;
  }),
  /** The outward part of a British code, else the first two characters. */
  postcodeArea: ofText((text) => {
    const [, outward] = /^([a-z]{1,2}\d[a-z\d]?)\s*\d[a-z]{2}$/i.exec(text.trim()) ?? [];
    if (outward !== undefined) return `${outward.toUpperCase()} ***`;
    const letters = graphemes(text.trim());
    return letters.length < 4 ? stars : `${letters.slice(0, 2).join('')}***`;
  }),
  band(value) {
    if (typeof value === 'number') return Number.isFinite(value) ? Number(bandOf(decimalText(value))) : undefined;
    return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? bandOf(value) : undefined;
  },
};

/** The lower end of the band 1, 2, 5, 10, 20, 50, … that the amount lies in, with its sign; below 1 it is 0. */
function bandOf(decimal: string): string {
  const sign = decimal.startsWith('-') ? '-' : '';
  const whole = (decimal.slice(sign.length).split('.')[0] ?? '').replace(/^0+/, '');
  if (whole === '') return '0';
  const lead = Number(whole[0]);
  return `${sign}${lead >= 5 ? 5 : lead >= 2 ? 2 : 1}${'0'.repeat(whole.length - 1)}`;
}

/** A number without its exponent. */
function decimalText(value: number): string {
  return Math.abs(value) < 1e21 ? Math.trunc(value).toString() : BigInt(value).toString();
}

function ofText(mask: (text: string) => string | undefined): MaskValue {
  return (value) => (typeof value === 'string' ? mask(value) : undefined);
}

/** What a reader takes for letters: a letter with its accents is one. */
function graphemes(text: string): readonly string[] {
  return [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);
}
