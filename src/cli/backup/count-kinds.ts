import type { ArchiveRecord } from '../../store/archive.ts';

/** How many records there are of each kind; kinds without any are left out. */
export type Counts = Readonly<Partial<Record<ArchiveRecord['kind'], number>>>;

/** A running count. */
export interface KindCounter {
  readonly add: (records: readonly ArchiveRecord[]) => void;
  readonly counts: () => Counts;
  readonly total: () => number;
}

/** Counts records by kind. */
export function countKinds(): KindCounter {
  const counts: Partial<Record<ArchiveRecord['kind'], number>> = {};
  let total = 0;
  return {
    add(records) {
      for (const { kind } of records) counts[kind] = (counts[kind] ?? 0) + 1;
      total += records.length;
    },
    counts: () => ({ ...counts }),
    total: () => total,
  };
}

/** Where two counts differ, as text: `link: 5 instead of 7`; undefined when they are equal. */
export function differenceOf(got: Counts, expected: Counts): string | undefined {
  const kinds = [...new Set([...Object.keys(got), ...Object.keys(expected)])] as ArchiveRecord['kind'][];
  const lines = kinds
    .filter((kind) => (got[kind] ?? 0) !== (expected[kind] ?? 0))
    .map((kind) => `${kind}: ${got[kind] ?? 0} instead of ${expected[kind] ?? 0}`);
  return lines.length === 0 ? undefined : lines.join(', ');
}
