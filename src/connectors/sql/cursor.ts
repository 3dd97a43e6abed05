/** Where a page ended: the last row's key, and its value in the column that orders the rows, where there is one. */
export interface Cursor {
  readonly key: string;
  readonly value: CursorValue | undefined;
}

/** A value as the database gave it for this purpose; null is one of them. */
export type CursorValue = string | number | boolean | null;

/** A cursor as text. */
export function writeCursor({ key, value }: Cursor): string {
  return JSON.stringify(value === undefined ? [key] : [key, value]);
}

/** The text of a cursor → the cursor. Anything that this connector did not give is a caller's mistake. */
export function readCursor(at: string, ordered: boolean): Cursor {
  const [key, value, ...rest] = partsOf(at);
  if (typeof key !== 'string' || rest.length > 0 || ordered !== isCursorValue(value)) {
    throw new TypeError('a page\'s `at` is not one that this connector gave');
  }
  return { key, value: isCursorValue(value) ? value : undefined };
}

/** True for what a cursor can hold. */
export function isCursorValue(value: unknown): value is CursorValue {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function partsOf(at: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(at);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
