import { setTimeout as delay } from 'node:timers/promises';
import { unreachable } from '../../errors.ts';
import type { ChangeOrder, ChangeOutcome, LinkChange, LinkEvent } from '../stewardship.ts';
import { StoreFailure } from '../../errors.ts';
import { planChange } from './change-links.ts';
import { eventDocument, eventOf, idOf } from './documents.ts';
import type { ReadCustomers } from './read-customers.ts';
import { findById, removeIds } from './table.ts';
import type { Tables } from './tables.ts';

/** How often an order is planned anew because others changed what it rests on. */
const attempts = 8;

/**
 * Makes a change without a transaction. First its event is written as a draft, whose id tells the change; then come the steps,
 * then the event itself, and the draft goes. Whatever a crash leaves, the draft is still there: the same order finds it, knows
 * that what it finds made may be its own doing, and takes all steps again. The event bears the name of who completed it.
 */
export async function makeChange(order: ChangeOrder, deps: { readonly tables: Tables; readonly read: ReadCustomers; readonly clock: () => number; readonly newId: () => string }): Promise<ChangeOutcome> {
  const { tables, clock, newId } = deps;
  const { change, ...by } = order;
  const key = draftKey(change);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const begun = (await findById(tables.draft, key))?.event;
    const plan = await planChange(change, { ...deps, begun });
    if (typeof plan === 'string') {
      if (begun !== undefined) await removeIds(tables.draft, [key]);
      return { kind: 'refused', reason: plan };
    }
    const event: LinkEvent = { id: begun?.id ?? newId(), at: clock(), ...plan.facts, actor: by.actor, evidence: by.evidence, requestId: by.requestId };
    const draft = { _id: key, event };
    // The same order may be under way elsewhere; then both are one, with one event.
    if (begun !== undefined) await tables.draft.put([draft]);
    else if ((await tables.draft.insert([draft])).size > 0) continue;
    const taken = await plan.steps();
    if (taken === 'made') {
      const [known] = (await tables.linkEvent.insert([eventDocument(event)])).size === 0 ? [] : await tables.linkEvent.find({ _id: event.id });
      await removeIds(tables.draft, [key]);
      return { kind: 'changed', event: known === undefined ? event : eventOf(known) };
    }
    if (taken !== 'again') {
      await removeIds(tables.draft, [key]);
      return { kind: 'refused', reason: taken };
    }
    await delay(pause(attempt, event));
  }
  throw new StoreFailure('a change was not made: others kept changing what it rests on');
}

/** Of two orders that hinder each other, one waits much longer. */
function pause(attempt: number, { customer, other = customer }: LinkEvent): number {
  return attempt * (customer < other ? 5 : 40);
}

function draftKey(change: LinkChange): string {
  switch (change.kind) {
    case 'link':
      return idOf(change.kind, change.customer, change.link.namespace, change.link.value);
    case 'merge':
      return idOf(change.kind, change.customer, change.into);
    case 'unmerge':
      return idOf(change.kind, change.customer);
    case 'separate':
      return idOf(change.kind, change.customer, change.record.namespace, change.record.value);
    case 'move':
      return idOf(change.kind, change.customer, change.from.namespace, change.from.value, change.to.namespace, change.to.value);
    default:
      return unreachable(change);
  }
}
