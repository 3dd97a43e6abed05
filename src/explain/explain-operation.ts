import type { Grants } from '../access/grants.ts';
import type { Action, Decider, Decision, EarlyDecision } from '../authorization/decision.ts';
import type { DryRunChange, DryRuns } from '../authorization/dry-runs.ts';
import type { PolicyFacts } from '../authorization/policy-facts.ts';
import { outcomeOf } from '../authorization/outcomes.ts';
import { openRights, questionOf, type Asking, type CustomerRights, type Rights } from '../authorization/rights.ts';
import type { Caller } from '../caller/caller.ts';
import type { IdentifierName } from '../config/gateway-file.ts';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { SourceSettings } from '../config/source-file.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import type { CallerIds } from '../federation/caller-ids.ts';
import { planRoots, type PlannedRoot } from '../federation/plan/plan-roots.ts';
import { isSettled, settle } from '../federation/plan/settle.ts';
import type { Planned } from '../federation/plan/plan.ts';
import type { Coordinate, SourceName } from '../ids.ts';
import type { Operation } from '../operation/gateway.ts';
import { askedBy, selectionOf } from '../operation/understand.ts';
import type { Model } from '../schema/model.ts';
import { alwaysReadable } from '../schema/shape.ts';
import type { SelectionLimits } from '../selection/select.ts';
import { aspectsOf } from './assumed-facts.ts';
import { bestCaseOf, type BestCase } from './best-case.ts';
import { placedFields } from './explained-fields.ts';
import { linkWave, lookUpWave } from './identity-waves.ts';
import { consentWave, fieldWaves, shownConsents, together, type KeyPath, type Wave } from './waves.ts';

/** What of a deployment an explanation is made of. */
export interface Explaining {
  readonly model: Model;
  readonly decider: Decider;
  readonly dryRuns: DryRuns;
  readonly policyFacts: ReadonlyMap<string, PolicyFacts>;
  readonly purposes: PurposeRegistry;
  readonly sources: readonly SourceSettings[];
  readonly lead: SourceSettings;
  readonly linkBy: readonly IdentifierName[];
  readonly idsOf: (caller: Caller) => CallerIds;
  readonly limits: SelectionLimits & { readonly keys: number };
}

/** A right that was asked for, and what was decided. */
export interface ExplainedField {
  /** Where it stands in the answer; of a right that is no field's of the answer, undefined. */
  readonly path: string | undefined;
  readonly action: Action;
  readonly field: Coordinate;
  /** By caller and purpose; undefined for structure, which holds no data of its own. */
  readonly decision: EarlyDecision | undefined;
  /** Where the decision is open: what it comes to at best, and what has to be so for that. */
  readonly best: BestCase<Decision> | undefined;
  /** For the assumed customer. */
  readonly assumed: Decision | undefined;
  /** What policies on trial would change of it. */
  readonly trials: readonly Pick<DryRunChange, 'policy' | 'was' | 'would'>[];
}

export interface Explanation {
  readonly purpose: string;
  readonly fields: readonly ExplainedField[];
  /** Root fields that are answered with an error alone. */
  readonly refused: readonly { readonly path: string; readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
  readonly waves: readonly Wave[];
}

/** What is assumed beside the operation. */
export interface Assumed {
  /** Of the customer; undefined where she may be anybody. */
  readonly facts: CustomerFacts | undefined;
  /** What the caller was given on request. */
  readonly grants: Grants;
}

/** Says what the gateway would decide and ask for an operation, by its own planner. Nothing is asked of the store or of a source. */
export function explainOperation(deps: Explaining, operation: Operation, { facts, grants }: Assumed):
  Explanation | Extract<ReturnType<typeof selectionOf>, { kind: 'refused' }> {
  const { model, decider, purposes } = deps;
  const { caller } = operation;
  const selection = selectionOf(operation, deps.limits);
  if (selection.kind === 'refused') return selection;
  if (selection.fields.length === 0) return { purpose: '', fields: [], refused: [], waves: [] };
  const asking: Asking = { caller, ...askedBy(model, operation, selection.fields), grants };
  const { purpose } = asking;
  const rights = openRights({ ...asking, decider, caller, purposes, now: 0, askFacts: model.consents.has(purpose) ? nobody : undefined });
  const asked: { readonly action: Action; readonly field: Coordinate }[] = [];
  const early: Rights['early'] = (action, field) => {
    asked.push({ action, field });
    return rights.early(action, field);
  };
  const roots = planRoots({ model, rights: { ...rights, early }, caller, ids: deps.idsOf(caller), fields: selection.fields, maxKeys: deps.limits.keys });

  const bestOf = (action: Action, field: Coordinate, decision: EarlyDecision): BestCase<Decision> | undefined => {
    if (decision.kind !== 'open') return undefined;
    const question = questionOf(asking, action, field);
    // That an emergency would open it is told by the denial.
    const aspects = aspectsOf(decision.policies.flatMap((id) => deps.policyFacts.get(id) ?? []), question).filter(({ kind }) => kind !== 'emergency');
    return bestCaseOf(aspects, { purpose, decide: (known) => decider.byCustomer(question, known), outcome: outcomeOf });
  };
  const under = facts && rights.under(facts);
  const explained = (path: string | undefined, action: Action, field: Coordinate): ExplainedField => {
    const question = questionOf(asking, action, field);
    const decision = rights.early(action, field);
    const perCustomer = facts && (action === 'see' || action === 'read') ? decider.byCustomer(question, facts) : undefined;
    const best = bestOf(action, field, decision);
    const trials = [
      ...deps.dryRuns.ofCaller(question, decision),
      ...(decision.kind === 'open' && best !== undefined ? deps.dryRuns.ofCustomer(question, facts ?? best.facts, perCustomer ?? best.decision) : []),
    ].map(({ policy, was, would }) => ({ policy, was, would }));
    return { path, action, field, decision, best, assumed: perCustomer, trials };
  };
  const structure = (field: Coordinate): boolean => !model.classes.has(field) || field === alwaysReadable;
  const others = new Map(asked.filter(({ action }) => action !== 'read').map((one) => [`${one.action} ${one.field}`, one]));
  const atBest: CustomerRights = {
    facts: nothingKnown,
    sees: true,
    reads: (field) => {
      const decision = rights.early('read', field);
      return decision.kind === 'open' ? (bestOf('read', field, decision)?.decision ?? nothing) : decision;
    },
  };
  return {
    purpose,
    fields: [
      ...[...others.values()].map(({ action, field }) => explained(undefined, action, field)),
      ...placedFields(roots).map(({ path, at, ofCustomer }): ExplainedField => {
        if (ofCustomer && !structure(at)) return explained(path, 'read', at);
        return { path, action: 'read', field: at, decision: structure(at) ? undefined : rights.ofNobody.reads(at), best: undefined, assumed: undefined, trials: [] };
      }),
    ],
    refused: roots.flatMap(refusalsOf),
    waves: wavesOf(deps, { roots, rights, caller, purpose, settled: under ?? atBest }),
  };
}

function wavesOf(deps: Explaining, given: {
  readonly roots: readonly PlannedRoot[];
  readonly rights: Rights;
  readonly caller: Caller;
  readonly purpose: string;
  readonly settled: CustomerRights;
}): readonly Wave[] {
  const { model, sources } = deps;
  const { roots, purpose, settled } = given;
  const keyPath: KeyPath = (source, entity) => sources.find(({ name }) => name === source)?.keys.get(entity) ?? '';
  const looking = { ...deps, ...given, keyPath };
  const plans = roots.flatMap((root) => (root.kind === 'self' && given.caller.kind !== 'customer' ? [] : plansOf(root)));
  // Who is not seen costs no call.
  const fields = settled.sees ? plans.map((plan) => settle(plan, settled)) : [];
  const reads = together(fields.map((one) => fieldWaves(one, keyPath)));
  const consents = settled.sees && plans.some((plan) => !isSettled(plan)) ? consentWave(model, purpose, keyPath) : { name: 'consent', calls: [] };
  const needed = new Set<SourceName>([...consents.calls, ...(reads[0]?.calls ?? [])].map(({ source }) => source));
  return [
    lookUpWave(roots, looking), linkWave(needed, deps.linkBy, looking), consents, ...reads, shownConsents(model, fields.flat(), keyPath),
  ].filter(({ calls }) => calls.length > 0);
}

/** The plans of the customers whom a root field is about. */
function plansOf(root: PlannedRoot): readonly (readonly Planned[])[] {
  switch (root.kind) {
    case 'one': return root.key.kind === 'key' ? [root.plan.fields] : [];
    case 'many': return root.keys.some(({ kind }) => kind === 'key') ? [root.plan.fields] : [];
    case 'self': return [root.plan.fields];
    case 'list': return [...root.plans.values()].map((plan) => plan.fields);
    case 'reviews': return [...root.plans.values()].flatMap(({ customers }) => customers.map(({ plan }) => plan.fields));
    case 'change':
    case 'record': return root.plan.customers.map(({ plan }) => plan.fields);
    case 'refused':
    case 'access':
    case 'accessList':
    case 'own': return [];
  }
}

function refusalsOf(root: PlannedRoot): Explanation['refused'] {
  const said = (path: string, { message, extensions }: { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }): Explanation['refused'][number] => ({ path, message, extensions });
  const path = root.field.responseKey;
  if (root.kind === 'refused') return [said(path, root.error)];
  if (root.kind === 'one') return root.key.kind === 'refused' ? [said(path, root.key.error)] : [];
  return root.kind === 'many' ? root.keys.flatMap((key, index) => (key.kind === 'refused' ? [said(`${path}.${index}`, key.error)] : [])) : [];
}

const nothingKnown: CustomerFacts = { consents: [], objections: [], restriction: undefined, regions: [], partners: [], emergency: false };
const nothing: Decision = { kind: 'deny', reason: 'scope', policies: [], ask: [], grantable: false, inEmergency: false };

/** An explanation asks no source what a customer consents to. */
async function nobody(): Promise<never> {
  throw new Error('nobody is asked');
}
