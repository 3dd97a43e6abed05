import { couldApply } from '../authorization/could-apply.ts';
import type { Question } from '../authorization/decision.ts';
import type { PolicySet } from '../authorization/load-policies.ts';
import { openOutcomes, type Outcome } from '../authorization/outcomes.ts';
import type { PolicyFacts } from '../authorization/policy-facts.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import type { CallerColumn } from './caller-columns.ts';
import type { Deployment } from './deployment.ts';
import type { GovernedRight } from './governed-rights.ts';
import { aspectsOf, type Aspect } from './assumed-facts.ts';

/** The outcome of one question: the same for everybody, or by customer. */
export type Evaluated =
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  | { readonly kind: 'open'; readonly aspects: readonly Aspect[]; readonly of: (facts: CustomerFacts) => Outcome };

/** Evaluates many questions about one deployment's policies; fields that no policy can tell apart are asked about once. */
export function openEvaluation({ vocabulary, config: { purposes } }: Deployment, policySet: PolicySet): (column: CallerColumn, right: GovernedRight) => Evaluated {
  const outcomes = openOutcomes({ policySet, vocabulary, purposes });
  const policies = [...policySet.facts.values()];
  const permits = policies.filter(({ effect }) => effect === 'permit');
  const alike = likenessOf(policies, vocabulary.classes);
  const known = new Map<string, Evaluated>();
  const evaluate = (question: Question): Evaluated => {
    const { shown, open } = outcomes.byCaller(question);
    if (shown !== 'open') return { kind: 'settled', outcome: shown };
    const memo = new Map<string, Outcome>();
    const aspects = aspectsOf(open.flatMap((id) => policySet.facts.get(id) ?? []), question);
    return {
      kind: 'open', aspects,
      of(facts) {
        const key = JSON.stringify(facts);
        const outcome = memo.get(key) ?? outcomes.byCustomer(question, facts);
        memo.set(key, outcome);
        return outcome;
      },
    };
  };
  return (column, right) => {
    const question = questionOf(column, right, vocabulary.classes);
    // What nothing can permit is denied, and Cedar need not be asked.
    if (!permits.some((permit) => mayConcern(permit, question, vocabulary.classes))) return { kind: 'settled', outcome: 'deny' };
    const key = JSON.stringify([column, right.action, alike(right.field)]);
    const evaluated = known.get(key) ?? evaluate(question);
    known.set(key, evaluated);
    return evaluated;
  };
}

/** The question that a caller asks by selecting the field. */
export function questionOf({ caller, purpose, beside, granted }: CallerColumn, { action, field }: GovernedRight, classes: ReadonlyMap<string, string>): Question {
  return { caller, purpose, action, field, granted: granted && action === 'read', selected: [...new Set([...beside, classes.get(field) ?? []].flat())].sort() };
}

/** False only where the policy certainly has nothing to say. */
export function mayConcern({ json }: PolicyFacts, { field, caller, purpose, action }: Question, classes: ReadonlyMap<string, string>): boolean {
  return couldApply(json, { field, dataClass: classes.get(field) ?? '', asked: { caller, purpose, action } });
}

/** What policies can tell of a field: its class, and its name and type where some policy names it. */
function likenessOf(policies: readonly PolicyFacts[], classes: ReadonlyMap<string, string>): (field: string) => string {
  const named = new Set(policies.flatMap(({ words }) => words.entities).map(({ type, id }) => `${type} ${id}`));
  // Its name can be compared as text, too.
  const byText = policies.some(({ words }) => words.attributes.includes('name'));
  return (field) => {
    const [type = ''] = field.split('.');
    return JSON.stringify([classes.get(field), named.has(`Type ${type}`) && type, (byText || named.has(`Field ${field}`)) && field]);
  };
}
