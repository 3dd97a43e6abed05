import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { customerId, type CustomerId } from '../../ids.ts';
import type { Claim, Link, LinkedCustomer, LinkMethod, LinkStore } from '../links.ts';
import { inTransaction } from './transaction.ts';

/** The links in SQLite. Many keys travel as one JSON parameter, so each call is one prepared statement whatever their number. */
export function openLinkStore(deps: {
  readonly db: DatabaseSync;
  readonly clock: () => number;
  readonly newId: () => string;
}): LinkStore {
  const { db, clock, newId } = deps;
  const owners = db.prepare(`
    SELECT asked.key AS place, link.customer
    FROM json_each(?) AS asked
    JOIN link ON link.namespace = asked.value ->> 0 AND link.value = asked.value ->> 1`);
  const customers = db.prepare('SELECT id FROM customer WHERE id IN (SELECT value FROM json_each(?))');
  const links = db.prepare('SELECT * FROM link WHERE customer IN (SELECT value FROM json_each(?)) ORDER BY first_seen_at, namespace');
  const absences = db.prepare('SELECT customer, source FROM absence WHERE customer IN (SELECT value FROM json_each(?)) AND until > ?');
  const mint = db.prepare('INSERT INTO customer (id, created_at) VALUES (?, ?)');
  // A name that is taken, and a second key of one source, are left alone by the two unique constraints.
  const attach = db.prepare('INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, ?, ?)');
  const seenAgain = db.prepare('UPDATE link SET last_seen_at = ? WHERE namespace = ? AND value = ? AND customer = ?');
  const forget = db.prepare('DELETE FROM absence WHERE customer = ? AND source = ?');
  const note = db.prepare('INSERT OR REPLACE INTO absence (customer, source, until) VALUES (?, ?, ?)');
  const owner = db.prepare('SELECT customer FROM link WHERE namespace = ? AND value = ?');

  const read = (ids: readonly CustomerId[]): ReadonlyMap<string, LinkedCustomer> => {
    const asked = JSON.stringify(ids);
    const found = new Map(customers.all(asked).map((row) => [String(row['id']), { links: [] as Link[], absentFrom: [] as string[] }]));
    for (const row of links.all(asked)) found.get(String(row['customer']))?.links.push(linkOf(row));
    for (const row of absences.all(asked, clock())) found.get(String(row['customer']))?.absentFrom.push(String(row['source']));
    return new Map([...found].map(([id, parts]) => [id, { id: customerId(id), ...parts }]));
  };

  const settle = (claim: Claim): CustomerId => {
    const now = clock();
    const [first] = claim.links;
    const known = claim.customer ?? owner.get(first.namespace, first.value)?.['customer'];
    const id = customerId(known === undefined ? newId() : String(known));
    if (known === undefined) mint.run(id, now);
    for (const link of claim.links) {
      const { changes } = attach.run(link.namespace, link.value, id, link.method, link.verified ? 1 : 0, now, now);
      if (Number(changes) === 0) seenAgain.run(now, link.namespace, link.value, id);
      else forget.run(id, link.namespace);
    }
    return id;
  };

  return {
    async owners(names) {
      const result: (CustomerId | undefined)[] = names.map(() => undefined);
      for (const row of owners.all(JSON.stringify(names.map((name) => [name.namespace, name.value])))) {
        result[Number(row['place'])] = customerId(String(row['customer']));
      }
      return result;
    },
    async customers(ids) {
      const found = read(ids);
      return ids.map((id) => found.get(id));
    },
    async claim(claims) {
      return inTransaction(db, () => {
        const ids = claims.map(settle);
        const stored = read(ids);
        return ids.map((id) => {
          const customer = stored.get(id);
          if (customer === undefined) throw new Error(`customer ${id} was claimed for but does not exist`);
          return customer;
        });
      });
    },
    async noteAbsences(noted) {
      inTransaction(db, () => {
        for (const { customer, source, until } of noted) note.run(customer, source, until);
      });
    },
  };
}

function linkOf(row: Readonly<Record<string, SQLOutputValue>>): Link {
  return {
    namespace: String(row['namespace']),
    value: String(row['value']),
    method: String(row['method']) as LinkMethod,
    verified: row['verified'] === 1,
    firstSeenAt: Number(row['first_seen_at']),
    lastSeenAt: Number(row['last_seen_at']),
  };
}
