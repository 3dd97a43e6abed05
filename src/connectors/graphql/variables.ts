import type { VariableType } from './document.ts';

/** What a variable can be given. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const scalars: Readonly<Record<string, (text: string) => Json | undefined>> = {
  Int: (text) => (/^(0|-?[1-9]\d{0,9})$/.test(text) && Math.abs(Number(text)) < 2 ** 31 ? Number(text) : undefined),
  Float: (text) => (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined),
  Boolean: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

/** A text as a variable of this type, in a list where the type is one; undefined when no value of the type is written so. */
export function valueFor(text: string, type: VariableType): Json | undefined {
  const scalar = Object.hasOwn(scalars, type.name) ? scalars[type.name] : undefined;
  const value = scalar === undefined ? (text.isWellFormed() ? text : undefined) : scalar(text);
  return value !== undefined && type.list ? [value] : value;
}
