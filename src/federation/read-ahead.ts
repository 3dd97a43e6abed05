import type { SourceKey, SourceName } from '../ids.ts';
import type { LinkedCustomer } from '../store/links.ts';
import type { OperationContext } from './operation-context.ts';
import type { CustomerPlan, SettledPlan } from './plan/customer-plan.ts';
import { firstPages } from './resolve-rows.ts';

/**
 * Reads ahead what many customers are resolved with. Then each of them is resolved at once, and nothing is kept for her while sources are waited
 * for: promises of each of 50 customers, in each of the requests under way, are what the garbage collector would mostly be busy with.
 *
 * Whoever is not linked yet, or is about to be asked for, is passed over, and read for when she is resolved.
 */
export async function readAhead(context: OperationContext, plans: readonly CustomerPlan[], customers: readonly LinkedCustomer[]): Promise<void> {
  const alike = new Map<SettledPlan, LinkedCustomer[]>();
  for (const plan of plans) {
    for (const customer of customers) {
      const settled = plan.settled(context.rights, customer);
      if (settled instanceof Promise) continue;
      const others = alike.get(settled);
      if (others === undefined) alike.set(settled, [customer]);
      else others.push(customer);
    }
  }
  await Promise.all([...alike].flatMap(([{ projection, inOrder }, hers]) => [
    ...projection.entities.flatMap(({ preferred, ...read }) => (preferred ? [context.reads.ahead(read, keysIn(context, read.source, hers))] : [])),
    ...inOrder.waiting.flatMap((planned) => (planned.kind === 'rows' ? firstPages(context, planned) : [])).map((page) => context.reads.ahead(page, keysIn(context, page.source, hers))),
  ]));
}

/** The keys of those who have some in a source. */
function keysIn({ identity }: OperationContext, source: SourceName, customers: readonly LinkedCustomer[]): readonly SourceKey[] {
  const all: SourceKey[] = [];
  for (const customer of customers) {
    const outcome = identity.keysOf(customer, source);
    // Whoever resolves her waits for it, and is told if it fails.
    if (outcome instanceof Promise) outcome.catch(() => undefined);
    else if (outcome.kind === 'linked') all.push(...outcome.keys);
  }
  return all;
}
