import type { DatabaseSync } from 'node:sqlite';
import { customerId, type CustomerId } from '../../ids.ts';
import type { Claim, LinkStore, NewLink } from '../links.ts';
import { prepareAdopt } from './adopt.ts';
import { prepareReadCustomers } from './read-customers.ts';
import { inTransaction } from './transaction.ts';

/** The links in SQLite. */
export function openLinkStore(deps: {
  readonly db: DatabaseSync;
  readonly clock: () => number;
  readonly newId: () => string;
}): LinkStore {
  const { db, clock, newId } = deps;
  const read = prepareReadCustomers(db, clock);
  const attach = prepareAttach(db);
  const adopt = prepareAdopt({ db, clock, newId, read });
  const mint = db.prepare('INSERT INTO customer (id, created_at) VALUES (?, ?)');
  const seenAgain = db.prepare('UPDATE link SET last_seen_at = ? WHERE namespace = ? AND value = ? AND customer = ?');
  const owner = db.prepare('SELECT customer FROM link WHERE namespace = ? AND value = ?');
  const note = db.prepare('INSERT OR REPLACE INTO unlinked (customer, source, reason, identifier, candidates, noted_at, until) VALUES (?, ?, ?, ?, ?, ?, ?)');

  const settle = (claim: Claim): CustomerId => {
    const now = clock();
    const [first] = claim.links;
    const known = claim.member ?? owner.get(first.namespace, first.value)?.['customer'];
    const id = customerId(known === undefined ? newId() : String(known));
    if (known === undefined) mint.run(id, now);
    for (const link of claim.links) if (!attach(id, link, now)) seenAgain.run(now, link.namespace, link.value, id);
    return id;
  };

  return {
    read: async (refs) => read(refs),
    async claim(claims) {
      return inTransaction(db, () => {
        const ids = claims.map(settle);
        return read(ids.map((id) => ({ kind: 'id', id }))).map((customer, at) => {
          if (customer === undefined) throw new Error(`customer ${ids[at] ?? ''} was claimed for but does not exist`);
          return customer;
        });
      });
    },
    adopt: async (persons) => inTransaction(db, () => adopt(persons)),
    async noteUnlinked(noted) {
      inTransaction(db, () => {
        for (const { customer, source, reason, identifier, candidates, notedAt, until } of noted) {
          note.run(customer, source, reason, identifier ?? null, JSON.stringify(candidates), notedAt, until);
        }
      });
    },
  };
}

/** Attaches a name to a member unless it is taken, barred, or a second key of its source; true when it was attached. */
export function prepareAttach(db: DatabaseSync): (customer: CustomerId, link: NewLink, now: number) => boolean {
  // A name that is taken, and a second key of one source, are left alone by the two unique constraints.
  const attach = db.prepare(`
    INSERT OR IGNORE INTO link (namespace, value, customer, method, verified, first_seen_at, last_seen_at, from_namespace, from_value, evidence, actor)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10
    WHERE NOT EXISTS (SELECT 1 FROM bar WHERE customer = ?3 AND namespace = ?1 AND value = ?2)`);
  const forget = db.prepare('DELETE FROM unlinked WHERE customer = ? AND source = ?');
  return (customer, { namespace, value, method, verified, from, evidence, actor }, now) => {
    const { changes } = attach.run(
      namespace, value, customer, method, verified ? 1 : 0, now, from?.namespace ?? null, from?.value ?? null, evidence ?? null, actor ?? null,
    );
    if (Number(changes) === 0) return false;
    forget.run(customer, namespace);
    return true;
  };
}
