import type { Fact } from '../../src/store/facts.ts';
import { partOf, sorts, type Part } from './callers.ts';
import { someFacts } from './facts.ts';
import { openRandom } from './random.ts';

/**
 * What a run of worlds draws from: who asks, what is known of customers, and which data classes are asked for together. Each cast is
 * small, since a decision costs a millisecond when it is met for the first time and nothing when it is met again; there are several
 * casts in a run, and others in the next run.
 */
export interface Cast {
  readonly parts: readonly [Part, ...Part[]];
  readonly themes: readonly [ReadonlySet<string>, ...ReadonlySet<string>[]];
  readonly facts: readonly [readonly Fact[], ...(readonly Fact[])[]];
}

const classes = ['profile', 'contact', 'financial', 'service', 'behaviour', 'special', 'consent', 'lineage'];

/** As many as cost a minute or two altogether. */
const partsOfCast = 10;

/** Makes the cast of that number; casts that follow one another have different sorts of callers. */
export function makeCast(seed: string, number: number, now: number): Cast {
  const order = openRandom(`${seed} sorts`);
  const shuffled = sorts.map((sort) => ({ sort, place: order.int(1_000_000) })).sort((one, other) => one.place - other.place);
  const random = openRandom(`${seed} cast ${number}`);
  return {
    parts: several(partsOfCast, (index) => partOf(shuffled[(number * partsOfCast + index) % shuffled.length]?.sort ?? sorts[0], random)),
    themes: several(2, () => new Set(['identifier', ...random.some(classes, 0.55)])),
    // Two people of the same facts are told apart by nothing that is decided on.
    facts: several(6, () => someFacts(random, now)),
  };
}

function several<Item>(count: number, make: (index: number) => Item): [Item, ...Item[]] {
  return [make(0), ...Array.from({ length: count - 1 }, (_, index) => make(index + 1))];
}
