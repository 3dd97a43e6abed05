import type { DatabaseSync } from 'node:sqlite';
import { inChunks } from '../../in-chunks.ts';
import type { Adoption, CustomerRef, LinkedCustomer, LinkName, Person } from '../links.ts';
import { planAdoption } from '../plan-adoption.ts';

/** So many names are looked for at once: rows of more would only fill the memory on their way. */
const readTogether = 1000;

/** Adopts persons within the transaction that is open; it holds the write lock, so what was read still holds when it is written. */
export function prepareAdopt(deps: {
  readonly db: DatabaseSync;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly read: (refs: readonly CustomerRef[]) => readonly (LinkedCustomer | undefined)[];
}): (persons: readonly Person[]) => readonly Adoption[] {
  const { db, clock, newId, read } = deps;
  // Most names of an import are nobody's yet, and only those who are found are read whole.
  const find = (names: readonly LinkName[]): readonly (LinkedCustomer | undefined)[] => inChunks(names, readTogether).flatMap((part) => read(part.map((name) => ({ kind: 'name', ...name }))));
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
