import type { Decider, Decision, Open, Question } from '../authorization/decision.ts';
import { outcomeOf } from '../authorization/outcomes.ts';
import type { PolicyFacts } from '../authorization/policy-facts.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import { aspectsOf, factsWith, familyOf, speaksFor, wordsOf, type Aspect } from './assumed-facts.ts';

/** What an open question comes to at best, and what has to be so of a customer for that. */
export interface BestCase {
  readonly decision: Decision;
  readonly facts: CustomerFacts;
  /** In words; each alone makes a difference. */
  readonly needs: readonly string[];
}

/** Looks for a customer for whom it is allowed, the plainest first. */
export function bestCaseOf(deps: { readonly decider: Decider; readonly facts: ReadonlyMap<string, PolicyFacts> }, question: Question, { policies }: Open): BestCase {
  const { decider, facts } = deps;
  const aspects = aspectsOf(policies.flatMap((id) => facts.get(id) ?? []), question);
  const decided = (so: readonly Aspect[]): Decision => decider.byCustomer(question, factsWith(so));
  const favourable = aspects.filter(speaksFor);
  const best = [favourable, ...familyOf(aspects)].find((so) => decided(so).kind === 'allow');
  if (best === undefined) return { decision: decided(favourable), facts: factsWith(favourable), needs: [] };
  const decision = decided(best);
  const without = (some: readonly Aspect[]): readonly Aspect[] => aspects.filter((one) => best.includes(one) !== some.includes(one));
  const matters = (some: readonly Aspect[]): boolean => outcomeOf(decided(without(some))) !== outcomeOf(decision);
  const needs = [...Map.groupBy(aspects, ({ kind }) => kind).values()].flatMap((alike) => {
    const single = alike.filter((one) => matters([one]));
    const there = alike.filter((one) => best.includes(one));
    if (single.length > 0) return single.map((one) => wordsOf(one, best.includes(one)));
    // Of several, such as the caller's regions, one may be as good as another.
    return there.length > 1 && matters(there) ? [there.map((one) => wordsOf(one, true)).join(' or ')] : [];
  });
  return { decision, facts: factsWith(best), needs };
}
