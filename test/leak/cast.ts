import type { Fact } from '../../src/store/facts.ts';
import { somePart, type Part } from './callers.ts';
import { someFacts } from './facts.ts';
import type { Random } from './random.ts';

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

/** Makes a cast. Two people of the same facts are told apart by nothing that is decided on. */
export function makeCast(random: Random, now: number): Cast {
  return {
    parts: several(12, () => somePart(random)),
    themes: several(3, () => new Set(['identifier', ...random.some(classes, 0.55)])),
    facts: several(6, () => someFacts(random, now)),
  };
}

function several<Item>(count: number, make: () => Item): [Item, ...Item[]] {
  return [make(), ...Array.from({ length: count - 1 }, make)];
}
