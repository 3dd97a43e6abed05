import type { Faults } from '../../parse/faults.ts';
import { compileExpression } from '../../parse/expression.ts';

/** What a template may name in braces. */
export const placeholders = ['key', 'keys', 'value', 'values', 'fields', 'topFields', 'size', 'at', 'order', 'filters'] as const;
export type Placeholder = (typeof placeholders)[number];
export type Variable = string | number | readonly unknown[] | undefined;
export type Variables = { readonly [Name in Placeholder]?: Variable };

/** Where templates are compiled: what may be named there, and, filled by compiling, what is. */
export interface Scope {
  readonly allowed: readonly Placeholder[];
  readonly faults: Faults;
  readonly uses: Set<Placeholder>;
  /** Those that end up joined with commas, so that a comma inside would make two of one. */
  readonly joined: Set<Placeholder>;
}

/** A leaf or a tree of leaves. Undefined means that the entry is left out. */
export type Template = (variables: Variables) => Promise<unknown>;

/** A place further down that may name the same and notes into the same sets. */
export function scopeAt(scope: Scope, path: string): Scope {
  return { ...scope, faults: scope.faults.at(path) };
}

/** Compiles a path. Whatever a placeholder holds stays within its segment. */
export function compilePath(text: string, scope: Scope): (variables: Variables) => string {
  const parts = compileText(text, scope);
  noteJoined(parts, scope);
  if (!staysInPlace(parts.map((part) => (typeof part === 'string' ? part : 'x')).join(''))) {
    scope.faults.add('', 'the segments "." and ".." are not possible in a path');
  }
  return (variables) => parts.map((part) => (typeof part === 'string' ? part : encoded(variables[part.name]))).join('');
}

/** True when no segment of a rendered path is `.` or `..`, with which it would be another path. */
export function staysInPlace(path: string): boolean {
  const [location = ''] = path.split('?');
  return !location.split('/').some((segment) => segment === '.' || segment === '..');
}

/** Compiles a value with templates at its leaves: text with placeholders, or `{ jsonata: … }`. */
export function compileTree(value: unknown, scope: Scope): Template {
  if (typeof value === 'string') return compileLeaf(value, scope);
  if (Array.isArray(value)) {
    const items = value.map((item, at) => compileTree(item, scopeAt(scope, `[${at}]`)));
    return async (variables) => (await Promise.all(items.map((item) => item(variables)))).filter((item) => item !== undefined);
  }
  if (value === null || typeof value !== 'object') return async () => value;
  const expression = expressionIn(value);
  if (expression !== undefined) return compileJsonata(expression, scope);
  const entries = Object.entries(value).map(([name, entry]) => [name, compileTree(entry, scopeAt(scope, name))] as const);
  return async (variables) => {
    const rendered = await Promise.all(entries.map(async ([name, entry]) => [name, await entry(variables)] as const));
    return Object.fromEntries(rendered.filter(([, entry]) => entry !== undefined));
  };
}

function compileLeaf(text: string, scope: Scope): Template {
  const parts = compileText(text, scope);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== 'string') return async (variables) => variables[only.name];
  noteJoined(parts, scope);
  return async (variables) => {
    const texts = parts.map((part) => (typeof part === 'string' ? part : plainText(variables[part.name])));
    return texts.includes(undefined) ? undefined : texts.join('');
  };
}

function compileJsonata(text: string, scope: Scope): Template {
  const expression = compileExpression(text, scope.faults);
  if (expression === undefined) return async () => undefined;
  for (const name of placeholders) if (expression.variables.has(name)) note(name, `$${name}`, scope, 'jsonata');
  return async (variables) => expression.evaluate(undefined, variables);
}

type Part = string | { readonly name: Placeholder };

function compileText(text: string, scope: Scope): readonly Part[] {
  // Splitting by a pattern with a group puts the captured names at the odd places.
  return text.split(/\{([A-Za-z]+)\}/).flatMap((part, at): readonly Part[] => {
    if (at % 2 === 0) return part === '' ? [] : [part];
    return note(part, `{${part}}`, scope, '') ? [{ name: part }] : [];
  });
}

function note(name: string, shown: string, scope: Scope, path: string): name is Placeholder {
  const known = scope.allowed.find((allowed) => allowed === name);
  if (known !== undefined) {
    scope.uses.add(known);
    return true;
  }
  const there = scope.allowed.map((allowed) => `{${allowed}}`).join(', ');
  scope.faults.add(path, `${shown} does not exist here; ${there === '' ? 'no placeholder does' : `there are ${there}`}`);
  return false;
}

function noteJoined(parts: readonly Part[], scope: Scope): void {
  for (const part of parts) if (typeof part !== 'string') scope.joined.add(part.name);
}

function plainText(value: Variable): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'object' ? value.join(',') : String(value);
}

function encoded(value: Variable): string {
  return (typeof value === 'object' ? value : [value ?? '']).map((item) => encodeURIComponent(String(item))).join(',');
}

function expressionIn(value: object): string | undefined {
  if (!('jsonata' in value) || Object.keys(value).length !== 1) return undefined;
  return typeof value.jsonata === 'string' ? value.jsonata : undefined;
}
