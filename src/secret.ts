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
