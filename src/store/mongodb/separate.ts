import { customerId, type CustomerId } from '../../ids.ts';
import { sameName, type LinkName } from '../links.ts';
import type { ChangeRefusal } from '../stewardship.ts';
import { barDocument, idOf, newCustomer } from './documents.ts';
import { carryRestrictions } from './facts.ts';
import { ownerOf, type Plan, type Planning } from './plan.ts';
import type { Tables } from './tables.ts';

/**
 * Bars a record, and gives it to a new customer if it is the group's. The bars come first, so that what is taken away cannot
 * come back by itself; then the new customer; then what restricts her, before any name leads to her; then her links, the record
 * before the number that came from it; and what was recorded to restrict her meanwhile. What a crash leaves is the first of
 * these: a record that is barred and still there, a customer without links, a number that is not hers.
 */
export async function planSeparate({ tables, clock, newId, customer, group, begun }: Planning, record: LinkName): Promise<Plan | ChangeRefusal> {
  const bars = (): Promise<void> => tables.bar.put(group.map((id) => barDocument(id, record)));
  const isGroups = (owner: CustomerId | undefined): owner is CustomerId => owner !== undefined && group.includes(owner);
  const owner = await ownerOf(tables, record);
  const holder = isGroups(owner) ? owner : begun?.other && begun.customer;
  if (holder === undefined) {
    const isBarred = customer.members.every(({ barred }) => barred.some((name) => sameName(name, record)));
    if (isBarred && begun === undefined) return 'ALREADY_SO';
    return {
      facts: { kind: 'BARRED', customer: customer.id, record },
      steps: async () => {
        await bars();
        // Who claims the record looks for bars after it is there: one of the two sees the other.
        return isGroups(await ownerOf(tables, record)) ? 'again' : 'made';
      },
    };
  }
  const other = begun?.other ?? customerId(newId());
  return {
    facts: { kind: 'SEPARATED', customer: holder, other, record },
    steps: async () => {
      await bars();
      await tables.customer.insert([newCustomer(other, clock())]);
      await carryRestrictions(tables, { group, to: other });
      await tables.link.update({ _id: idOf(record.namespace, record.value), customer: holder }, { $set: { customer: other } });
      await handOverNumber(tables, { holder, other, record });
      await carryRestrictions(tables, { group, to: other });
      return 'made';
    },
  };
}

/** A number that came from the record goes with it; if the new customer has got another one meanwhile, it is nobody's. */
async function handOverNumber({ link }: Tables, { holder, other, record }: { readonly holder: CustomerId; readonly other: CustomerId; readonly record: LinkName }): Promise<void> {
  const [number] = await link.find({ customer: holder, namespace: 'number', 'from.namespace': record.namespace, 'from.value': record.value });
  if (number === undefined) return;
  const mine = { _id: number._id, customer: holder };
  const taken = await link.find({ customer: other, slot: 'number' });
  if (taken.length > 0) await link.remove(mine);
  else await link.update(mine, { $set: { customer: other } });
}
