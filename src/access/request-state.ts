import type { AccessApproved, AccessNoted, AccessRecord, AccessRequested, Emergency } from '../store/access.ts';

/** What became of a request. Of an emergency, which nobody has to approve, whether somebody has looked at it. */
export const requestStates = ['PENDING', 'APPROVED', 'REFUSED', 'REVOKED', 'ENDED'] as const;
export type RequestState = (typeof requestStates)[number];

/** The most fields that one request is for. */
export const mostFields = 100;

/** One request with all that was said of it. */
export interface AccessRequest {
  readonly asked: AccessRequested | Emergency;
  readonly state: RequestState;
  /** What it opens while it is approved: of an emergency nothing is listed, since policies say what that is. */
  readonly fields: readonly string[];
  /** When it ends by itself. */
  readonly until: number;
  /** Who said yes or no, when and with which words; of several, the last. */
  readonly decided: AccessApproved | AccessNoted | undefined;
  /** Who has taken it back. */
  readonly revoked: AccessNoted | undefined;
  /** Who has looked at an emergency. */
  readonly reviewed: AccessNoted | undefined;
}

/**
 * Records → requests as they are at `now` (in milliseconds), the latest first. Where several have decided, the most restrictive
 * counts: one who refuses or revokes, and of approvals what all of them give.
 */
export function requestsIn(records: readonly AccessRecord[], now: number): readonly AccessRequest[] {
  return [...Map.groupBy(records, ({ request }) => request).values()].flatMap((said) => requestIn(said, now)).toSorted((a, b) => b.asked.at - a.asked.at);
}

function requestIn(said: readonly AccessRecord[], now: number): readonly AccessRequest[] {
  const asked = said.find((one) => one.kind === 'requested' || one.kind === 'emergency');
  if (asked === undefined) return [];
  const approvals = said.filter((one) => one.kind === 'approved');
  const noted = (kind: AccessNoted['kind']): AccessNoted | undefined => said.find((one): one is AccessNoted => one.kind === kind);
  const [refused, revoked] = [noted('refused'), noted('revoked')];
  const until = approvals.reduce((earliest, one) => Math.min(earliest, one.until), asked.ends);
  const requested = asked.kind === 'requested' ? asked.fields : [];
  const isApproved = asked.kind === 'emergency' || approvals.length > 0;
  return [{
    asked, until,
    state: refused !== undefined ? 'REFUSED' : revoked !== undefined ? 'REVOKED' : until <= now ? 'ENDED' : isApproved ? 'APPROVED' : 'PENDING',
    fields: isApproved ? requested.filter((field) => approvals.every(({ fields }) => fields.includes(field))) : requested,
    decided: refused ?? approvals.at(-1), revoked,
    reviewed: noted('reviewed'),
  }];
}
