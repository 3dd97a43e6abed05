import type { CustomerId } from '../../ids.ts';
import type { ChangeRefusal } from '../stewardship.ts';
import type { Plan, Planning, Taken } from './plan.ts';
import { findById } from './table.ts';
import type { Tables } from './tables.ts';

/**
 * Merges the customer's root into another one by one write. Two processes may do so with two customers at the same moment, each
 * into the other: so who has written looks whether a circle was closed, and takes its own merge back. Both have written before
 * they look, so one of them sees it at least; if both do, the next attempts come at different times.
 *
 * A crash after the write leaves the merge made; one before the look may leave a circle, which everybody reads in one way and
 * the next change of one of them opens.
 */
export async function planMerge({ tables, customer, begun }: Planning, into: CustomerId): Promise<Plan | ChangeRefusal> {
  if (begun?.other !== undefined && (await mergedInto(tables, begun.customer)) === begun.other) {
    const { customer: merged, other } = begun;
    return { facts: { kind: 'MERGED', customer: merged, other }, steps: () => confirm(tables, merged, other) };
  }
  if (into === customer.id) return 'ALREADY_SO';
  return {
    facts: { kind: 'MERGED', customer: customer.id, other: into },
    steps: async () => {
      const written = await tables.customer.update({ _id: customer.id, mergedInto: null }, { $set: { mergedInto: into } });
      return written ? confirm(tables, customer.id, into) : 'again';
    },
  };
}

/** Takes a merge back by one write. */
export async function planUnmerge({ tables, begun }: Planning, customer: CustomerId): Promise<Plan | ChangeRefusal> {
  const other = (await mergedInto(tables, customer)) ?? begun?.other;
  if (other === undefined) return 'ALREADY_SO';
  return {
    facts: { kind: 'UNMERGED', customer, other },
    steps: async () => {
      await takeBack(tables, customer, other);
      return (await mergedInto(tables, customer)) === undefined ? 'made' : 'again';
    },
  };
}

/** Opens a circle of merges where reading it opens it too: the merge of the one who is taken for the root goes. */
export async function healCircle(tables: Tables, root: CustomerId): Promise<void> {
  const into = await mergedInto(tables, root);
  if (into !== undefined) await takeBack(tables, root, into);
}

/** A merge stands when it is there and leads to a root; one that closed a circle is taken back. */
async function confirm(tables: Tables, customer: CustomerId, into: CustomerId): Promise<Taken> {
  if (await closesCircle(tables, customer, into)) {
    await takeBack(tables, customer, into);
    return 'again';
  }
  return (await mergedInto(tables, customer)) === into ? 'made' : 'again';
}

async function closesCircle(tables: Tables, customer: CustomerId, into: CustomerId): Promise<boolean> {
  const way = new Set<CustomerId>();
  for (let next: CustomerId | undefined = into; next !== undefined && !way.has(next); next = await mergedInto(tables, next)) {
    if (next === customer) return true;
    way.add(next);
  }
  return false;
}

async function mergedInto({ customer }: Tables, id: CustomerId): Promise<CustomerId | undefined> {
  return (await findById(customer, id))?.mergedInto ?? undefined;
}

async function takeBack({ customer }: Tables, id: CustomerId, into: CustomerId): Promise<void> {
  await customer.update({ _id: id, mergedInto: into }, { $set: { mergedInto: null } });
}
