import type { NewEntry } from '../audit/entry.ts';
import type { AccessRecord } from '../store/access.ts';
import type { AccessRequest } from './request-state.ts';

/**
 * What the audit trail says of a change of who has access to what. `request` is as it was before, of a new one as it will be. `seal` makes of words
 * what proves them; `requestId` is that of the HTTP request, and a command has none.
 */
export function accessEntry(made: AccessRecord, request: Pick<AccessRequest, 'asked' | 'fields' | 'until'>, { requestId, seal }: {
  readonly requestId: string | undefined;
  readonly seal: (words: string) => string;
}): NewEntry {
  const { request: access, holder: { issuer, subject }, actor } = made;
  const { asked } = request;
  const about = { requestId, access, issuer, subject, purpose: asked.purpose };
  if (made.kind === 'emergency') return { kind: 'emergency', ...about, customer: made.customer, until: made.ends, said: seal(made.reason) };
  const said = made.kind === 'requested' ? made.reason : made.note;
  const { fields, until } = made.kind === 'approved' ? made : request;
  return {
    kind: 'access', step: made.kind, ...about, actor, customer: asked.kind === 'emergency' ? asked.customer : undefined, fields, until,
    said: said === undefined ? undefined : seal(said),
  };
}
