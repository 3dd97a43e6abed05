import type { Grants } from '../access/grants.ts';
import type { Action, Decider, Decision, EarlyDecision, Open, Question } from '../authorization/decision.ts';
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
import { openCustomerPlans } from '../federation/plan/customer-plan.ts';
import { planRoots, type PlannedRoot } from '../federation/plan/plan-roots.ts';
import { openSelectedClasses } from '../federation/plan/selected-classes.ts';
import type { Coordinate } from '../ids.ts';
import type { Operation, Selects } from '../operation/gateway.ts';
import type { OperationLimits } from '../operation/limits.ts';
import { askedBy, selectionOf } from '../operation/understand.ts';
import type { Model } from '../schema/model.ts';
import { alwaysReadable } from '../schema/shape.ts';
import { aspectsOf, factsWith } from './assumed-facts.ts';
import { bestCaseOf, type BestCase } from './best-case.ts';
import { placedFields } from './explained-fields.ts';
import { meetingOf, meetsNobody, whereMet, type Foreseen } from './meeting.ts';
import { plannedWaves } from './planned-waves.ts';
import type { Wave } from './waves.ts';

/** What of a deployment an explanation is made of. */
export interface Explaining extends Selects {
  readonly model: Model;
  readonly decider: Decider;
  readonly dryRuns: DryRuns;
  readonly policyFacts: ReadonlyMap<string, PolicyFacts>;
  readonly purposes: PurposeRegistry;
  readonly sources: readonly SourceSettings[];
  readonly lead: SourceSettings;
  readonly linkBy: readonly IdentifierName[];
  readonly idsOf: (caller: Caller) => CallerIds;
  readonly limits: OperationLimits;
}

/** A right that was asked for, and what was decided. */
export interface ExplainedField {
  /** Where it stands in the answer; of a right that is no field's of the answer, undefined. */
  readonly path: string | undefined;
  readonly action: Action;
  readonly field: Coordinate;
  /** By caller and purpose, of seeing also by whom the caller meets; undefined for structure, which holds no data of its own. */
  readonly decision: EarlyDecision | undefined;
  /** Where the decision is open: what it comes to at best, and what has to be so for that. */
  readonly best: Foreseen['best'];
  /** For the assumed customer; open where what is assumed of her does not say whether the caller meets her. */
  readonly assumed: EarlyDecision | undefined;
  readonly assumedBest: Foreseen['best'];
  /** What policies on trial would change of it. */
  readonly trials: readonly Pick<DryRunChange, 'policy' | 'was' | 'would'>[];
}

export interface Explanation {
  readonly purpose: string;
  /** What the operation costs, and what it may. */
  readonly cost: { readonly got: number; readonly allowed: number };
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
  const selection = selectionOf(operation, deps.limits, deps);
  if (selection.kind === 'refused') return selection;
  const cost = { got: selection.cost, allowed: deps.limits.cost };
  if (selection.fields.length === 0) return { purpose: '', cost, fields: [], refused: [], waves: [] };
  const asking: Asking = { caller, ...askedBy(operation, openSelectedClasses(model)(selection.fields)), grants };
  const { purpose } = asking;
  const rights = openRights({ ...asking, decider, caller, purposes, now: 0, askFacts: model.consents.has(purpose) ? nobody : undefined });
  const asked: { readonly action: Action; readonly field: Coordinate }[] = [];
  const early: Rights['early'] = (action, field) => {
    asked.push({ action, field });
    return rights.early(action, field);
  };
  const roots = planRoots({ model, rights: { ...rights, early }, plans: openCustomerPlans(), caller, ids: deps.idsOf(caller), fields: selection.fields, maxKeys: deps.limits.keys });

  const meeting = meetingOf(roots, caller, facts);
  const bestOf = (question: Question, { policies }: Open): BestCase<Decision> => {
    // That an emergency would open it is told by the denial.
    const aspects = aspectsOf(policies.flatMap((id) => deps.policyFacts.get(id) ?? []), question).filter(({ kind }) => kind !== 'emergency');
    return bestCaseOf(aspects, { purpose, decide: (known) => decider.byCustomer(question, known), outcome: outcomeOf });
  };
  const explained = (path: string | undefined, action: Action, field: Coordinate): ExplainedField => {
    const question = questionOf(asking, action, field);
    const decision = rights.early(action, field);
    const assumed = facts && (action === 'see' || action === 'read') ? decider.byCustomer(question, facts) : undefined;
    const best = decision.kind === 'open' ? bestOf(question, decision) : undefined;
    const trials = [
      ...deps.dryRuns.ofCaller(question, decision),
      ...(best === undefined ? [] : deps.dryRuns.ofCustomer(question, facts ?? best.facts, assumed ?? best.decision)),
    ].map(({ policy, was, would }) => ({ policy, was, would }));
    if (action !== 'see') return { path, action, field, decision, best, assumed, assumedBest: undefined, trials };
    const told = assumed && whereMet({ decision: assumed, best: undefined }, meeting, caller);
    return { path, action, field, ...whereMet({ decision, best }, meetingOf(roots, caller, undefined), caller), assumed: told?.decision, assumedBest: told?.best, trials };
  };
  const structure = (field: Coordinate): boolean => !model.classes.has(field) || field === alwaysReadable;
  const others = new Map(asked.filter(({ action }) => action !== 'read').map((one) => [`${one.action} ${one.field}`, one]));
  const atBest: CustomerRights = {
    key: 'at best',
    facts: factsWith([]),
    sees: true,
    reads: (field) => {
      const decision = rights.early('read', field);
      return decision.kind === 'open' ? bestOf(questionOf(asking, 'read', field), decision).decision : decision;
    },
  };
  const settled = facts === undefined ? atBest : rights.under(facts);
  return {
    purpose, cost,
    fields: [
      ...[...others.values()].map(({ action, field }) => explained(undefined, action, field)),
      ...placedFields(roots).map(({ path, at, ofCustomer }): ExplainedField => {
        if (ofCustomer && !structure(at)) return explained(path, 'read', at);
        return { path, action: 'read', field: at, decision: structure(at) ? undefined : rights.ofNobody.reads(at), best: undefined, assumed: undefined, assumedBest: undefined, trials: [] };
      }),
    ],
    refused: roots.flatMap(refusalsOf),
    waves: plannedWaves(roots, { ...deps, rights, caller, purpose, settled: { ...settled, sees: settled.sees && !meetsNobody(meeting) } }),
  };
}

function refusalsOf(root: PlannedRoot): Explanation['refused'] {
  const said = (path: string, { message, extensions }: { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }): Explanation['refused'][number] => ({ path, message, extensions });
  const path = root.field.responseKey;
  if (root.kind === 'refused') return [said(path, root.error)];
  if (root.kind === 'one') return root.key.kind === 'refused' ? [said(path, root.key.error)] : [];
  return root.kind === 'many' ? root.keys.flatMap((key, index) => (key.kind === 'refused' ? [said(`${path}.${index}`, key.error)] : [])) : [];
}

/** An explanation asks no source what a customer consents to. */
async function nobody(): Promise<never> {
  throw new Error('nobody is asked');
}
