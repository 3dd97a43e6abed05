import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

/** Text that must not be printed: it shows as `[secret]` in strings, JSON and inspection alike. */
export interface Secret {
  /** The one way to the text. */
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

const shown = '[secret]';

/** Wraps a credential. The text lives in a closure, so that no serialiser finds it. */
export function secret(text: string): Secret {
  const hidden = {
    reveal: () => text,
    toString: () => shown,
    toJSON: () => shown,
    [inspect.custom]: () => shown,
  };
  return Object.freeze(hidden);
}

/** Whether two texts are the same. Their hashes are compared, so that neither length nor content shows in the time it takes. */
export function sameText(one: string, other: string): boolean {
  const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hashOf(one), hashOf(other));
}
