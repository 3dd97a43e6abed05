import { resolveSelf, resolveVisible } from '../authorization/visible-customers.ts';
import { unreachable } from '../errors.ts';
import { inTurns } from '../in-turns.ts';
import type { CustomerId } from '../ids.ts';
import type { Resolution } from '../identity/identity.ts';
import { allSoon, safely, soon, type Soon } from '../soon.ts';
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
import { fitSources } from './fit-sources.ts';
import { answerOwn } from './own/answer-own.ts';
import type { AskedCustomer, PlannedRoot } from './plan/plan-roots.ts';
import { heedOptOut, identifyRecord } from './roots/record-facts.ts';
import { readAhead } from './read-ahead.ts';
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
 * Resolves planned root fields: first whom they are about, then, all at once, what is permitted of them. Throws a ClientError, before
 * anything is read of a customer, where that is more than a source can answer in time.
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
  const resolved = (plan: CustomerPlan, customer: LinkedCustomer): Soon<Answer> =>
    safely(() => soon(plan.settled(context.rights, customer), (settled) => resolveCustomer(context, settled, customer, traces)));
  const identified = await Promise.all(roots.map((root) => identify(context, root, resolved)));
  fitSources(context, roots, identified);
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
      return identified(context, root.plan, resolve, await resolveSelf(context.identity, context.caller, context.rights));
    case 'many': {
      await context.identity.ahead(root.keys.flatMap((asked) => (asked.kind === 'key' ? asked.key : [])));
      // All at once: sources are asked together for those whom nobody has met.
      const all = await allSoon(root.keys.map((key) => safely(() => identifyOne(context, key, root.plan, resolve))));
      return {
        disclosures: all.flatMap((one) => one.disclosures),
        refused: all.flatMap((one) => one.refused),
        async resolve(disclosed) {
          await readAhead(context, [root.plan], all.flatMap(({ customer }) => customer ?? []));
          return inTurns(all, (one) => one.resolve(disclosed));
        },
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

/** A root field, or a part of one, that names one customer. */
interface IdentifiedOne extends Identified {
  /** Whose data is fetched. */
  readonly customer: LinkedCustomer | undefined;
}

function nobody(answer: unknown, refused: readonly CustomerId[] = []): IdentifiedOne {
  return { ...answered(answer, refused), customer: undefined };
}

function identifyOne(context: OperationContext, asked: AskedCustomer, plan: CustomerPlan, resolve: Resolve): Soon<IdentifiedOne> {
  if (asked.kind === 'nobody') return nobody(null);
  if (asked.kind === 'refused') return nobody(asked.error);
  return soon(resolveVisible(context.identity, context.caller, context.rights, asked.key), (resolution) => identified(context, plan, resolve, resolution));
}

/** A customer who may not be seen is answered like one who is not there. */
function identified(context: OperationContext, plan: CustomerPlan, resolve: Resolve, resolution: Resolution): Soon<IdentifiedOne> {
  if (resolution.kind !== 'customer') return nobody(unresolved(context, resolution));
  return soon(heedOptOut(context, resolution.customer), (customer): Soon<IdentifiedOne> => {
    if (!context.rights.sees(customer)) return nobody(null, [customer.id]);
    return soon(disclosureOf(context, plan, customer), (disclosure) => ({ customer, disclosures: [disclosure], refused: [], resolve: () => resolve(plan, customer) }));
  });
}
