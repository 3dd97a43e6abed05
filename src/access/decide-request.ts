import type { AccessRecord, Holder } from '../store/access.ts';
import type { AccessRequest } from './request-state.ts';

/** What somebody wants to become of a request. */
export type Verdict =
  | { readonly kind: 'approve'; readonly fields: readonly string[] | undefined; readonly until: number | undefined; readonly note: string | undefined }
  | { readonly kind: 'refuse' | 'revoke' | 'review'; readonly note: string };

/** Why it does not: in words for whoever wanted it. */
export type VerdictRefusal = 'OWN_REQUEST' | 'NOT_PENDING' | 'NOT_IN_FORCE' | 'NOT_ASKED_FOR' | 'NO_EMERGENCY' | 'REVIEWED';

/** What is said where a verdict is refused. */
export const saidOfVerdict: Readonly<Record<VerdictRefusal, string>> = {
  OWN_REQUEST: 'Nobody decides on a request of her own.',
  NOT_PENDING: 'The request does not wait for a decision any more.',
  NOT_IN_FORCE: 'There is nothing in force that could be taken back.',
  NOT_ASKED_FOR: 'An approval may give less than was asked for, and not more: fields of the request, and an end that lies ahead and no later than its own.',
  NO_EMERGENCY: 'Only an emergency is looked at afterwards.',
  REVIEWED: 'Somebody has looked at this emergency already.',
};

/** Makes the record of a verdict, or says why there is none. Nobody decides on what she asked for herself; taking it back is hers. */
export function decideRequest(request: AccessRequest, verdict: Verdict, by: {
  readonly actor: string;
  /** Whether it is the person who asked. */
  readonly isHolder: boolean;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): AccessRecord | VerdictRefusal {
  const { asked, state } = request;
  const common = { id: by.id, request: asked.request, holder: asked.holder, ends: asked.ends, at: by.now, actor: by.actor };
  if (by.isHolder && verdict.kind !== 'revoke') return 'OWN_REQUEST';
  switch (verdict.kind) {
    case 'approve': {
      if (asked.kind !== 'requested' || state !== 'PENDING') return 'NOT_PENDING';
      const { fields = asked.fields, until = asked.ends, note } = verdict;
      const isLess = fields.length > 0 && fields.every((field) => asked.fields.includes(field)) && until > by.now && until <= asked.ends;
      return isLess ? { kind: 'approved', ...common, fields: [...new Set(fields)], until, note } : 'NOT_ASKED_FOR';
    }
    case 'refuse':
      return asked.kind === 'requested' && state === 'PENDING' ? { kind: 'refused', ...common, note: verdict.note } : 'NOT_PENDING';
    case 'revoke':
      return state === 'APPROVED' || (by.isHolder && state === 'PENDING') ? { kind: 'revoked', ...common, note: verdict.note } : 'NOT_IN_FORCE';
    case 'review':
      if (asked.kind !== 'emergency') return 'NO_EMERGENCY';
      return request.reviewed === undefined ? { kind: 'reviewed', ...common, note: verdict.note } : 'REVIEWED';
  }
}

/** Whether two are the same person, as far as tokens tell. */
export function isSame(one: Holder, other: Holder): boolean {
  return one.issuer === other.issuer && one.subject === other.subject;
}
