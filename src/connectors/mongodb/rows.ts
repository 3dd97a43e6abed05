import { Binary, BSON, Decimal128, Long, ObjectId, Timestamp, UUID, type Document } from 'mongodb';
import type { Row } from '../connector.ts';
import { comparable, keyOf, keysDiffer, pick, rowOf, type Comparison } from '../row.ts';
import type { Collection } from './collection.ts';

/** A value of BSON as JSON has it: what JSON has no type for becomes text, without loss. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  // A date beyond what can be written gives text that is no date, and spoils its own field only.
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? String(value) : value.toISOString();
  if (value instanceof ObjectId || value instanceof UUID) return value.toHexString();
  if (value instanceof Decimal128) return withoutExponent(value.toString());
  if (value instanceof Long && !(value instanceof Timestamp)) return value.toString();
  if (value instanceof Binary) return value.toString('base64');
  // What is left of BSON's own types is not made for data: patterns, code, references.
  if (Object.getPrototypeOf(value) !== Object.prototype) return BSON.EJSON.stringify(value, { relaxed: false });
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

/** The comparable forms of whatever is at a path; it may cross lists. */
export function formsAt(document: unknown, path: string, comparison: Comparison): readonly string[] {
  return [pick(document, path.split('.'))].flat(Infinity).flatMap((value) => {
    const text = keyOf(value);
    return text === undefined ? [] : [comparable(text, comparison)];
  });
}

/** The rows of a page, each under its own key. Throws SOURCE_MALFORMED where one has no key, or two have the same. */
export function rowsFrom(documents: readonly Document[], { name, entity, fail }: Collection, fields: readonly string[], fetchedAt: number): readonly Row[] {
  const rows = documents.map((document) => {
    const row = plain(document);
    const key = keyOf(pick(row, entity.key.split('.')));
    if (key === undefined) throw fail('SOURCE_MALFORMED', `${name}: a document has no key`);
    return rowOf(row, key, fields, fetchedAt);
  });
  if (!keysDiffer(rows)) throw fail('SOURCE_MALFORMED', `${name}: several documents have one key`);
  return rows;
}

function withoutExponent(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?E([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length ? sign + digits.padEnd(point, '0') : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
