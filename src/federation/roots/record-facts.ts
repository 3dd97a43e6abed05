import { resolveVisible } from '../../authorization/visible-customers.ts';
import { ClientError } from '../../errors.ts';
import { customerId } from '../../ids.ts';
import type { Soon } from '../../soon.ts';
import type { Fact, FactRecord } from '../../store/facts.ts';
import type { LinkedCustomer } from '../../store/links.ts';
import { clientError } from '../answer.ts';
import { answerAround } from '../own/answer-around.ts';
import { factOf, type FactInput } from './fact-input.ts';
import { answered, aroundOf, type Identified, type Resolve } from './identified.ts';
import type { OperationContext } from '../operation-context.ts';
import type { PlannedRoot } from '../plan/plan-roots.ts';

/**
 * Finds whom a record is about and checks it; it is added once it is on record who does so. What the answer shows of her is
 * decided with the record in force.
 */
export async function identifyRecord(context: OperationContext, root: Extract<PlannedRoot, { kind: 'record' }>, resolve: Resolve): Promise<Identified> {
  const input = root.field.arguments['input'] as FactInput;
  const fact = factOf(context, root.field.name, input);
  if (fact instanceof ClientError) return answered(clientError(fact));
  const found = await resolveVisible(context.identity, context.caller, context.rights, { kind: 'id', value: customerId(context.ids.take('customer', input.customer)) });
  if (found.kind !== 'customer' || !context.rights.sees(found.customer)) {
    return answered(clientError(new ClientError('BAD_USER_INPUT', 'There is no such customer.', { reason: 'UNKNOWN_CUSTOMER' })));
  }
  const record = recordOf(context, found.customer, fact);
  const customer = withFacts(found.customer, [record]);
  return {
    disclosures: [await aroundOf(context, root.plan, customer)],
    refused: [],
    async resolve(disclosed) {
      await disclosed;
      await context.facts.append([record]);
      return answerAround(context, root.field.type, root.plan, {
        own: { recordedAt: new Date(record.recordedAt).toISOString() }, about: customer, customers: { customer }, resolve,
      });
    },
  };
}

/**
 * Global Privacy Control: the customer's own app says that her data must not be shared. It is recorded once as an objection to
 * every purpose that it counts for, so that it holds for whoever asks next.
 */
export function heedOptOut(context: OperationContext, customer: LinkedCustomer): Soon<LinkedCustomer> {
  return context.optOut.length === 0 || context.caller.kind !== 'customer' ? customer : recordOptOut(context, customer);
}

async function recordOptOut(context: OperationContext, customer: LinkedCustomer): Promise<LinkedCustomer> {
  const { objections } = (await context.rights.of(customer)).facts;
  const missing = context.optOut.filter((purpose) => !objections.includes(purpose));
  if (missing.length === 0) return customer;
  const records = missing.map((purpose) => recordOf(context, customer, {
    kind: 'objection', purpose, status: 'OBJECTED', source: 'gpc', method: 'SIGNAL', at: context.now, evidence: 'Sec-GPC: 1',
  }));
  await context.facts.append(records);
  return withFacts(customer, records);
}

function recordOf({ newId, now, actor, requestId }: OperationContext, customer: LinkedCustomer, fact: Fact): FactRecord {
  return { id: newId(), customer: customer.id, fact, recordedAt: now, actor, requestId };
}

function withFacts({ id, members: [first, ...others] }: LinkedCustomer, records: readonly FactRecord[]): LinkedCustomer {
  return { id, members: [{ ...first, facts: [...first.facts, ...records] }, ...others] };
}
