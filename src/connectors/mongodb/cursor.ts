import { Binary, BSON, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'mongodb';

/** Where a page ended: the last document's `_id`, and its value at the path that orders the documents, where there is one. */
export interface Cursor {
  readonly id: unknown;
  readonly value: unknown;
}

/**
 * The types that an order can be told in, in the order that MongoDB gives them. Null, and nothing at all, come before.
 * A comparison such as `$gt` finds values of its own type only, so that a page has to ask for the further types by name.
 */
const types = ['number', 'string', 'object', 'binData', 'objectId', 'bool', 'date', 'timestamp'] as const;

/** A cursor as text that keeps the types. */
export function writeCursor({ id, value }: Cursor): string {
  return BSON.EJSON.stringify([id, value ?? null], { relaxed: false });
}

/** The text of a cursor → the cursor. Anything that this connector did not give is a caller's mistake. */
export function readCursor(at: string): Cursor {
  const [id, value, ...rest] = partsOf(at);
  if (!isCursorValue(id) || !isCursorValue(value) || rest.length > 0) throw new TypeError('a page\'s `at` is not one that this connector gave');
  return { id, value };
}

/** True for a value that has a place in an order: a list has several, and it depends on the order's direction which counts. */
export function isCursorValue(value: unknown): boolean {
  return value === null || typeOf(value) !== undefined;
}

/** The types whose values come before or after all those of a value's own type. */
export function typesBeyond(value: unknown, side: 'before' | 'after'): readonly string[] {
  const at = types.findIndex((type) => type === typeOf(value));
  return side === 'before' ? types.slice(0, at) : types.slice(at + 1);
}

function typeOf(value: unknown): (typeof types)[number] | undefined {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 'number';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'object':
      return value === null || Array.isArray(value) ? undefined : typeOfObject(value);
    default:
      return undefined;
  }
}

function typeOfObject(value: object): (typeof types)[number] | undefined {
  if (value instanceof Date) return 'date';
  if (value instanceof Timestamp) return 'timestamp';
  if ([Int32, Double, Long, Decimal128].some((type) => value instanceof type)) return 'number';
  if (value instanceof Binary) return 'binData';
  if (value instanceof ObjectId) return 'objectId';
  return Object.getPrototypeOf(value) === Object.prototype ? 'object' : undefined;
}

function partsOf(at: string): readonly unknown[] {
  try {
    const parts: unknown = BSON.EJSON.parse(at, { relaxed: false });
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
