import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import type { Question } from './decision.ts';
import type { PolicySet } from './load-policies.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What Cedar says when everything is known. A policy that fails is told as `failed`, and decides nothing. */
export interface Verdict {
  readonly failed: boolean;
  readonly allow: boolean;
  /** The permits that allow, or the forbids that deny. */
  readonly policies: readonly string[];
}

/** What Cedar says while the customer is not known. */
export interface Partial {
  readonly failed: boolean;
  /** Policies that apply whoever she is. */
  readonly settled: readonly string[];
  /** Policies whose outcome depends on her. */
  readonly open: readonly string[];
}

/** Cedar with one set of policies. Questions about what is not in the vocabulary fail. */
export interface Cedar {
  /** Asks all policies. */
  all(question: Question, facts: CustomerFacts): Verdict;
  /** Asks those policies that look at no customer. */
  early(question: Question): Verdict;
  /** Asks the others as far as they can be answered. */
  partial(question: Question): Partial;
}

/** In the place of a customer whom nobody looks at. */
const unseen: CustomerFacts = { consents: [], objections: [], restriction: undefined, regions: [], partners: [], emergency: false };

/** Parses the policies once; the later answers take a tenth of a millisecond and more. */
export function openCedar(policySet: PolicySet, vocabulary: Vocabulary, purposes: PurposeRegistry): Cedar {
  const { version, policies, facts } = policySet;
  const dependent = Object.fromEntries(Object.entries(policies).filter(([id]) => facts.get(id)?.dependsOnCustomer !== false));
  const fixed = Object.fromEntries(Object.entries(policies).filter(([id]) => !(id in dependent)));
  const [everything, withoutCustomer, schema] = [`policies:${version}`, `fixed:${version}`, `schema:${version}`];
  must(cedar.preparseSchema(schema, policySet.schema));
  must(cedar.preparsePolicySet(everything, { staticPolicies: policies }));
  must(cedar.preparsePolicySet(withoutCustomer, { staticPolicies: fixed }));
  const { requestOf, inScope } = requests(vocabulary, purposes);

  const verdict = (question: Question, facts: CustomerFacts, preparsedPolicySetId: string): Verdict => {
    if (!inScope(question)) return { failed: true, allow: false, policies: [] };
    const answer = cedar.statefulIsAuthorized({
      ...requestOf(question, customerOf(question, facts)), preparsedPolicySetId, preparsedSchemaName: schema, validateRequest: true,
    });
    if (answer.type === 'failure') return { failed: true, allow: false, policies: [] };
    const { decision, diagnostics } = answer.response;
    // Cedar passes over a policy that fails, forbids included, and tells those that decide in any order.
    return { failed: diagnostics.errors.length > 0, allow: decision === 'allow', policies: diagnostics.reason.toSorted() };
  };

  return {
    all: (question, facts) => verdict(question, facts, everything),
    early: (question) => verdict(question, unseen, withoutCustomer),
    partial(question) {
      if (!inScope(question)) return { failed: true, settled: [], open: [] };
      const answer = cedar.isAuthorizedPartial({
        ...requestOf(question, { __extn: { fn: 'unknown', arg: 'customer' } }), policies: { staticPolicies: dependent },
      });
      if (answer.type === 'failure') return { failed: true, settled: [], open: [] };
      const { errored, satisfied, nontrivialResiduals } = answer.response;
      return { failed: errored.length > 0, settled: satisfied.toSorted(), open: nontrivialResiduals.filter((id) => !satisfied.includes(id)) };
    },
  };
}

type Request = Pick<cedar.StatefulAuthorizationCall, 'principal' | 'action' | 'resource' | 'context' | 'entities'>;

function requests(vocabulary: Vocabulary, purposes: PurposeRegistry): {
  readonly inScope: (question: Question) => boolean;
  readonly requestOf: (question: Question, customer: cedar.CedarValueJson) => Request;
} {
  const covering = new Map(vocabulary.dataClasses.map((name) => [
    name,
    // Where data comes from and who may see it is told for any purpose: it is about systems and colleagues, and not about her.
    [...purposes].flatMap(([purpose, { dataClasses }]) => (name === 'lineage' || name === 'access' || dataClasses.includes(name) ? [{ type: 'Purpose', id: purpose }] : [])),
  ]));
  return {
    inScope: ({ field, purpose }) => vocabulary.classes.has(field) && purposes.has(purpose),
    requestOf({ caller, purpose, action, field, selected, granted }, customer) {
      const dataClass = vocabulary.classes.get(field) ?? '';
      const [type = ''] = field.split('.');
      const { legalBasis = '', scope = 'field', dataClasses = [] } = purposes.get(purpose) ?? {};
      return {
        principal: { type: 'Caller', id: caller.kind },
        action: { type: 'Action', id: action },
        resource: { type: 'Field', id: field },
        context: {
          purpose: entity('Purpose', purpose), basis: legalBasis, rows: scope === 'row', report: dataClasses.includes('report'), selected: selected.map((name) => entity('DataClass', name)),
          ...(action === 'see' || action === 'read' ? { customer } : {}),
          ...(action === 'read' ? { granted } : {}),
        },
        entities: [
          {
            uid: { type: 'Caller', id: caller.kind },
            attrs: { kind: caller.kind, audience: caller.audience, scopes: [...caller.scopes], regions: [...caller.regions] },
            parents: caller.roles.map((role) => ({ type: 'Role', id: role })),
          },
          {
            uid: { type: 'Field', id: field },
            attrs: { name: field },
            parents: [{ type: 'DataClass', id: dataClass }, { type: 'Type', id: type }, ...(covering.get(dataClass) ?? [])],
          },
        ],
      };
    },
  };
}

function customerOf({ purpose }: Question, { consents, objections, restriction, regions, partners, emergency }: CustomerFacts): cedar.CedarValueJson {
  return {
    consents: consents.map((name) => entity('Purpose', name)),
    objections: objections.map((name) => entity('Purpose', name)),
    restricted: restriction !== undefined && !restriction.except.includes(purpose),
    regions: [...regions],
    partners: [...partners],
    emergency,
  };
}

function entity(type: string, id: string): cedar.CedarValueJson {
  return { __entity: { type, id } };
}

function must(answer: cedar.CheckParseAnswer): void {
  if (answer.type === 'failure') throw new Error(`the checked policies do not parse: ${answer.errors.map((error) => error.message).join('; ')}`);
}
