import type { PageLanguage } from '../../config/texts-file.ts';
import type { ReportPurpose, ReportValue } from '../report.ts';
import { inWords } from './in-words.ts';
import type { Label, Labels } from './labels.ts';

/** How dates, numbers and names are written: Danish and Dutch as at home, English as in Ireland, where days come first. */
const locales: Readonly<Record<PageLanguage, string>> = { en: 'en-IE', nl: 'nl-NL', da: 'da-DK' };

/** Writes values for people. What cannot be read as its type says is shown as it is. */
export interface Format {
  readonly value: (value: ReportValue) => Label;
  /** A time in UTC, to the minute. */
  readonly time: (rfc3339: string) => string;
  readonly count: (count: number) => string;
}

/** The format of a page, in its labels' language. `purposes` are those that values may name. */
export function makeFormat(labels: Labels, purposes: readonly ReportPurpose[]): Format {
  const locale = locales[labels.language];
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  const times = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 20 });
  const names = { region: new Intl.DisplayNames(locale, { type: 'region' }), language: new Intl.DisplayNames(locale, { type: 'language' }), currency: new Intl.DisplayNames(locale, { type: 'currency' }) };
  const money = (amount: string, currency: string): string => new Intl.NumberFormat(locale, { style: 'currency', currency }).format(decimal(amount));
  const time = (text: string): string => `${times.format(new Date(text))} UTC`;

  const written = ({ field, type, value, currency }: ReportValue): Label => {
    switch (type) {
      case 'Boolean': return { text: value === 'true' ? labels.words.yes : labels.words.no };
      case 'Date': return { text: dates.format(new Date(`${value}T00:00:00Z`)) };
      case 'DateTime': return { text: time(value) };
      case 'Decimal':
      case 'Int':
      case 'Float': return { text: currency === null ? numbers.format(decimal(value)) : money(value, currency) };
      case 'CountryCode': return { text: names.region.of(value) ?? value };
      case 'LanguageTag': return { text: names.language.of(value) ?? value };
      case 'CurrencyCode': return { text: names.currency.of(value) ?? value };
      default: return texts.has(type) ? inWords(labels, purposes, { field, value }) : labels.value(type, value);
    }
  };
  return {
    value(value) {
      // A mask leaves no date or number, but part of its text.
      if (value.mask !== null) return { text: value.value };
      try {
        return written(value);
      } catch {
        return { text: value.value };
      }
    },
    time,
    count: (count) => numbers.format(count),
  };
}

/** Scalars that are text; any other type that has no case of its own is an enum. */
const texts: ReadonlySet<string> = new Set(['String', 'ID', 'EmailAddress', 'PhoneNumber', 'URL']);

/** Decimal text, which `Intl` takes without loss. */
function decimal(text: string): `${number}` {
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) throw new RangeError('no number');
  return text as `${number}`;
}
