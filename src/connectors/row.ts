import { sourceKey, type SourceKey } from '../ids.ts';
import type { Row } from './connector.ts';

/** The value at a dotted path. A path that crosses a list gives the list of the values, in order, absent ones as undefined. */
export function pick(value: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return value ?? undefined;
  if (Array.isArray(value)) return value.map((item) => pick(item, path));
  if (value === null || typeof value !== 'object') return undefined;
  const [step, ...rest] = path;
  return step !== undefined && Object.hasOwn(value, step) ? pick((value as Record<string, unknown>)[step], rest) : undefined;
}

/** A source's key as text, or undefined when the value cannot be one: half a character cannot be asked for in any protocol. */
export function keyOf(value: unknown): SourceKey | undefined {
  if (typeof value === 'string') return value === '' || !value.isWellFormed() ? undefined : sourceKey(value);
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return sourceKey(String(value));
  return undefined;
}

/** Builds a row of exactly the asked fields; what else the source sent is dropped here. */
export function rowOf(raw: unknown, key: SourceKey, fields: readonly string[], fetchedAt: number): Row {
  const values = Object.create(null) as Record<string, unknown>;
  for (const field of fields) values[field] = pick(raw, field.split('.'));
  return { key, values, fetchedAt, stale: false };
}

/** True when no two rows bear one key: which of two were right could not be known, and a list would hold a thing twice. */
export function keysDiffer(rows: readonly Row[]): boolean {
  return new Set(rows.map(({ key }) => key)).size === rows.length;
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
