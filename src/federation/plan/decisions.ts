import type { GraphQLError } from 'graphql';
import { denialIn } from '../answer.ts';
import type { Disclosed } from '../federate.ts';
import { below } from './permissions.ts';
import type { Planned } from './plan.ts';
import type { PlannedRoot } from './plan-roots.ts';

/** What was decided of a field, by which policies; where none permits, there is none. Nothing of a customer is in it. */
export interface FieldDecision {
  readonly field: string;
  readonly decision: 'allow' | 'mask' | 'deny';
  readonly policies: readonly string[];
  readonly reason: string | undefined;
}

/** By plan: many customers and requests share one. */
const known = new WeakMap<readonly Planned[], readonly FieldDecision[]>();

/** What was decided in a plan without open places, each once. */
export function decisionsOfPlan(fields: readonly Planned[]): readonly FieldDecision[] {
  const before = known.get(fields);
  if (before !== undefined) return before;
  const made = distinct(fields.flatMap(decisionsIn));
  known.set(fields, made);
  return made;
}

/** What was refused of root fields, and what the gateway's own answers are made of. */
export function decisionsOfRoots(roots: readonly PlannedRoot[]): readonly FieldDecision[] {
  return distinct(roots.flatMap((root) => {
    if (root.kind === 'refused') return refusal(root.field.at, root.error);
    if (root.kind === 'own' || root.kind === 'access' || root.kind === 'accessList' || root.kind === 'report') return decisionsIn(root.planned);
    const keys = root.kind === 'one' ? [root.key] : root.kind === 'many' ? root.keys : [];
    return keys.flatMap((key) => (key.kind === 'refused' && key.at !== undefined ? refusal(key.at, key.error) : []));
  }));
}

/** How often each plan was settled on for a customer. */
export function plansIn({ disclosures }: Disclosed): ReadonlyMap<readonly Planned[], number> {
  const counts = new Map<readonly Planned[], number>();
  for (const { fields } of disclosures) counts.set(fields, (counts.get(fields) ?? 0) + 1);
  return counts;
}

function decisionsIn(planned: Planned): readonly FieldDecision[] {
  const field = planned.field.at;
  if (planned.kind === 'denied') return [{ field, decision: 'deny', policies: planned.decision.policies, reason: planned.decision.reason }];
  const mask = 'mask' in planned ? planned.mask : undefined;
  // What no policy was asked about is no decision.
  const own: readonly FieldDecision[] = planned.kind === 'open' || planned.policies === undefined ? []
    : [{ field, decision: mask === undefined ? 'allow' : 'mask', policies: planned.policies, reason: mask }];
  return [...own, ...below(planned).flatMap(decisionsIn)];
}

function refusal(field: string, error: GraphQLError): readonly FieldDecision[] {
  const denied = denialIn(error);
  return denied === undefined ? [] : [{ field, decision: 'deny', policies: denied.policies, reason: denied.reason }];
}

function distinct(decisions: readonly FieldDecision[]): readonly FieldDecision[] {
  return [...new Map(decisions.map((one) => [JSON.stringify(one), one])).values()];
}
