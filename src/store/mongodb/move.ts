import { sameName } from '../links.ts';
import type { ChangeRefusal, LinkChange } from '../stewardship.ts';
import { barDocument, idOf, linkDocument } from './documents.ts';
import { ownerOf, type Plan, type Planning, type Taken } from './plan.ts';
import { findById, removeIds } from './table.ts';

/**
 * Puts one key of a source in the place of another. The new one is attached beside the old one, in a slot of its own in which
 * it is not shown; removing the old one is the moment of the change; then the new one gets the slot. So there is no moment
 * without a key, and a key that has become somebody else's meanwhile is known before anything is lost.
 *
 * A crash leaves both, of which the old one is shown; or the new one alone, which is shown, and whose slot another key could take.
 */
export async function planMove({ tables, clock, customer, group, begun }: Planning, { from, to, bar }: Extract<LinkChange, { kind: 'move' }>): Promise<Plan | ChangeRefusal> {
  const holder = customer.members.find(({ id, links }) => id === begun?.customer || links.some((link) => sameName(link, from)));
  if (holder === undefined) return 'NOT_HERS';
  const [fromId, toId] = [idOf(from.namespace, from.value), idOf(to.namespace, to.value)];
  const taken = await ownerOf(tables, to);
  if (taken !== undefined && !group.includes(taken)) return 'LINKED_ELSEWHERE';
  if (taken !== undefined && begun === undefined) return 'ALREADY_SO';
  if (holder.barred.some((name) => sameName(name, to))) return 'BARRED';
  if (taken === undefined && holder.links.some((link) => link.namespace === to.namespace && !sameName(link, from))) return 'HAS_ANOTHER_KEY';

  const waitingSlot = idOf('moving', to.namespace);
  const reserve = async (): Promise<Taken> => {
    const now = clock();
    const refused = await tables.link.insert([linkDocument(holder.id, to, { first: now, last: now }, waitingSlot)]);
    if (refused.size === 0 || (await ownerOf(tables, to)) === holder.id) return 'made';
    // What an order that nobody repeated left in the slot is not waited for.
    await tables.link.remove({ customer: holder.id, slot: waitingSlot });
    return 'again';
  };
  const settle = async (): Promise<Taken> => {
    await tables.link.remove({ _id: fromId, customer: holder.id });
    const [other] = await tables.link.find({ customer: holder.id, slot: to.namespace });
    if (other?._id === fromId) return 'again';
    if (other !== undefined && other._id !== toId) {
      await tables.link.remove({ _id: toId, customer: holder.id, slot: waitingSlot });
      return 'HAS_ANOTHER_KEY';
    }
    await tables.link.update({ _id: toId, customer: holder.id, slot: waitingSlot }, { $set: { slot: to.namespace } });
    return (await findById(tables.link, toId))?.customer === holder.id ? 'made' : 'again';
  };
  return {
    facts: { kind: 'MOVED', customer: holder.id, record: { namespace: from.namespace, value: from.value }, to: { namespace: to.namespace, value: to.value } },
    steps: async () => {
      const reserved = await reserve();
      if (reserved !== 'made') return reserved;
      // Who bars a record looks for it after the bar is there: one of the two sees the other.
      if ((await findById(tables.bar, idOf(holder.id, to.namespace, to.value))) !== undefined) {
        await tables.link.remove({ _id: toId, customer: holder.id, slot: waitingSlot });
        return 'BARRED';
      }
      if (bar) await tables.bar.put(group.map((id) => barDocument(id, from)));
      const settled = await settle();
      if (settled === 'made') await removeIds(tables.unlinked, [idOf(holder.id, to.namespace)]);
      return settled;
    },
  };
}
