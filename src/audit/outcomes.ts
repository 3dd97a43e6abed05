import { inChunks } from '../in-chunks.ts';
import type { Outcome } from './entry.ts';

/** How one disclosure ended. */
export interface Ended extends Pick<Outcome, 'purpose' | 'sources'> {
  readonly disclosure: string;
}

/** So many disclosures have one entry. */
const together = 500;

/** One entry for all that ended alike: most do, and an entry of its own for each costs as much as the disclosure's. */
export function outcomesOf(ended: readonly Ended[]): readonly Omit<Outcome, 'id' | 'at'>[] {
  return [...Map.groupBy(ended, ({ purpose, sources }) => JSON.stringify([purpose, sources])).values()]
    .flatMap((alike) => inChunks(alike, together))
    .flatMap((part) => part.slice(0, 1).map(({ purpose, sources }) => ({ kind: 'outcome' as const, disclosures: part.map(({ disclosure }) => disclosure), purpose, sources })));
}
