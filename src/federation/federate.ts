import { resolveSelf, resolveVisible } from '../authorization/visible-customers.ts';
import { unreachable } from '../errors.ts';
import type { CustomerId } from '../ids.ts';
import type { Resolution } from '../identity/identity.ts';
import type { LinkedCustomer } from '../store/links.ts';
import { anAnswer, type Answer } from './answer.ts';
import { identifyReport } from './roots/access-report.ts';
import { identifyAccess } from './roots/change-access.ts';
import { identifyChange } from './roots/change-links.ts';
import type { CustomerPlan } from './plan/customer-plan.ts';
import { answered, disclosureOf, unresolved, type Disclosure, type Identified, type Resolve } from './roots/identified.ts';
import { identifyRequests } from './roots/list-access.ts';
import { identifyList } from './roots/list-customers.ts';
import { identifyReviews } from './roots/list-reviews.ts';
import type { OperationContext } from './operation-context.ts';
import { answerOwn } from './own/answer-own.ts';
import type { AskedCustomer, PlannedRoot } from './plan/plan-roots.ts';
import { heedOptOut, identifyRecord } from './roots/record-facts.ts';
import { resolveCustomer } from './resolve-customer.ts';
import type { Trace } from './trace.ts';

export interface Federated {
  readonly answer: Answer;
  readonly traces: readonly Trace[];
}

/** Whom an operation is about, as soon as they are known and decided on. */
export interface Disclosed {
  readonly disclosures: readonly Disclosure[];
  readonly refused: readonly CustomerId[];
}

/**
 * Resolves planned root fields: first whom they are about, then, all at once, what is permitted of them.
 *
 * `disclose` is told of the customers as soon as they are known, and runs beside the fan-out. Nothing is answered before it is
 * done, and nothing is changed.
 */
export async function federate(
  context: OperationContext,
  roots: readonly PlannedRoot[],
  disclose: (disclosed: Disclosed) => Promise<void>,
): Promise<Federated> {
  const traces: Trace[] = [];
  const resolved = async (plan: CustomerPlan, customer: LinkedCustomer): Promise<Answer> => {
    const { answer, trace } = await resolveCustomer(context, await plan.settled(context.rights, customer), customer);
    traces.push(trace);
    return answer;
  };
  const identified = await Promise.all(roots.map((root) => identify(context, root, resolved)));
  const answer = anAnswer('');
  const disclosed = disclose({
    disclosures: identified.flatMap((one) => one.disclosures),
    refused: [...new Set(identified.flatMap((one) => one.refused))],
  });
  await Promise.all([
    disclosed,
    ...identified.map(async (one, index) => {
      const root = roots[index];
      if (root !== undefined) answer[root.field.responseKey] = await one.resolve(disclosed);
    }),
  ]);
  return { answer, traces };
}

async function identify(context: OperationContext, root: PlannedRoot, resolve: Resolve): Promise<Identified> {
  switch (root.kind) {
    case 'refused':
      return answered(root.error);
    case 'own':
      return answered(answerOwn(context, root.planned, context.own(root.field.name)));
    case 'one':
      return identifyOne(context, root.key, root.plan, resolve);
    case 'self':
      return identified(context, await resolveSelf(context.identity, context.caller, context.rights), root.plan, resolve);
    case 'many': {
      const all = await Promise.all(root.keys.map((key) => identifyOne(context, key, root.plan, resolve)));
      return {
        disclosures: all.flatMap((one) => one.disclosures),
        refused: all.flatMap((one) => one.refused),
        resolve: (disclosed) => Promise.all(all.map((one) => one.resolve(disclosed))),
      };
    }
    case 'list':
      return identifyList(context, root, resolve);
    case 'reviews':
      return identifyReviews(context, root, resolve);
    case 'change':
      return identifyChange(context, root, resolve);
    case 'record':
      return identifyRecord(context, root, resolve);
    case 'access':
      return identifyAccess(context, root);
    case 'report':
      return identifyReport(context, root);
    case 'accessList':
      return identifyRequests(context, root);
    default:
      return unreachable(root);
  }
}

async function identifyOne(context: OperationContext, asked: AskedCustomer, plan: CustomerPlan, resolve: Resolve): Promise<Identified> {
  if (asked.kind === 'refused') return answered(asked.error);
  return identified(context, await resolveVisible(context.identity, context.caller, context.rights, asked.key), plan, resolve);
}

/** A customer who may not be seen is answered like one who is not there. */
async function identified(context: OperationContext, resolution: Resolution, plan: CustomerPlan, resolve: Resolve): Promise<Identified> {
  if (resolution.kind !== 'customer') return answered(unresolved(context, resolution));
  const customer = await heedOptOut(context, resolution.customer);
  if (!context.rights.sees(customer)) return answered(null, [customer.id]);
  return { disclosures: [await disclosureOf(context, plan, customer)], refused: [], resolve: () => resolve(plan, customer) };
}
