import type { SourceError } from '../../errors.ts';
import type { Fail } from '../failure.ts';
import type { Slot } from './ask.ts';
import type { Operation } from './operations.ts';
import { failureOf, isNotFound, type SaidError } from './said-errors.ts';

/** A row, and the error of a part of it. */
export interface Ear {
  readonly row: unknown;
  readonly error: SourceError | undefined;
}

/** The rows of a slot. `lost` is there when an error took a row away, so that nobody can tell whose it was. */
export type Harvest =
  | { readonly kind: 'rows'; readonly rows: readonly Ear[]; readonly lost: SourceError | undefined }
  | { readonly kind: 'failed'; readonly error: SourceError };

interface Place {
  readonly row: unknown;
  readonly path: readonly (string | number)[];
}

/** Gathers the rows of a slot, each with the errors that concern it. Null, and what is said not to be found, is no row. */
export function harvest({ answer, errors }: Slot, { label, rows }: Operation, fail: Fail): Harvest {
  const places = placesOf(answer, rows, []);
  if (places === undefined) {
    const error = errors.length > 0 ? failureOf(errors, label, fail) : fail('SOURCE_MALFORMED', `${label} answered without rows where they should be`);
    return { kind: 'failed', error };
  }
  const elsewhere = errors.filter((error) => !places.some((place) => concerns(error, place)));
  if (elsewhere.length > 0) return { kind: 'failed', error: failureOf(elsewhere, label, fail) };
  const ears = places.map((place) => ({ row: place.row, errors: errors.filter((error) => concerns(error, place)) }));
  const lost = ears.filter(({ row }) => row === null).flatMap((ear) => ear.errors.filter((error) => !isNotFound(error)));
  return {
    kind: 'rows',
    rows: ears.filter(({ row }) => row !== null).map((ear) => ({ row: ear.row, error: ear.errors.length === 0 ? undefined : failureOf(ear.errors, label, fail) })),
    lost: lost.length === 0 ? undefined : failureOf(lost, label, fail),
  };
}

/** Where rows are, or could be but for a null; undefined when the answer is of another form. Lists on the way are passed through. */
function placesOf(value: unknown, steps: readonly string[], path: Place['path']): readonly Place[] | undefined {
  if (value === null) return [{ row: null, path }];
  if (Array.isArray(value)) {
    const inner = value.map((item: unknown, index) => placesOf(item, steps, [...path, index]));
    return inner.every((places) => places !== undefined) ? inner.flat() : undefined;
  }
  if (typeof value !== 'object') return undefined;
  const [step, ...rest] = steps;
  if (step === undefined) return [{ row: value, path }];
  return Object.hasOwn(value, step) ? placesOf((value as Readonly<Record<string, unknown>>)[step], rest, [...path, step]) : undefined;
}

/** An error concerns a place when it is at it, within it, or at something that it is within. */
function concerns(error: SaidError, { path }: Place): boolean {
  if (error.path.length === 0) return false;
  const length = Math.min(error.path.length, path.length);
  return error.path.slice(0, length).every((step, index) => step === path[index]);
}
