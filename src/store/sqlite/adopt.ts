import type { DatabaseSync } from 'node:sqlite';
import { customerId } from '../../ids.ts';
import type { Adoption, CustomerRef, LinkedCustomer, LinkName, Person } from '../links.ts';
import { planAdoption } from '../plan-adoption.ts';

/** So many customers are read at once: rows of more would only fill the memory on their way. */
const readTogether = 1000;

/** Adopts persons within the transaction that is open; it holds the write lock, so what was read still holds when it is written. */
export function prepareAdopt(deps: {
  readonly db: DatabaseSync;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly read: (refs: readonly CustomerRef[]) => readonly (LinkedCustomer | undefined)[];
}): (persons: readonly Person[]) => readonly Adoption[] {
  const { db, clock, newId, read } = deps;
  const find = prepareFind(db, read);
  const mint = db.prepare('INSERT INTO customer (id, created_at) VALUES (?, ?)');
  const insert = db.prepare(`
    INSERT INTO link (namespace, value, customer, method, verified, first_seen_at, last_seen_at, from_namespace, from_value, evidence, actor)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10)`);
  const forget = db.prepare('DELETE FROM unlinked WHERE customer = ? AND source = ?');

  return (persons) => {
    const { outcomes, minted, links } = planAdoption({ persons, found: find(persons.flat()), newId });
    const now = clock();
    for (const id of minted) mint.run(id, now);
    // In the order of the table: customers who are neighbours there are written while their page is at hand.
    for (const { customer, minted: isNew, link } of links.toSorted((a, b) => (a.customer < b.customer ? -1 : Number(a.customer > b.customer)))) {
      insert.run(
        link.namespace, link.value, customer, link.method, link.verified ? 1 : 0, now,
        link.from?.namespace ?? null, link.from?.value ?? null, link.evidence ?? null, link.actor ?? null,
      );
      if (!isNew) forget.run(customer, link.namespace);
    }
    return outcomes;
  };
}

/** Most names of an import are nobody's yet: one statement per namespace tells so, and only those who are found are read whole. */
function prepareFind(
  db: DatabaseSync,
  read: (refs: readonly CustomerRef[]) => readonly (LinkedCustomer | undefined)[],
): (names: readonly LinkName[]) => readonly (LinkedCustomer | undefined)[] {
  const owners = db.prepare('SELECT asked.key AS place, link.customer AS id FROM json_each(?2) AS asked CROSS JOIN link ON link.namespace = ?1 AND link.value = asked.value');
  return (names) => {
    const idAt = new Map<number, string>();
    const places = Map.groupBy(names.keys(), (place) => names[place]?.namespace ?? '');
    for (const [namespace, at] of places) {
      for (const row of owners.all(namespace, JSON.stringify(at.map((place) => names[place]?.value)))) idAt.set(at[Number(row['place'])] ?? -1, String(row['id']));
    }
    const ids = [...new Set(idAt.values())];
    const byId = new Map<string, LinkedCustomer | undefined>();
    for (let from = 0; from < ids.length; from += readTogether) {
      const part = ids.slice(from, from + readTogether);
      const customers = read(part.map((id) => ({ kind: 'id', id: customerId(id) })));
      for (const [index, id] of part.entries()) byId.set(id, customers[index]);
    }
    return names.map((_, place) => byId.get(idAt.get(place) ?? ''));
  };
}
