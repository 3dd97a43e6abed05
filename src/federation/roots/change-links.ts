import { ClientError } from '../../errors.ts';
import { customerId } from '../../ids.ts';
import type { CheckedChange, RefusalReason } from '../../identity/check-change.ts';
import type { LinkedCustomer, LinkName } from '../../store/links.ts';
import { clientError, sourceFailure } from '../answer.ts';
import { answerAround } from '../own/answer-around.ts';
import { longestKey, usable } from '../plan/customer-key.ts';
import { describeEvent } from '../own/describe-identity.ts';
import { answered, aroundOf, type Identified, type Resolve } from './identified.ts';
import type { OperationContext } from '../operation-context.ts';
import type { PlannedRoot } from '../plan/plan-roots.ts';

/** The inputs of all changes; GraphQL has checked that those of the field are there. */
interface ChangeInput {
  readonly customer: string;
  readonly into?: string;
  readonly record?: LinkName;
  readonly off?: { readonly merged: string } | { readonly record: LinkName } | { readonly moved: LinkName };
  readonly evidence: string;
  readonly numbersDiffer?: boolean;
}

/** Evidence is for people who read the history, not for documents. */
const longestEvidence = 1000;

/** Finds whom a change is about and checks it against what the sources say; it is made once it is on record. */
export async function identifyChange(context: OperationContext, root: Extract<PlannedRoot, { kind: 'change' }>, resolve: Resolve): Promise<Identified> {
  const input = root.field.arguments['input'] as ChangeInput;
  const evidence = input.evidence.trim();
  if (evidence === '' || evidence.length > longestEvidence) return malformed(['input', 'evidence'], longestEvidence);
  const named = namedIn(input);
  if (named !== undefined && !usable(named.record.value)) return malformed([...named.path, 'value'], longestKey);
  const [customer, into] = await Promise.all([visibleCustomer(context, input.customer), visibleCustomer(context, input.into)]);
  if (customer === undefined || (input.into !== undefined && into === undefined)) return refusal('UNKNOWN_CUSTOMER');
  const checked = await check(context, root.field.name, { input, customer, into });
  if (checked.kind === 'refused') return refusal(checked.reason);
  if (checked.kind === 'failed') return answered(sourceFailure(checked.error, context.caller.kind));
  return {
    disclosures: await Promise.all([customer, ...(into === undefined ? [] : [into])].map((one) => aroundOf(context, root.plan, one))),
    refused: [],
    async resolve(disclosed) {
      await disclosed;
      const outcome = await context.stewardship.change({ change: checked.change, actor: context.actor, evidence, requestId: context.requestId });
      if (outcome.kind === 'refused') return refusalOf(outcome.reason);
      const { event } = outcome;
      const [now, apart] = await Promise.all([
        visibleCustomer(context, input.into ?? input.customer),
        event.kind === 'SEPARATED' ? visibleCustomer(context, event.other) : event.kind === 'UNMERGED' ? visibleCustomer(context, event.customer) : undefined,
      ]);
      return answerAround(context, root.field.type, root.plan, {
        own: { event: describeEvent(context, event) }, about: now ?? customer, customers: { customer: now, apart }, resolve,
      });
    },
  };
}

/** The record that a change names, and where it stands. */
function namedIn({ record, off }: ChangeInput): { readonly record: LinkName; readonly path: readonly string[] } | undefined {
  if (record !== undefined) return { record, path: ['input', 'record'] };
  if (off === undefined || 'merged' in off) return undefined;
  return 'record' in off ? { record: off.record, path: ['input', 'off', 'record'] } : { record: off.moved, path: ['input', 'off', 'moved'] };
}

function malformed(argumentPath: readonly string[], longest: number): Identified {
  return answered(clientError(new ClientError('BAD_USER_INPUT', `${argumentPath.join('.')}: expected 1 to ${longest} characters.`, { argumentPath })));
}

async function check({ changes }: OperationContext, field: string, about: {
  readonly input: ChangeInput;
  readonly customer: LinkedCustomer;
  readonly into: LinkedCustomer | undefined;
}): Promise<CheckedChange> {
  const { input: { record, off, numbersDiffer = false }, customer, into } = about;
  if (field === 'linkCustomer' && record !== undefined) return changes.link(customer, record);
  if (field === 'mergeCustomers' && into !== undefined) return changes.merge(into, customer, numbersDiffer);
  if (field === 'splitCustomer' && off !== undefined) {
    if ('merged' in off) return changes.splitMerged(customer, customerId(off.merged));
    return 'record' in off ? changes.splitRecord(customer, off.record) : changes.splitMoved(customer, off.moved);
  }
  throw new Error(`nobody carries out Mutation.${field}`);
}

/** A customer who may not be seen is not there for who would change her links either. */
async function visibleCustomer({ identity, rights }: OperationContext, id: string | undefined): Promise<LinkedCustomer | undefined> {
  if (id === undefined) return undefined;
  const found = await identity.stored({ kind: 'id', value: customerId(id) });
  return found.kind === 'customer' && rights.sees(found.customer) ? found.customer : undefined;
}

const said: Readonly<Record<RefusalReason, string>> = {
  UNKNOWN_CUSTOMER: 'There is no such customer.',
  UNKNOWN_RECORD: 'The source has no such record, or there is no such source.',
  LINKED_ELSEWHERE: 'The record is another customer\'s; merge the two customers, or split it off there first.',
  HAS_ANOTHER_KEY: 'The customer has another record in that source; look the other one up and merge the two customers.',
  ALREADY_SO: 'It is so already.',
  NOT_HERS: 'The customer does not have that record.',
  BARRED: 'The record must not be linked to this customer; link it by hand to lift that.',
  NUMBERS_DIFFER: 'They have different customer numbers. Two customers with different numbers can be merged if that is confirmed with numbersDiffer.',
  NOT_MERGED: 'That customer was not merged into this one.',
  NOT_MOVED: 'That key did not come to the customer by a merge in its source.',
};

function refusalOf(reason: RefusalReason): ReturnType<typeof clientError> {
  return clientError(new ClientError('BAD_USER_INPUT', said[reason], { reason }));
}

function refusal(reason: RefusalReason): Identified {
  return answered(refusalOf(reason));
}
