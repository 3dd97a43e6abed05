import type { Filter } from 'mongodb';
import { readPlace, writePlace } from '../review-place.ts';
import type { LinkEvent, Stewardship } from '../stewardship.ts';
import { eventOf, unlinkedOf, type UnlinkedDocument } from './documents.ts';
import { makeChange } from './make-change.ts';
import type { ReadCustomers } from './read-customers.ts';
import { anyOf } from './table.ts';
import type { Tables } from './tables.ts';

/** Changes by people, in MongoDB. Of a change that a crash cut short, the history has the event too: some of it may be in effect. */
export function openStewardship(deps: {
  readonly tables: Tables;
  readonly read: ReadCustomers;
  readonly clock: () => number;
  readonly newId: () => string;
}): Stewardship {
  const { tables } = deps;
  return {
    change: (order) => makeChange(order, deps),
    async history(members) {
      if (members.length === 0) return [];
      const ids = anyOf(members);
      const [drafts, events] = await Promise.all([
        tables.draft.find({ $or: [{ 'event.customer': ids }, { 'event.other': ids }] }),
        tables.linkEvent.find({ $or: [{ customer: ids }, { other: ids }] }),
      ]);
      // What is both is an event: it was written a moment ago.
      const all = new Map([...drafts.map(({ event }) => event), ...events.map(eventOf)].map((event) => [event.id, event]));
      return [...all.values()].sort(byTime);
    },
    async reviews({ reason, source, size, at }) {
      const filter: Filter<UnlinkedDocument> = {
        ...(reason === undefined ? {} : { reason }), ...(source === undefined ? {} : { source }), ...(at === undefined ? {} : after(at)),
      };
      const found = await tables.unlinked.find(filter, { sort: { notedAt: 1, customer: 1, source: 1 }, limit: size + 1 });
      const noted = found.slice(0, size).map(unlinkedOf);
      const last = noted.at(-1);
      return { noted, next: found.length > size && last !== undefined ? writePlace(last) : undefined };
    },
  };
}

function after(at: string): Filter<UnlinkedDocument> {
  const [notedAt, customer, source] = readPlace(at);
  return { $or: [{ notedAt: { $gt: notedAt } }, { notedAt, customer: { $gt: customer } }, { notedAt, customer, source: { $gt: source } }] } as Filter<UnlinkedDocument>;
}

function byTime(one: LinkEvent, other: LinkEvent): number {
  return one.at - other.at || (one.id < other.id ? -1 : 1);
}
