import { keyOf, pick, rowOf } from '../row.ts';
import type { Row } from '../connector.ts';
import type { BatchOperation } from './operations.ts';
import { valueFor } from './variables.ts';

/** The paths to ask for: those that are wanted, and those without which no row could be told apart. */
export function fieldsWith(wanted: readonly string[], needed: readonly (readonly string[] | undefined)[]): readonly string[] {
  return [...new Set([...wanted, ...needed.flatMap((path) => (path === undefined ? [] : [path.join('.')]))])].sort();
}

/** True when the operation's variable can hold the text; an empty one means 'any' to many a source, and nobody is asked for it. */
export function isAskable(text: string, { document, placeholder }: BatchOperation): boolean {
  const type = document.variables.get(placeholder);
  return text.trim() !== '' && type !== undefined && valueFor(text, type) !== undefined;
}

/** A row under its own key, or undefined when it has none. */
export function rowFrom(raw: unknown, keyPath: readonly string[], fields: readonly string[], fetchedAt: number): Row | undefined {
  const key = keyOf(pick(raw, keyPath));
  return key === undefined ? undefined : rowOf(raw, key, fields, fetchedAt);
}
