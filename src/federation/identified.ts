import type { GraphQLError } from 'graphql';
import { ClientError } from '../errors.ts';
import type { CustomerId } from '../ids.ts';
import type { Resolution } from '../identity/identity.ts';
import type { LinkedCustomer } from '../store/links.ts';
import { clientError, sourceFailure, type Answer } from './answer.ts';
import type { OperationContext } from './operation-context.ts';
import type { CustomerPlan, KnownRow } from './resolve-customer.ts';

/** A root field whose customers are known, and whose data can now be fetched. */
export interface Identified {
  readonly customers: readonly CustomerId[];
  /** `disclosed` is fulfilled once it is on record who asks for whom: reads need not wait for it, but changes do. */
  readonly resolve: (disclosed: Promise<void>) => Promise<unknown>;
}

/** Resolves a customer of whom the plan says what is permitted. */
export type Resolve = (plan: CustomerPlan, customer: LinkedCustomer, known?: KnownRow) => Promise<Answer>;

/** A root field that has no customer and is answered with what is given: mostly an error. */
export function answered(answer: unknown): Identified {
  return { customers: [], resolve: async () => answer };
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
