import type { AccessRequest } from '../../access/request-state.ts';
import type { OperationContext } from '../operation-context.ts';

/** A request for access as data of `AccessRequest`. */
export function describeRequest({ ids }: Pick<OperationContext, 'ids'>, request: AccessRequest): Readonly<Record<string, unknown>> {
  const { asked, state, fields, until, decided, revoked, reviewed } = request;
  return {
    id: asked.request, kind: asked.kind === 'emergency' ? 'EMERGENCY' : 'ON_APPROVAL', state,
    holder: asked.holder.subject, issuer: asked.holder.issuer, fields, purpose: asked.purpose, reason: asked.reason,
    customer: asked.kind === 'emergency' ? ids.give('customer', asked.customer) : null,
    askedAt: timeOf(asked.at), until: timeOf(until),
    decidedBy: decided?.actor, decidedAt: decided && timeOf(decided.at), note: decided?.note,
    revokedBy: revoked?.actor, revokedAt: revoked && timeOf(revoked.at), revokedFor: revoked?.note,
    reviewedBy: reviewed?.actor, reviewedAt: reviewed && timeOf(reviewed.at), finding: reviewed?.note,
  };
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
