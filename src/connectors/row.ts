import { bare } from '../bare.ts';
import { sourceKey, type SourceKey } from '../ids.ts';
import type { Row } from './connector.ts';

/** The value at a dotted path. A path that crosses a list gives the list of the values, in order, absent ones as undefined. */
export function pick(value: unknown, path: readonly string[]): unknown {
  return pickFrom(value, path, 0);
}

function pickFrom(value: unknown, path: readonly string[], at: number): unknown {
  const step = path[at];
  if (step === undefined) return value ?? undefined;
  if (Array.isArray(value)) return value.map((item) => pickFrom(item, path, at));
  if (value === null || typeof value !== 'object') return undefined;
  return Object.hasOwn(value, step) ? pickFrom((value as Record<string, unknown>)[step], path, at + 1) : undefined;
}

/** A source's key as text, or undefined when the value cannot be one: half a character cannot be asked for in any protocol. */
export function keyOf(value: unknown): SourceKey | undefined {
  if (typeof value === 'string') return value === '' || !value.isWellFormed() ? undefined : sourceKey(value);
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return sourceKey(String(value));
  return undefined;
}

/** Builds a row of exactly the asked fields; what else the source sent is dropped here. */
export function rowOf(raw: unknown, key: SourceKey, fields: readonly string[], fetchedAt: number): Row {
  const values = bare();
  for (const { field, path } of pathsOf(fields)) values[field] = pickFrom(raw, path, 0);
  return { key, values, fetchedAt, stale: false };
}

interface FieldPath {
  readonly field: string;
  readonly path: readonly string[];
}

/** By the list of fields: all rows of an answer, and of all answers to one plan, share it. */
const paths = new WeakMap<readonly string[], readonly FieldPath[]>();

function pathsOf(fields: readonly string[]): readonly FieldPath[] {
  const known = paths.get(fields) ?? fields.map((field) => ({ field, path: field.split('.') }));
  paths.set(fields, known);
  return known;
}

/** True when no two rows bear one key: which of two were right could not be known, and a list would hold a thing twice. */
export function keysDiffer(rows: readonly Row[]): boolean {
  return rows.length < 2 || new Set(rows.map(({ key }) => key)).size === rows.length;
}

/** How two spellings of an attribute are compared when a row has to prove that it was asked for. */
export type Comparison = 'exact' | 'caseless' | 'digits';

/** The form under which two spellings are the same. */
export function comparable(value: string, comparison: Comparison): string {
  switch (comparison) {
    case 'exact':
      return value;
    case 'caseless':
      return value.trim().toLowerCase();
    case 'digits':
      return value.replace(/\D/g, '').replace(/^00/, '');
  }
}
