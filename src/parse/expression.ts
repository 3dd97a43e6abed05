import jsonata from 'jsonata';
import type { Faults } from './faults.ts';
import { messageOf } from '../thrown.ts';

/** A compiled JSONata expression. */
export interface Expression {
  /** The variables it reads, without the mark; functions it calls are not among them. */
  readonly variables: ReadonlySet<string>;
  /** Rejects when the expression fails or exceeds its bounds. */
  evaluate(input: unknown, variables?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

// An evaluation shares the process with every other request, so that a loop in a deployment's text must end by itself.
const bounds = { timeout: 500, stack: 300, sequence: 100_000 } as const;

/** Compiles an expression; a mistake in its syntax is a fault. `$quote(text, mark)` is there beside JSONata's own functions. */
export function compileExpression(text: string, faults: Faults): Expression | undefined {
  try {
    const compiled = jsonata(text, bounds);
    compiled.registerFunction('quote', quote, '<ss:s>');
    return {
      variables: variablesOf(compiled.ast(), new Set()),
      evaluate: async (input, variables = {}) => plain(await compiled.evaluate(input, variables)),
    };
  } catch (error) {
    faults.add('jsonata', `not a JSONata expression: ${messageOf(error)}`);
    return undefined;
  }
}

/** Wraps text in a mark; a mark or a backslash inside is escaped by a backslash, so that no text ends the quotation. */
export function quote(text: string, mark: string): string {
  const escaped = Array.from(text, (character) => (character === mark || character === '\\' ? `\\${character}` : character)).join('');
  return `${mark}${escaped}${mark}`;
}

function variablesOf(node: unknown, found: Set<string>): ReadonlySet<string> {
  if (Array.isArray(node)) {
    for (const item of node) variablesOf(item, found);
    return found;
  }
  if (node === null || typeof node !== 'object') return found;
  const parts = node as Readonly<Record<string, unknown>>;
  if (isVariable(node)) found.add(node.value);
  // `$keys` names a function of JSONata as well as a placeholder: what is called is the function.
  const { procedure, ...others } = parts;
  for (const part of Object.values(isVariable(procedure) ? others : parts)) variablesOf(part, found);
  return found;
}

function isVariable(node: unknown): node is { readonly value: string } {
  if (node === null || typeof node !== 'object' || !('type' in node) || !('value' in node)) return false;
  return node.type === 'variable' && typeof node.value === 'string';
}

/** JSONata marks its lists with properties of its own; they stop here. */
function plain(value: unknown): unknown {
  return Array.isArray(value) ? Array.from<unknown>(value) : value;
}
