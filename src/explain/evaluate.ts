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
import { memoised } from './memoised.ts';

/** The outcome of one question: the same for everybody, or by customer. */
export type Evaluated =
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  | { readonly kind: 'open'; readonly purpose: string; readonly aspects: readonly Aspect[]; readonly of: (facts: CustomerFacts) => Outcome };

const denied: Evaluated = { kind: 'settled', outcome: 'deny' };

/**
 * Evaluates many questions about one deployment's policies. What no policy can tell apart is asked about once, and has one object:
 * fields of one class that no policy names, and callers that differ in what no policy looks at which may have a say.
 */
export function openEvaluation({ vocabulary, config: { purposes } }: Pick<Deployment, 'vocabulary' | 'config'>, policySet: PolicySet):
  (column: CallerColumn, right: Pick<GovernedRight, 'action' | 'field'>) => Evaluated {
  const outcomes = openOutcomes({ policySet, vocabulary, purposes });
  const policies = [...policySet.facts];
  const alike = likenessOf(policies.map(([, policy]) => policy), vocabulary.classes);
  const ask = (question: Question): Evaluated => {
    const { shown, open } = outcomes.byCaller(question);
    if (shown !== 'open') return { kind: 'settled', outcome: shown };
    const aspects = aspectsOf(open.flatMap((id) => policySet.facts.get(id) ?? []), question);
    const of = memoised((facts: CustomerFacts) => outcomes.byCustomer(question, facts), (facts) => JSON.stringify(facts));
    return { kind: 'open', purpose: question.purpose, aspects, of };
  };
  const evaluated = new Map<string, Evaluated>();
  const evaluate = (question: Question): Evaluated => {
    const concerned = policies.filter(([, policy]) => mayConcern(policy, question, vocabulary.classes));
    // What nothing can permit is denied, and Cedar need not be asked.
    if (!concerned.some(([, { effect }]) => effect === 'permit')) return denied;
    const key = JSON.stringify([concerned.map(([id]) => id), toldApart(question, concerned.map(([, policy]) => policy)), alike(question.field)]);
    return memoised(ask, () => key, evaluated)(question);
  };
  const known = new WeakMap<CallerColumn, Map<string, Evaluated>>();
  return (column, right) => {
    const ofColumn = known.get(column) ?? new Map<string, Evaluated>();
    known.set(column, ofColumn);
    return memoised(evaluate, ({ action, field }) => `${action} ${alike(field)}`, ofColumn)(questionOf(column, right, vocabulary.classes));
  };
}

/** What of a question these policies can tell: beside kind, audience, purpose and action, what they name or look at. */
function toldApart({ caller, purpose, action, selected, granted }: Question, policies: readonly PolicyFacts[]): unknown {
  const lookAt = (attribute: string): boolean => policies.some(({ words }) => words.attributes.includes(attribute));
  const named = new Set(policies.flatMap(({ words }) => words.entities).flatMap(({ type, id }) => (type === 'Role' ? [id] : [])));
  return [
    caller.kind, caller.audience, purpose, action, caller.roles.filter((role) => named.has(role)),
    lookAt('scopes') && caller.scopes, lookAt('regions') && caller.regions, lookAt('selected') && selected, lookAt('granted') && granted,
  ];
}

/** The question that a caller asks by selecting the field. */
export function questionOf({ caller, purpose, beside, granted }: CallerColumn, { action, field }: Pick<GovernedRight, 'action' | 'field'>, classes: ReadonlyMap<string, string>): Question {
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
