import type { SqlRow } from './rows.ts';

/** How many records travel together. */
const partSize = 1000;

/** Rows as records, a part at a time, so that no more than a part of them is held. */
export function* partsOf<Told>(rows: Iterable<SqlRow>, recordOf: (row: SqlRow) => Told): Generator<readonly Told[]> {
  let part: Told[] = [];
  for (const row of rows) {
    part.push(recordOf(row));
    if (part.length < partSize) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
