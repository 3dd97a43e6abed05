import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { z } from 'zod';
import { compileExpression } from '../parse/expression.ts';
import type { Faults } from '../parse/faults.ts';
import { Malformed, type Reader } from './model.ts';

/** A path into the same row, or a literal in quotes. */
const operand = z.string().min(1);

/** `as:` in a mapping: the closed set of conversions, and JSONata for the rest. */
export const conversionShape = z.union([
  z.enum(['text', 'lower', 'upper', 'trimmed', 'boolean', 'epochSeconds', 'epochMillis', 'compactDate', 'minorUnits', 'phone', 'joined']),
  z.strictObject({ enum: z.record(z.string(), z.string()) }),
  /** Whole minor units of a currency → decimal text; the currency is a path into the row or a literal like "'EUR'". */
  z.strictObject({ minorUnits: operand }),
  /** A national number → E.164; the country is a path into the row or a literal like "'DK'". */
  z.strictObject({ phone: operand }),
  z.strictObject({ jsonata: z.string().min(1) }),
]);

export type ConversionText = z.output<typeof conversionShape>;

/** A conversion, with the further paths that it looks at. Only an expression gives a promise. */
export interface Conversion {
  readonly paths: readonly string[];
  readonly convert: (value: unknown, reader: Reader) => unknown;
}

const plain = (convert: (value: unknown) => unknown): Conversion => ({ paths: [], convert });
const ofText = (expected: string, convert: (text: string) => unknown): Conversion =>
  plain((value) => (typeof value === 'string' || typeof value === 'number' ? convert(String(value)) : new Malformed(`expected ${expected}`)));

/** Compiles a conversion; what is wrong with its text becomes a fault, and then the result is undefined. */
export function compileConversion(text: ConversionText, faults: Faults): Conversion | undefined {
  if (typeof text !== 'string') {
    if ('enum' in text) return enumeration(text.enum);
    if ('minorUnits' in text) return minorUnits(text.minorUnits);
    if ('phone' in text) return phone(text.phone);
    return expression(text.jsonata, faults);
  }
  switch (text) {
    case 'text': return ofText('text', (value) => value);
    case 'lower': return ofText('text', (value) => value.toLowerCase());
    case 'upper': return ofText('text', (value) => value.toUpperCase());
    case 'trimmed': return ofText('text', (value) => value.trim() || undefined);
    case 'boolean': return plain(truth);
    case 'epochSeconds': return plain((value) => instant(value, 1000));
    case 'epochMillis': return plain((value) => instant(value, 1));
    case 'compactDate': return ofText('a date like 20251003', compactDate);
    case 'minorUnits': return minorUnits("'EUR'");
    case 'phone': return phone(undefined);
    case 'joined': return plain(joined);
  }
}

function enumeration(table: Readonly<Record<string, string>>): Conversion {
  return ofText('one of the mapped words', (value) =>
    Object.hasOwn(table, value) ? table[value] : new Malformed('a word that the mapping does not know'));
}

// An object could not even be turned into text: in JSON, its `toString` may be anything.
function isPlain(value: unknown): value is string | number | bigint | boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

function truth(value: unknown): unknown {
  if (!isPlain(value)) return new Malformed('expected true or false');
  const word = String(value).toLowerCase();
  if (['1', 'true', 'yes', 'y', 'x', 't'].includes(word)) return true;
  if (['0', 'false', 'no', 'n', '', 'f'].includes(word)) return false;
  return new Malformed('expected true or false');
}

function instant(value: unknown, factor: number): unknown {
  if (value === '') return undefined;
  const number = isPlain(value) && typeof value !== 'boolean' ? Number(value) * factor : NaN;
  return Number.isFinite(number) && Math.abs(number) <= 8.64e15 ? new Date(number).toISOString() : new Malformed('expected a time stamp');
}

function compactDate(value: string): unknown {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(value);
  return match === null ? new Malformed('expected a date like 20251003') : `${match[1]}-${match[2]}-${match[3]}`;
}

function joined(value: unknown): unknown {
  const parts = Array.isArray(value) ? value : [value];
  const there = parts.filter((part) => part !== undefined && part !== null && part !== '');
  return there.every(isPlain) ? there.map(String).join(' ') || undefined : new Malformed('expected texts to join');
}

function minorUnits(currency: string): Conversion {
  const { paths, get } = operandReader(currency);
  const decimals = new Map<string, number>();
  return {
    paths,
    convert(value, reader) {
      const digits = isPlain(value) ? String(value) : '';
      const code = get(reader);
      if (!/^-?\d+$/.test(digits)) return new Malformed('expected whole minor units');
      if (typeof code !== 'string' || !/^[A-Za-z]{3}$/.test(code)) return new Malformed('minor units need a currency of ISO 4217');
      const known = decimals.get(code) ?? decimalsOf(code);
      decimals.set(code, known);
      return shifted(digits, known);
    },
  };
}

function decimalsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

function shifted(digits: string, decimals: number): string {
  if (decimals === 0) return digits;
  const sign = digits.startsWith('-') ? '-' : '';
  const padded = digits.slice(sign.length).padStart(decimals + 1, '0');
  return `${sign}${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}

function phone(country: string | undefined): Conversion {
  const { paths, get } = country === undefined ? { paths: [], get: () => undefined } : operandReader(country);
  return {
    paths,
    convert(value, reader) {
      const home = get(reader);
      const region = typeof home === 'string' ? (home.toUpperCase() as CountryCode) : undefined;
      const number = isPlain(value) ? parsePhoneNumberFromString(String(value), region) : undefined;
      return number?.isPossible() === true ? number.number : new Malformed('expected a phone number');
    },
  };
}

function expression(text: string, faults: Faults): Conversion | undefined {
  const compiled = compileExpression(text, faults);
  return compiled && plain(async (value) => {
    try {
      return await compiled.evaluate(value);
    } catch {
      return new Malformed('the mapping\'s expression failed');
    }
  });
}

function operandReader(text: string): { readonly paths: readonly string[]; readonly get: (reader: Reader) => unknown } {
  const literal = /^'(.*)'$/.exec(text);
  if (literal !== null) return { paths: [], get: () => literal[1] };
  return { paths: [text], get: (reader) => reader(text) };
}
