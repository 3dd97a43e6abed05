import type { ExecutionResult, GraphQLError } from 'graphql';
import { isObject } from '../parse/json.ts';

/** An object of an answer. */
export type Node = Readonly<Record<string, unknown>>;

/** The answer to one document, with what was told of single places in it. */
export interface AnswerTree {
  readonly customer: Node | undefined;
  /** Takes the error that stands at a place, if there is one; it is then no longer among the others. */
  readonly errorAt: (place: string) => GraphQLError | undefined;
  readonly maskAt: (place: string) => string | undefined;
  /** The errors that nobody took. */
  readonly others: () => readonly GraphQLError[];
}

/** Reads an answer. Places are response keys and indices with dots between them. */
export function answerTree({ data, errors = [], extensions }: ExecutionResult): AnswerTree {
  const left = new Map(errors.map((error, index) => [error.path?.join('.') ?? `error ${index}`, error]));
  const masked = (extensions?.['masked'] ?? []) as readonly { readonly path: readonly (string | number)[]; readonly mask: string }[];
  const masks = new Map(masked.map(({ path, mask }) => [path.join('.'), mask]));
  return {
    customer: nodeOf(data?.['customer']),
    errorAt(place) {
      const error = left.get(place);
      left.delete(place);
      return error;
    },
    maskAt: (place) => masks.get(place),
    others: () => [...left.values()],
  };
}

/** An object, or undefined for anything else. */
export function nodeOf(value: unknown): Node | undefined {
  return isObject(value) ? value : undefined;
}

/** The members of a list; none of anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text, or null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
