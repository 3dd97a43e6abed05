import type { NewEntry } from '../audit/entry.ts';
import { digestOf } from '../audit/record.ts';
import type { AccessRecord, AccessRequested, Emergency } from '../store/access.ts';

/** What the audit trail says of a change of who has access to what. `requestId` is that of the HTTP request; a command has none. */
export function accessEntry(made: AccessRecord, asked: AccessRequested | Emergency, requestId: string | undefined): NewEntry {
  const { request: access, holder: { issuer, subject }, actor } = made;
  const { purpose } = asked;
  if (made.kind === 'emergency') return { kind: 'emergency', requestId, access, issuer, subject, purpose, customer: made.customer, until: made.ends, said: digestOf(made.reason) };
  const said = made.kind === 'requested' ? made.reason : made.note;
  const { fields, until } = made.kind === 'approved' ? made : { fields: asked.kind === 'requested' ? asked.fields : [], until: made.ends };
  return { kind: 'access', step: made.kind, requestId, access, issuer, subject, actor, purpose, fields, until, said: said === undefined ? undefined : digestOf(said) };
}
