import type { CustomerId } from '../../ids.ts';
import type { Adoption, Person } from '../links.ts';
import { planAdoption, type AdoptionPlan } from '../plan-adoption.ts';
import { StoreFailure } from '../../errors.ts';
import { inChunks } from '../../in-chunks.ts';
import { idOf, linkDocument, newCustomer, type LinkDocument } from './documents.ts';
import { missingAmong } from './missing-among.ts';
import type { ReadCustomers } from './read-customers.ts';
import { anyOf, findAmong, removeIds } from './table.ts';
import type { Tables } from './tables.ts';

/** So many persons are read and written together. */
const partSize = 1000;
/** How often in a row others may be faster. */
const patience = 10;

interface Deps {
  readonly tables: Tables;
  readonly read: ReadCustomers;
  readonly clock: () => number;
  readonly newId: () => string;
}

interface Placed {
  readonly place: number;
  readonly person: Person;
}

/** Adopts persons part by part, as `LinkStore.adopt` promises. */
export async function adoptAll(deps: Deps, persons: readonly Person[]): Promise<readonly Adoption[]> {
  const outcomes: Adoption[] = [];
  for (const part of inChunks(persons, partSize)) outcomes.push(...await adoptPart(deps, part));
  return outcomes;
}

/** What another process was faster with is taken back and decided anew, from what is stored then. */
async function adoptPart(deps: Deps, persons: readonly Person[]): Promise<readonly Adoption[]> {
  const outcomes = new Map<number, Adoption>();
  let waiting: readonly Placed[] = persons.map((person, place) => ({ place, person }));
  for (let attempt = 1; waiting.length > 0; attempt += 1) {
    if (attempt > patience) throw new StoreFailure('names kept changing hands while persons were adopted');
    const { plan, beaten } = await adoptOnce(deps, waiting.map(({ person }) => person));
    const again = waiting.filter((_, at) => beaten.has(customerAt(plan, at)));
    for (const [at, { place }] of waiting.entries()) {
      const outcome = plan.outcomes[at];
      if (outcome !== undefined && !beaten.has(customerAt(plan, at))) outcomes.set(place, outcome);
    }
    waiting = again;
  }
  return persons.flatMap((_, place) => outcomes.get(place) ?? []);
}

function customerAt({ outcomes }: AdoptionPlan, at: number): CustomerId | undefined {
  const outcome = outcomes[at];
  return outcome?.kind === 'adopted' ? outcome.customer : undefined;
}

/**
 * Writes what is decided: new customers, then all names. Whose names were not all to be had, or were barred meanwhile, loses
 * those again that this call has given her. A crash in between leaves a person without some of her names; adopting her again
 * completes her.
 */
async function adoptOnce({ tables, read, clock, newId }: Deps, persons: readonly Person[]): Promise<{
  readonly plan: AdoptionPlan;
  /** Customers whose persons have to be decided again. */
  readonly beaten: ReadonlySet<CustomerId | undefined>;
}> {
  const names = persons.flat().map(({ namespace, value }) => ({ kind: 'name', namespace, value }) as const);
  const plan = planAdoption({ persons, found: await read(names), newId });
  const now = clock();
  if ((await tables.customer.insert(plan.minted.map((id) => newCustomer(id, now)))).size > 0) throw new StoreFailure('a new id is not new');
  const links = plan.links.map(({ customer, link }) => linkDocument(customer, link, { first: now, last: now }));
  const refused = await tables.link.insert(links);
  const known = plan.links.filter(({ minted }) => !minted);
  const barred = new Set((await findAmong(tables.bar, '_id', known.map(({ customer, link }) => idOf(customer, link.namespace, link.value)))).map(({ customer }) => customer));
  const erased = await missingAmong(tables, known.map(({ customer }) => customer));
  const beaten = new Set([...links.flatMap(({ customer }, at) => (refused.has(at) ? [customer] : [])), ...barred, ...erased]);
  await takeBack(tables, links.filter(({ customer }, at) => beaten.has(customer) && !refused.has(at)), plan.minted.filter((id) => beaten.has(id)));
  await removeIds(tables.unlinked, known.filter(({ customer }) => !beaten.has(customer)).map(({ customer, link }) => idOf(customer, link.namespace)));
  return { plan, beaten };
}

async function takeBack(tables: Tables, links: readonly LinkDocument[], minted: readonly CustomerId[]): Promise<void> {
  for (const [customer, own] of Map.groupBy(links, (link) => link.customer)) await tables.link.remove({ _id: anyOf(own.map(({ _id }) => _id)), customer });
  const held = new Set((await findAmong(tables.link, 'customer', minted)).map(({ customer }) => customer));
  await removeIds(tables.customer, minted.filter((id) => !held.has(id)));
}
