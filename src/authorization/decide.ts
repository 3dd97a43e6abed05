import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { LRUCache } from 'lru-cache';
import type { CallerClass, Decide, Decision, Question } from './decision.ts';
import type { PolicySet } from './load-policies.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Makes the decider of one set of policies.
 *
 * Cedar takes a tenth of a millisecond and more for a question, so answers are memoised. A memo is a pure function of the
 * policies, the caller's class, the purpose, the action and the field; it holds nothing of any customer.
 */
export function makeDecide(policySet: PolicySet, vocabulary: Vocabulary, memoSize = 100_000): Decide {
  const policies = `policies:${policySet.version}`;
  const schema = `schema:${policySet.version}`;
  must(cedar.preparseSchema(schema, policySet.schema));
  must(cedar.preparsePolicySet(policies, { staticPolicies: policySet.policies }));
  const memo = new LRUCache<string, Decision>({ max: memoSize });
  const known = new Set(vocabulary.purposes);

  const permitted = (question: Question): { readonly allow: boolean; readonly policies: readonly string[] } => {
    const dataClass = vocabulary.classes.get(question.field);
    if (dataClass === undefined || !known.has(question.purpose)) return { allow: false, policies: [] };
    const answer = cedar.statefulIsAuthorized({
      principal: { type: 'Caller', id: question.caller.kind },
      action: { type: 'Action', id: question.action },
      resource: { type: 'Field', id: question.field },
      context: { purpose: { __entity: { type: 'Purpose', id: question.purpose } } },
      entities: entitiesOf(question, dataClass),
      preparsedPolicySetId: policies,
      preparsedSchemaName: schema,
      validateRequest: true,
    });
    if (answer.type === 'failure') return { allow: false, policies: [] };
    const { decision, diagnostics } = answer.response;
    // Cedar passes over a policy that fails, forbids included; here one that fails denies.
    return { allow: decision === 'allow' && diagnostics.errors.length === 0, policies: diagnostics.reason };
  };

  const decideAnew = (question: Question): Decision => {
    const { allow, policies: reasons } = permitted(question);
    if (allow) return { kind: 'allow', policies: reasons };
    const elsewhere = vocabulary.purposes.some((purpose) => purpose !== question.purpose && permitted({ ...question, purpose }).allow);
    return { kind: 'deny', reason: elsewhere ? 'purpose' : 'scope', policies: reasons };
  };

  return (question) => {
    const key = `${classKey(question.caller)} ${question.purpose} ${question.action} ${question.field}`;
    const remembered = memo.get(key);
    if (remembered !== undefined) return remembered;
    const decision = decideAnew(question);
    memo.set(key, decision);
    return decision;
  };
}

function entitiesOf({ caller, field }: Question, dataClass: string): cedar.EntityJson[] {
  const [type = ''] = field.split('.');
  return [
    {
      uid: { type: 'Caller', id: caller.kind },
      attrs: { kind: caller.kind, audience: caller.audience, scopes: [...caller.scopes] },
      parents: caller.roles.map((role) => ({ type: 'Role', id: role })),
    },
    {
      uid: { type: 'Field', id: field },
      attrs: { name: field },
      parents: [{ type: 'DataClass', id: dataClass }, { type: 'Type', id: type }],
    },
  ];
}

/** The name of a caller's class. JSON keeps names apart whatever characters they hold. */
function classKey({ kind, audience, roles, scopes }: CallerClass): string {
  return JSON.stringify([kind, audience, roles, scopes]);
}

function must(answer: cedar.CheckParseAnswer): void {
  if (answer.type === 'failure') throw new Error(`the checked policies do not parse: ${answer.errors.map((error) => error.message).join('; ')}`);
}
