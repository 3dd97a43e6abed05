/**
 * Bands are the series 1, 2, 5, 10, 20, 50, … and, below 1, 0.5, 0.2, 0.1, 0.05, …; an amount is shown as the end of its band
 * that is nearer to zero, with its sign. Zero is no band's and stays zero.
 */
const start = (digit: number): 1 | 2 | 5 => (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);

/** The band of a number; undefined for one that is not finite. That of a whole number is whole. */
export function bandOfNumber(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (value === 0) return 0;
  const [digits = '', exponent = ''] = Math.abs(value).toExponential().split('e');
  return Math.sign(value) * Number(`${start(Number(digits[0]))}e${exponent}`);
}

/** The band of a decimal text, without loss however long it is; undefined for what is no decimal text. */
export function bandOfDecimal(text: string): string | undefined {
  const [match, sign = '', whole = '', fraction = ''] = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text) ?? [];
  if (match === undefined) return undefined;
  if (whole !== '0') return `${sign}${start(Number(whole[0]))}${'0'.repeat(whole.length - 1)}`;
  const place = fraction.search(/[1-9]/);
  return place === -1 ? '0' : `${sign}0.${'0'.repeat(place)}${start(Number(fraction[place]))}`;
}
