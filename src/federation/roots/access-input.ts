import type { Verdict } from '../../access/decide-request.ts';
import { mostFields } from '../../access/request-state.ts';
import { sight } from '../../authorization/rights.ts';
import { choosePurpose } from '../../caller/purpose.ts';
import type { ClientError } from '../../errors.ts';
import type { Coordinate } from '../../ids.ts';
import type { OperationContext } from '../operation-context.ts';
import { longestText, timeOf, wrongInput } from './input.ts';

/** The inputs of all changes of access; GraphQL has checked that those of the field are there. */
export interface AccessInput {
  readonly request?: string;
  readonly fields?: readonly string[] | null;
  readonly purpose?: string;
  readonly reason?: string;
  readonly justification?: string;
  readonly customer?: string;
  readonly until?: string | null;
  readonly note?: string | null;
}

/** What somebody asks for. */
export interface Asked {
  readonly fields: readonly Coordinate[];
  readonly purpose: string;
  readonly reason: string;
  readonly until: number;
}

/** What is asked for, or what is wrong with it: also what no grant could open, and what is open already. */
export function askedIn(context: OperationContext, { fields, purpose = '', reason, until }: AccessInput): Asked | ClientError {
  const { model, rights, caller, purposes, now, accessRules } = context;
  const wanted = [...new Set(fields ?? [])] as Coordinate[];
  const ends = timeOf(until) ?? 0;
  const days = Math.floor(accessRules.longest / 86_400_000);
  if (wanted.length === 0 || wanted.length > mostFields) return wrongInput('fields', `1 to ${mostFields} fields like Customer.email`);
  const unknown = wanted.filter((field) => !model.classes.has(field));
  if (unknown.length > 0) return wrongInput('fields', `governed fields of the schema; there is no ${unknown.join(', ')}`, { reason: 'UNKNOWN_FIELD', fields: unknown });
  if (choosePurpose(caller, purpose, purposes).kind !== 'purpose') return wrongInput('purpose', 'a purpose that your token allows; a grant for another one could not be used');
  if (ends <= now || ends > now + accessRules.longest) return wrongInput('until', `a time that lies ahead, by ${days} days at most`);
  const why = textIn(reason);
  if (why === undefined) return wrongInput('reason', `1 to ${longestText} characters`);
  if (rights.elsewhere(purpose, 'see', sight, false).kind === 'deny') return wrongInput('purpose', 'a purpose for which you see customers; a grant shows more of them, and never more customers', { reason: 'NOT_GRANTABLE' });
  const closed = wanted.filter((field) => rights.elsewhere(purpose, 'read', field, true).kind === 'deny');
  if (closed.length > 0) return wrongInput('fields', `fields that a grant can open for this purpose; no policy lets one open ${closed.join(', ')}`, { reason: 'NOT_GRANTABLE', fields: closed });
  const open = wanted.filter((field) => {
    const decision = rights.elsewhere(purpose, 'read', field, false);
    return decision.kind === 'allow' && decision.mask === undefined;
  });
  if (open.length > 0) return wrongInput('fields', `fields that you may not read yet; you may read ${open.join(', ')}`, { reason: 'PERMITTED', fields: open });
  return { fields: wanted, purpose, reason: why, until: ends };
}

/** What is to become of a request, by the mutation's name. */
export function verdictIn(mutation: string, { fields, until, note }: AccessInput): Verdict | ClientError {
  const words = textIn(note);
  if (mutation === 'approveAccess') {
    if (note !== undefined && note !== null && words === undefined) return wrongInput('note', `1 to ${longestText} characters, or none`);
    return { kind: 'approve', fields: fields ?? undefined, until: timeOf(until), note: words };
  }
  if (words === undefined) return wrongInput('note', `1 to ${longestText} characters`);
  switch (mutation) {
    case 'refuseAccess': return { kind: 'refuse', note: words };
    case 'revokeAccess': return { kind: 'revoke', note: words };
    case 'reviewAccess': return { kind: 'review', note: words };
    default: throw new Error(`nobody carries out Mutation.${mutation}`);
  }
}

/** A text that a person wrote; undefined when it is empty or a document. */
export function textIn(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || trimmed.length > longestText ? undefined : trimmed;
}
