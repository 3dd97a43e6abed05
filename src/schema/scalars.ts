import { GraphQLScalarType } from 'graphql';
import {
  GraphQLCountryCode, GraphQLCurrency, GraphQLEmailAddress, GraphQLLocalDate, GraphQLLocale, GraphQLURL,
} from 'graphql-scalars';
import { Malformed } from './model.ts';

/** Turns a raw value into what the schema promises for a scalar, or says why it cannot. */
export type Accept = (value: unknown) => unknown;

const decimalText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const instantText = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/i;

const text: Accept = (value) => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : new Malformed('expected text');
};

const decimal: Accept = (value) => {
  // A double prints its shortest exact text; exponents only appear beyond what money and quantities need.
  const shown = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  if (typeof shown !== 'string') return new Malformed('expected a decimal number');
  if (decimalText.test(shown)) return shown;
  const plain = shown.trim().replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1').replace(/^(-?)\./, '$10.');
  return decimalText.test(plain) ? plain : new Malformed('expected a decimal number');
};

const date: Accept = (value) => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}(?:$|[T ])/.test(value)) return new Malformed('expected a date in RFC 3339');
  return dayExists(digits(value, 0, 4), digits(value, 5, 7), digits(value, 8, 10)) ? value.slice(0, 10) : new Malformed('a date that does not exist');
};

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** By the Gregorian calendar, which RFC 3339 counts in for all years from 0 on. */
function dayExists(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (month === 2 && isLeap ? 29 : daysOfMonth[month - 1] ?? 0);
}

const instant: Accept = (value) => {
  if (typeof value !== 'string') return new Malformed('expected a date and time');
  if (isCanonical(value)) return value;
  const match = instantText.exec(value);
  if (match === null) return new Malformed('expected a date and time in RFC 3339');
  // The clock's own reading rolls a 30 February over into March.
  if (date(value.slice(0, 10)) instanceof Malformed) return new Malformed('a date and time that does not exist');
  // Without an offset it is read as UTC: the machine's own zone must not change an answer.
  const time = Date.parse(match[1] === undefined ? `${value.replace(' ', 'T')}Z` : value.replace(' ', 'T'));
  return Number.isNaN(time) ? new Malformed('a date and time that does not exist') : new Date(time).toISOString();
};

/** True for the very form in which instants are answered, of a day that exists. */
function isCanonical(value: string): boolean {
  return value.length === 24 && canonicalText.test(value) && dayExists(digits(value, 0, 4), digits(value, 5, 7), digits(value, 8, 10));
}

const canonicalText = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** The number that these digits of a text write; without a text of its own for it, since a list has hundreds of days. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = 10 * number + text.charCodeAt(at) - 48;
  return number;
}

const integer: Accept = (value) => {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  const fits = typeof number === 'number' && Number.isInteger(number) && Math.abs(number) < 2 ** 31;
  return fits ? number : new Malformed('expected a whole number of 32 bits');
};

const float: Accept = (value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : new Malformed('expected a number');
};

const phoneNumber: Accept = (value) =>
  (typeof value === 'string' && /^\+[1-9]\d{3,14}$/.test(value) ? value : new Malformed('expected a phone number in E.164'));

const boolean: Accept = (value) => (typeof value === 'boolean' ? value : new Malformed('expected true or false'));

const checkedBy = (scalar: GraphQLScalarType, expected: string, prepare: (value: string) => string = (value) => value): Accept => (value) => {
  if (typeof value !== 'string') return new Malformed(`expected ${expected}`);
  try {
    const prepared = prepare(value);
    scalar.parseValue(prepared);
    return prepared;
  } catch {
    return new Malformed(`expected ${expected}`);
  }
};

const accepts: ReadonlyMap<string, Accept> = new Map<string, Accept>([
  ['String', text],
  ['ID', text],
  ['Int', integer],
  ['Float', float],
  ['Boolean', boolean],
  ['Decimal', decimal],
  ['Date', date],
  ['DateTime', instant],
  ['EmailAddress', checkedBy(GraphQLEmailAddress, 'an e-mail address', (value) => value.trim())],
  ['PhoneNumber', phoneNumber],
  ['CurrencyCode', checkedBy(GraphQLCurrency, 'a currency of ISO 4217', (value) => value.toUpperCase())],
  ['CountryCode', checkedBy(GraphQLCountryCode, 'a country of ISO 3166-1', (value) => value.toUpperCase())],
  ['LanguageTag', checkedBy(GraphQLLocale, 'a language of BCP 47', (value) => value.replace('_', '-'))],
  ['URL', checkedBy(GraphQLURL, 'an absolute address')],
]);

/** How values of a scalar are checked on their way out of a source; undefined for a scalar that nothing is known of. */
export function acceptOf(scalar: string): Accept | undefined {
  return accepts.get(scalar);
}

const asInput = (scalar: GraphQLScalarType, name: string): GraphQLScalarType => {
  const { parseValue, parseLiteral } = scalar;
  return new GraphQLScalarType({ name, parseValue, parseLiteral, serialize: checkedAlready });
};

const byAccepting = (name: string, accept: Accept): GraphQLScalarType =>
  new GraphQLScalarType({
    name,
    serialize: checkedAlready,
    parseValue(value) {
      const accepted = accept(value);
      if (accepted instanceof Malformed) throw new TypeError(`${name}: ${accepted.reason}`);
      return accepted;
    },
  });

/** The canonical scalars. What leaves has been checked where it was converted, so it is not checked a second time. */
export const scalarTypes: Readonly<Record<string, GraphQLScalarType>> = {
  EmailAddress: asInput(GraphQLEmailAddress, 'EmailAddress'),
  PhoneNumber: byAccepting('PhoneNumber', phoneNumber),
  Date: asInput(GraphQLLocalDate, 'Date'),
  CurrencyCode: asInput(GraphQLCurrency, 'CurrencyCode'),
  CountryCode: asInput(GraphQLCountryCode, 'CountryCode'),
  LanguageTag: asInput(GraphQLLocale, 'LanguageTag'),
  URL: asInput(GraphQLURL, 'URL'),
  DateTime: byAccepting('DateTime', instant),
  Decimal: byAccepting('Decimal', decimal),
};

function checkedAlready(value: unknown): unknown {
  return value;
}
