import type { z } from 'zod';
import type { Faults } from './faults.ts';

/** Parses outside input by a shape; every mismatch becomes a fault, and then the result is undefined. */
export function parse<Shape extends z.ZodType>(shape: Shape, input: unknown, faults: Faults): z.output<Shape> | undefined {
  const result = shape.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) report(issue, input, faults, []);
  return undefined;
}

function report(issue: z.core.$ZodIssue, root: unknown, faults: Faults, base: readonly PropertyKey[]): void {
  const path = [...base, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The branch that knows most of the keys, and got furthest, is the one that was meant; the others' complaints would only be noise.
    const [meant] = issue.errors.filter((branch) => depth(branch) > 0).sort((a, b) => strangers(a) - strangers(b) || depth(b) - depth(a));
    if (meant !== undefined) {
      for (const inner of meant) report(inner, root, faults, path);
      return;
    }
  }
  if (faults.noted(pathText(path))) return;
  faults.add(pathText(path), describe(issue, shownAt(root, path)));
}

/** What stands below such a name may be a credential that was written in the wrong form; it must not be printed. */
function secretive(step: PropertyKey): boolean {
  return /auth|secret|token|password|credential|keys?$/i.test(String(step));
}

function shownAt(root: unknown, path: readonly PropertyKey[]): unknown {
  const value = valueAt(root, path);
  return value !== undefined && path.some(secretive) ? hidden : value;
}

const hidden = Symbol('something that is not shown');

function strangers(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((count, issue) => count + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)));
}

function describe(issue: z.core.$ZodIssue, got: unknown): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unknown ${issue.keys.length === 1 ? 'key' : 'keys'} ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    case 'invalid_type':
      return got === undefined ? `missing; expected ${article(issue.expected)}` : `expected ${article(issue.expected)}, got ${show(got)}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}, got ${show(got)}`;
    case 'invalid_key':
      return `${issue.issues[0]?.message ?? 'a name that is not possible here'}, got ${show(issue.path.at(-1))}`;
    case 'invalid_union':
      return `${got === undefined ? 'missing' : `got ${show(got)}`}, which fits none of the forms this setting can have`;
    default:
      return `${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}${issue.code === 'custom' ? '' : `, got ${show(got)}`}`;
  }
}

function article(noun: string): string {
  const plain = noun === 'record' ? 'object' : noun;
  return `${/^[aeiou]/.test(plain) ? 'an' : 'a'} ${plain}`;
}

function show(value: unknown): string {
  // What stands before the host of an address may be a password.
  if (typeof value === 'string' && /:\/\/.*@/s.test(value)) return show(hidden);
  if (typeof value === 'symbol') return value.description ?? 'something';
  if (value === null || typeof value !== 'object') {
    const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
  }
  return Array.isArray(value) ? 'a list' : 'an object';
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[step];
  }
  return value;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}
