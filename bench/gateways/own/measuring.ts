import { ratioOf, shown, type Spread } from '../figures.ts';
import type { Ours } from '../ours.ts';
import type { Ring } from '../contestants.ts';
import type { Sources } from '../sources.ts';

/** What figures of ours alone are measured with. */
export interface Measuring {
  readonly ours: Ours;
  readonly ring: Ring;
  readonly sources: Sources;
  readonly rounds: number;
  /** Of a turn. */
  readonly seconds: number;
  /** Of `soak`. */
  readonly minutes: number;
}

/** A figure, its baseline and their ratio, as cells of a table. */
export function compared(figure: Spread, baseline: Spread, decimals: number): readonly [string, string, string] {
  return [shown(figure, decimals), shown(baseline, decimals), shown(ratioOf(figure, baseline), 2)];
}
