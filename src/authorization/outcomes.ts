import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import { openCedar } from './cedar.ts';
import type { EarlyDecision, Question } from './decision.ts';
import type { PolicySet } from './load-policies.ts';
import type { MaskName } from './masks/mask.ts';
import { maskOf, standingOf } from './standing.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What is seen of a value: nothing, what a mask shows, or all. */
export type Outcome = 'deny' | 'plain' | MaskName;
export type EarlyOutcome = Outcome | 'open';

/** The outcomes of one set of policies: what a `Decider` decides, without why. */
export interface Outcomes {
  byCaller(question: Question): { readonly shown: EarlyOutcome; /** The policies whose outcome the customer decides. */ readonly open: readonly string[] };
  /** Of a question that is open. */
  byCustomer(question: Question, facts: CustomerFacts): Outcome;
}

/** Opens them. Nothing is memoised. */
export function openOutcomes(deps: { readonly policySet: PolicySet; readonly vocabulary: Vocabulary; readonly purposes: PurposeRegistry }): Outcomes {
  const { policySet } = deps;
  const cedar = openCedar(policySet, deps.vocabulary, deps.purposes);
  const allowed = (policies: readonly string[]): Outcome => {
    const mask = maskOf(policySet, policies);
    return mask === 'incomparable' ? 'deny' : (mask ?? 'plain');
  };
  return {
    byCaller(question) {
      const { kind, policies } = standingOf(cedar, policySet, question);
      return kind === 'open' ? { shown: kind, open: policies } : { shown: kind === 'allow' ? allowed(policies) : kind, open: [] };
    },
    byCustomer(question, facts) {
      const { allow, failed, policies } = cedar.all(question, facts);
      return allow && !failed ? allowed(policies) : 'deny';
    },
  };
}

/** What a decision shows. */
export function outcomeOf(decision: EarlyDecision): EarlyOutcome {
  return decision.kind === 'allow' ? (decision.mask ?? 'plain') : decision.kind;
}
