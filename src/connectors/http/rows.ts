import type { Faults } from '../../parse/faults.ts';
import { comparable, keyOf, pick, type Comparison } from '../row.ts';
import { compileExpression } from '../../parse/expression.ts';
import type { RequestSettings } from './settings.ts';

/** Finds the rows in an answer; undefined when the answer is not of the declared form. */
export type FindRows = (answer: unknown) => Promise<readonly unknown[] | undefined>;

/** Compiles where the rows are. `lone` says that a single object stands for a list of one, as it does where one record is asked for. */
export function compileRows(rows: RequestSettings['rows'], lone: boolean, faults: Faults): FindRows {
  if (typeof rows === 'string') {
    const path = rows === '' ? [] : rows.split('.');
    return async (answer) => listOf(at(answer, path), lone);
  }
  const expression = compileExpression(rows.jsonata, faults);
  // JSONata turns a list of one into its item by itself; that it finds nothing at all is no proof of an empty list.
  return async (answer) => (expression === undefined ? undefined : listOf(await expression.evaluate(answer), true));
}

/** Null is how some sources write an empty list, or that there is no such record. What is missing was never there to be read. */
function listOf(value: unknown, lone: boolean): readonly unknown[] | undefined {
  if (value === null) return [];
  if (Array.isArray(value)) return value as readonly unknown[];
  return lone && typeof value === 'object' ? [value] : undefined;
}

/** Unlike `pick`, tells null from missing. */
function at(answer: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => {
    const inside = value !== null && typeof value === 'object' && Object.hasOwn(value, step);
    return inside ? (value as Readonly<Record<string, unknown>>)[step] : undefined;
  }, answer);
}

/** Rows handed to what was asked. */
export interface Sorted {
  readonly rowsOf: ReadonlyMap<string, readonly unknown[]>;
  /** How many rows proved to belong to nothing that was asked. */
  readonly strange: number;
}

/** Hands each row to what it proves to belong to. `proofs` are the texts a row bears, compared as they are. */
export function sortByProof(rows: readonly unknown[], asked: ReadonlySet<string>, proofs: (row: unknown) => readonly string[]): Sorted {
  const rowsOf = new Map<string, unknown[]>();
  let strange = 0;
  for (const row of rows) {
    const all = proofs(row);
    let isProven = false;
    for (const each of all.length < 2 ? all : new Set(all)) {
      if (!asked.has(each)) continue;
      isProven = true;
      const own = rowsOf.get(each);
      if (own === undefined) rowsOf.set(each, [row]);
      else own.push(row);
    }
    if (!isProven) strange += 1;
  }
  return { rowsOf, strange };
}

/** The comparable texts at a path of a row; a list there gives all of its own. What is no text is empty, which nobody asks for. */
export function proofsAt(row: unknown, path: readonly string[], comparison: Comparison): readonly string[] {
  const value = pick(row, path);
  if (!Array.isArray(value)) return [comparable(keyOf(value) ?? '', comparison)];
  const found: readonly unknown[] = value.flat(Infinity);
  return found.map((each) => comparable(keyOf(each) ?? '', comparison));
}
