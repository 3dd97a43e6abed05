import type { CustomerFacts } from '../consent/customer-facts.ts';
import { factsWith, familyOf, speaksFor, wordsOf, type Aspect } from './assumed-facts.ts';

/** What an open question comes to at best, for whom, and what has to be so of a customer for that. */
export interface BestCase<Decided, Kind = Aspect['kind']> {
  readonly decision: Decided;
  readonly facts: CustomerFacts;
  /** Each alone makes a difference. */
  readonly needs: readonly Need<Kind>[];
}

export interface Need<Kind = Aspect['kind']> {
  readonly kind: Kind;
  readonly words: string;
}

/** Looks for a customer for whom it is allowed, the plainest first, and for whom an emergency is stated last. `outcome` is `deny`, or what is shown. */
export function bestCaseOf<Decided>(aspects: readonly Aspect[], { purpose, decide, outcome }: {
  readonly purpose: string;
  readonly decide: (facts: CustomerFacts) => Decided;
  readonly outcome: (decided: Decided) => string;
}): BestCase<Decided> {
  const decided = (so: readonly Aspect[]): Decided => decide(factsWith(so));
  const favourable = aspects.filter(speaksFor);
  const family = familyOf(aspects);
  const isOrdinary = (so: readonly Aspect[]): boolean => so.every(({ kind }) => kind !== 'emergency');
  const best = [favourable, ...family.filter(isOrdinary), ...family].find((so) => outcome(decided(so)) !== 'deny');
  if (best === undefined) return { decision: decided(favourable), facts: factsWith(favourable), needs: [] };
  const decision = decided(best);
  const without = (some: readonly Aspect[]): readonly Aspect[] => aspects.filter((one) => best.includes(one) !== some.includes(one));
  const matters = (some: readonly Aspect[]): boolean => outcome(decided(without(some))) !== outcome(decision);
  const needs = [...Map.groupBy(aspects, ({ kind }) => kind)].flatMap(([kind, alike]) => {
    const single = alike.filter((one) => matters([one]));
    const there = alike.filter((one) => best.includes(one));
    if (single.length > 0) return single.map((one) => ({ kind, words: wordsOf(one, best.includes(one), purpose) }));
    // Of several, such as the caller's regions, one may be as good as another.
    return there.length > 1 && matters(there) ? [{ kind, words: there.map((one) => wordsOf(one, true, purpose)).join(' or ') }] : [];
  });
  return { decision, facts: factsWith(best), needs };
}
