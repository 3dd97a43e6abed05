import type { GraphQLError } from 'graphql';
import type { RecordOf } from '../../consent/last-words.ts';
import { ClientError } from '../../errors.ts';
import type { CustomerId } from '../../ids.ts';
import type { Resolution } from '../../identity/identity.ts';
import { soon, type Soon } from '../../soon.ts';
import type { LinkedCustomer } from '../../store/links.ts';
import { clientError, sourceFailure, type Answer } from '../answer.ts';
import type { CustomerPlan } from '../plan/customer-plan.ts';
import type { OperationContext } from '../operation-context.ts';
import type { Planned } from '../plan/plan.ts';
import type { PlannedAround } from '../plan/plan-roots.ts';
import { settle } from '../plan/settle.ts';

/** A customer with what is about to be done for her: nothing of it is open. */
export interface Disclosure {
  readonly customer: CustomerId;
  readonly linked: LinkedCustomer;
  readonly fields: readonly Planned[];
  /** The consent on which it rests. */
  readonly reliedOn: readonly RecordOf<'consent'>[];
  /** Whether the caller had stated an emergency of hers. */
  readonly inEmergency: boolean;
}

/** A root field whose customers are known, and whose data can now be fetched. */
export interface Identified {
  readonly disclosures: readonly Disclosure[];
  /** Customers whom the caller named or met and may not see. */
  readonly refused: readonly CustomerId[];
  /** `disclosed` is fulfilled once it is on record who asks for whom: reads need not wait for it, but changes do. */
  readonly resolve: (disclosed: Promise<void>) => unknown;
}

/** Resolves a customer who may be seen. */
export type Resolve = (plan: CustomerPlan, customer: LinkedCustomer) => Soon<Answer>;

/** A root field that has no customer and is answered with what is given: mostly an error. */
export function answered(answer: unknown, refused: readonly CustomerId[] = []): Identified {
  return { disclosures: [], refused, resolve: () => answer };
}

/** What will be told of a customer under a plan. */
export function disclosureOf({ rights }: OperationContext, plan: CustomerPlan, customer: LinkedCustomer): Soon<Disclosure> {
  return soon(plan.settled(rights, customer), ({ fields }) => soon(plan.dependsOnCustomer ? rights.reliedOn(customer) : [], (reliedOn) => (
    { customer: customer.id, linked: customer, fields, reliedOn, inEmergency: rights.inEmergency(customer) })));
}

/** What will be told of a customer by an object around her. */
export async function aroundOf({ rights }: OperationContext, { own, customers }: PlannedAround, customer: LinkedCustomer): Promise<Disclosure> {
  const hers = await rights.of(customer);
  const below = await Promise.all(customers.map(async ({ field, plan }): Promise<readonly Planned[]> => {
    const decision = hers.reads(field.at);
    if (decision.kind === 'deny') return [{ kind: 'denied', field, decision, sources: [], dependsOnCustomer: true }];
    return (await plan.settled(rights, customer)).fields;
  }));
  return {
    customer: customer.id, linked: customer, fields: [...settle(own, hers), ...below.flat()], reliedOn: await rights.reliedOn(customer), inEmergency: rights.inEmergency(customer),
  };
}

/** What stands where a customer was asked for and none can be shown. */
export function unresolved(context: OperationContext, resolution: Exclude<Resolution, { kind: 'customer' }>): GraphQLError | null {
  switch (resolution.kind) {
    case 'unknown':
      return null;
    case 'ambiguous':
      return clientError(new ClientError('BAD_USER_INPUT', 'More than one customer answers to this key; ask by number or id.', { reason: 'ambiguous' }));
    case 'failed':
      return sourceFailure(resolution.error, context.caller.kind);
  }
}
