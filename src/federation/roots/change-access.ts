import { accessEntry } from '../../access/access-entry.ts';
import { decideRequest, isSame, saidOfVerdict, type VerdictRefusal } from '../../access/decide-request.ts';
import { requestsIn, type AccessRequest } from '../../access/request-state.ts';
import { sight } from '../../authorization/rights.ts';
import { ClientError } from '../../errors.ts';
import { customerId, type Coordinate } from '../../ids.ts';
import type { AccessRecord } from '../../store/access.ts';
import { clientError, denial } from '../answer.ts';
import { answerOwn } from '../own/answer-own.ts';
import { describeRequest } from '../own/describe-request.ts';
import type { PlannedRoot } from '../plan/plan-roots.ts';
import { askedIn, textIn, verdictIn, type AccessInput } from './access-input.ts';
import { answered, type Identified } from './identified.ts';
import { longestText, wrongInput } from './input.ts';
import type { OperationContext } from '../operation-context.ts';

/** Checks a change of who has access to what; it is made once it is on record. */
export async function identifyAccess(context: OperationContext, root: Extract<PlannedRoot, { kind: 'access' }>): Promise<Identified> {
  const input = root.field.arguments['input'] as AccessInput;
  const change = await recordFor(context, root.field.name, input);
  if (change instanceof Error) return answered(change instanceof ClientError ? clientError(change) : change);
  return {
    disclosures: [],
    refused: [],
    async resolve(disclosed) {
      await disclosed;
      const { record, request: before } = change;
      await context.trail.append(accessEntry(record, before, { requestId: context.requestId, seal: context.trail.seal }));
      await context.access.append(record);
      const [request] = requestsIn(await context.access.read({ request: record.request }), context.now);
      return request === undefined ? null : answerOwn(context, root.planned, describeRequest(context, request));
    },
  };
}

/** A change, and what it is about. */
interface Made {
  readonly record: AccessRecord;
  readonly request: Pick<AccessRequest, 'asked' | 'fields' | 'until'>;
}

async function recordFor(context: OperationContext, mutation: string, input: AccessInput): Promise<Made | Error> {
  switch (mutation) {
    case 'requestAccess': return requested(context, input);
    case 'breakGlass': return emergency(context, input);
    default: return decided(context, mutation, input);
  }
}

function requested(context: OperationContext, input: AccessInput): Made | ClientError {
  const asked = askedIn(context, input);
  if (asked instanceof ClientError) return asked;
  const { fields, purpose, reason, until } = asked;
  return made({ kind: 'requested', ...asking(context, until), fields, purpose, reason });
}

/** Opens what policies mark for an emergency, of one customer whom the caller may see then, for as long as the deployment says. */
async function emergency(context: OperationContext, input: AccessInput): Promise<Made | ClientError> {
  const { rights, identity, ids, now, accessRules, purpose } = context;
  const reason = textIn(input.justification);
  if (reason === undefined) return wrongInput('justification', `1 to ${longestText} characters`);
  if (!rights.heeds.emergencies) return new ClientError('BAD_USER_INPUT', 'No policy here lets an emergency open anything.', { reason: 'NOTHING_TO_OPEN' });
  const found = await identity.stored({ kind: 'id', value: customerId(ids.take('customer', input.customer ?? '')) });
  if (found.kind !== 'customer' || !rights.seesInEmergency(found.customer)) return new ClientError('BAD_USER_INPUT', 'There is no such customer.', { reason: 'UNKNOWN_CUSTOMER' });
  return made({ kind: 'emergency', ...asking(context, now + accessRules.emergency), customer: found.customer.id, purpose, reason });
}

async function decided(context: OperationContext, mutation: string, input: AccessInput): Promise<Made | Error> {
  const verdict = verdictIn(mutation, input);
  if (verdict instanceof ClientError) return verdict;
  const { caller, actor, now, newId } = context;
  const [request] = requestsIn(await context.access.read({ request: input.request ?? '' }), now);
  const isHolder = request !== undefined && [caller.subject, caller.actor].some((subject) => subject !== undefined && isSame(request.asked.holder, { issuer: caller.issuer, subject }));
  // Who may not decide on it learns as little of it as of one that is not there.
  if (request === undefined || !(isHolder || decidesOn(context, request))) return new ClientError('BAD_USER_INPUT', 'There is no such request.', { reason: 'UNKNOWN_REQUEST' });
  const record = decideRequest(request, verdict, { actor, isHolder, id: newId(), now });
  if (typeof record === 'string') return refusal(record);
  if (record.kind !== 'approved') return { record, request };
  for (const field of record.fields as readonly Coordinate[]) {
    const decision = context.rights.elsewhere(request.asked.purpose, 'approve', field, false);
    if (decision.kind === 'deny') return denial(field, decision, caller.kind);
  }
  return { record, request };
}

function made(asked: AccessRequest['asked']): Made {
  return { record: asked, request: { asked, fields: asked.kind === 'requested' ? asked.fields : [], until: asked.ends } };
}

/** Whether the caller answers for any of what a request is about. */
export function decidesOn({ rights }: Pick<OperationContext, 'rights'>, { asked }: AccessRequest): boolean {
  const fields = asked.kind === 'requested' ? asked.fields as readonly Coordinate[] : [sight];
  return fields.some((field) => rights.elsewhere(asked.purpose, 'approve', field, false).kind === 'allow');
}

function asking({ newId, now, actor, caller: { issuer, subject } }: OperationContext, ends: number): Pick<AccessRecord, 'id' | 'request' | 'holder' | 'ends' | 'at' | 'actor'> {
  const id = newId();
  return { id, request: id, holder: { issuer, subject }, ends, at: now, actor };
}

function refusal(reason: VerdictRefusal): ClientError {
  return new ClientError('BAD_USER_INPUT', saidOfVerdict[reason], { reason });
}
