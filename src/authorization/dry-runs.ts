import { createHash } from 'node:crypto';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import type { Decision, EarlyDecision, Question } from './decision.ts';
import type { PolicySet } from './load-policies.ts';
import { openOutcomes, outcomeOf, type EarlyOutcome, type Outcomes } from './outcomes.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a policy on trial would change if it decided. */
export interface DryRunChange extends Pick<Question, 'caller' | 'purpose' | 'action' | 'field'> {
  readonly policy: string;
  readonly was: EarlyOutcome;
  /** `fails` where it cannot be asked at all. */
  readonly would: EarlyOutcome | 'fails';
}

/** Compares what was decided with what would be if each of the policies on trial decided as well. They are asked for nothing else. */
export interface DryRuns {
  ofCaller(question: Question, decided: EarlyDecision): readonly DryRunChange[];
  /** Of a question that was open. */
  ofCustomer(question: Question, facts: CustomerFacts, decided: Decision): readonly DryRunChange[];
}

/** Opens the policies on trial, each beside those that decide. */
export function openDryRuns(deps: { readonly policySet: PolicySet; readonly vocabulary: Vocabulary; readonly purposes: PurposeRegistry }): DryRuns {
  const trials = [...deps.policySet.dryRuns.keys()].map((policy) => ({ policy, outcomes: openOutcomes({ ...deps, policySet: inForce(deps.policySet, [policy]) }) }));
  const changes = (question: Question, was: EarlyOutcome, ask: (outcomes: Outcomes) => EarlyOutcome): readonly DryRunChange[] => {
    const { purpose, action, field } = question;
    // A caller is more than the class, and is not told.
    const { kind, audience, roles, scopes, regions } = question.caller;
    const caller = { kind, audience, roles, scopes, regions };
    return trials.flatMap(({ policy, outcomes }) => {
      const would = asked(() => ask(outcomes));
      return would === was ? [] : [{ policy, caller, purpose, action, field, was, would }];
    });
  };
  return {
    ofCaller: (question, decided) => changes(question, outcomeOf(decided), (outcomes) => outcomes.byCaller(question).shown),
    ofCustomer: (question, facts, decided) => {
      const was = outcomeOf(decided);
      // What the trial decides by caller alone was told then.
      return changes(question, was, (outcomes) => (outcomes.byCaller(question).shown === 'open' ? outcomes.byCustomer(question, facts) : was));
    },
  };
}

/** Whatever becomes of a trial, what was decided stands. */
function asked(ask: () => EarlyOutcome): EarlyOutcome | 'fails' {
  try {
    return ask();
  } catch {
    return 'fails';
  }
}

/** The policies as they would be if those on trial decided; for comparing, and never for deciding. */
export function inForce(policySet: PolicySet, trials: readonly string[]): PolicySet {
  const chosen = trials.flatMap((id) => {
    const dryRun = policySet.dryRuns.get(id);
    return dryRun === undefined ? [] : [{ id, ...dryRun }];
  });
  const policies = { ...policySet.policies, ...Object.fromEntries(chosen.map(({ id, text }) => [id, text])) };
  return {
    ...policySet, policies,
    version: createHash('sha256').update(policySet.version).update(JSON.stringify(policies)).digest('hex').slice(0, 16),
    facts: new Map([...policySet.facts, ...chosen.map(({ id, facts }) => [id, facts] as const)]),
    dryRuns: new Map([...policySet.dryRuns].filter(([id]) => !trials.includes(id))),
  };
}
