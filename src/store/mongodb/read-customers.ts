import { customerId, type CustomerId } from '../../ids.ts';
import { byCollection } from '../facts.ts';
import type { CustomerRef, LinkedCustomer, Member } from '../links.ts';
import { factOf, idOf, linkOf, unlinkedOf, type BarDocument, type CustomerDocument, type FactDocument, type LinkDocument, type UnlinkedDocument } from './documents.ts';
import { makeFamilies } from './families.ts';
import { findAmong } from './table.ts';
import type { Tables } from './tables.ts';

/** Reads customers whole, as `LinkStore.read` promises. */
export type ReadCustomers = (refs: readonly CustomerRef[]) => Promise<readonly (LinkedCustomer | undefined)[]>;

interface Gathered {
  readonly people: Map<string, CustomerDocument>;
  readonly links: LinkDocument[];
  readonly unlinked: UnlinkedDocument[];
  readonly bars: BarDocument[];
  readonly facts: FactDocument[];
}

/**
 * Names give ids in one round trip; ids give all of a customer in another, and in further ones all who are one with her: a
 * round each step up or down. The rounds are moments of their own: of a change that is made meanwhile, some may be seen.
 */
export function prepareReadCustomers(tables: Tables, clock: () => number): ReadCustomers {
  return async (refs) => {
    const ids = await idsOf(tables, refs);
    const { people, ...found } = await gather(tables, [...new Set(ids.filter((id) => id !== undefined))]);
    const { rootOf, membersOf } = makeFamilies(people);
    const now = clock();
    const links = Map.groupBy(found.links, ({ customer }) => customer);
    const unlinked = Map.groupBy(found.unlinked.filter(({ until }) => until > now), ({ customer }) => customer);
    const bars = Map.groupBy(found.bars, ({ customer }) => customer);
    const facts = Map.groupBy(found.facts, ({ customer }) => customer);
    const memberOf = (id: CustomerId): Member => ({
      id,
      links: settled(links.get(id) ?? []).sort(bySight).map(linkOf),
      unlinked: (unlinked.get(id) ?? []).map(unlinkedOf),
      barred: (bars.get(id) ?? []).map(({ namespace, value }) => ({ namespace, value })),
      facts: (facts.get(id) ?? []).map(factOf).sort(byCollection),
    });
    const customers = new Map<string, LinkedCustomer | undefined>();
    const customerOf = (root: string): LinkedCustomer | undefined => {
      const [first, ...others] = membersOf(root).map((id) => memberOf(customerId(id)));
      return first && { id: customerId(root), members: [first, ...others] };
    };
    return ids.map((id) => {
      if (id === undefined || !people.has(id)) return undefined;
      const root = rootOf(id);
      if (!customers.has(root)) customers.set(root, customerOf(root));
      return customers.get(root);
    });
  };
}

async function idsOf(tables: Tables, refs: readonly CustomerRef[]): Promise<readonly (string | undefined)[]> {
  const names = refs.flatMap((ref) => (ref.kind === 'name' ? [idOf(ref.namespace, ref.value)] : []));
  const owners = new Map((await findAmong(tables.link, '_id', [...new Set(names)])).map(({ _id, customer }) => [_id, customer]));
  return refs.map((ref) => (ref.kind === 'id' ? ref.id : owners.get(idOf(ref.namespace, ref.value))));
}

async function gather(tables: Tables, ids: readonly string[]): Promise<Gathered> {
  const all: Gathered = { people: new Map(), links: [], unlinked: [], bars: [], facts: [] };
  const asked = new Set<string>();
  for (let next = ids; next.length > 0;) {
    for (const id of next) asked.add(id);
    const [own, below, links, unlinked, bars, facts] = await Promise.all([
      findAmong(tables.customer, '_id', next), findAmong(tables.customer, 'mergedInto', next),
      findAmong(tables.link, 'customer', next), findAmong(tables.unlinked, 'customer', next), findAmong(tables.bar, 'customer', next),
      findAmong(tables.fact, 'customer', next),
    ]);
    all.links.push(...links);
    all.unlinked.push(...unlinked);
    all.bars.push(...bars);
    // One by one: of customers with long histories there may be more than a call takes arguments.
    for (const fact of facts) all.facts.push(fact);
    for (const person of [...own, ...below]) all.people.set(person._id, person);
    next = [...new Set([...own, ...below].flatMap(({ _id, mergedInto }) => (mergedInto === null ? [_id] : [_id, mergedInto])))].filter((id) => !asked.has(id));
  }
  return all;
}

/** Until the key that it replaces is gone, a new one is not shown. */
function settled(links: readonly LinkDocument[]): LinkDocument[] {
  return links.filter(({ slot, namespace }) => slot === namespace || !links.some((other) => other.slot === namespace));
}

function bySight(one: LinkDocument, other: LinkDocument): number {
  return one.firstSeenAt - other.firstSeenAt || (one.namespace < other.namespace ? -1 : 1);
}
