import type { DatabaseSync } from 'node:sqlite';
import type { SqlRow } from './rows.ts';
import { inTransaction } from './transaction.ts';

/** Up to this record, in the order of writing, all are listed. */
const listedUpTo = '(SELECT number FROM audit_listed)';

/**
 * Where the records of a customer are. `audit_customer` lists all but some of the latest: a list of 50 customers is one record, and
 * 50 places all over that table, which are written for many records together and not while somebody waits. Whoever looks for
 * a customer looks through what is unlisted, too, and first: what is listed meanwhile is then found twice, and else not at all.
 */
export const placesOfCustomer = [
  `SELECT at, chain, seq FROM audit_entry
    WHERE number > ${listedUpTo} AND EXISTS (SELECT 1 FROM json_each(customers) WHERE value = :customer)`,
  'SELECT at, chain, seq FROM audit_customer WHERE customer = :customer',
] as const;

/**
 * Prepares looking for records that are not found for somebody whom they name, or are listed for somebody whom they do not name. The latter is
 * looked for only where more is listed than records name: it takes far longer.
 */
export function prepareMisfiled(db: DatabaseSync): () => readonly SqlRow[] {
  // Where it does not stand up to where all are listed, somebody took it away, and nothing is found by it.
  const isListed = `number <= coalesce(${listedUpTo}, number)`;
  const unlisted = db.prepare(`SELECT chain, seq FROM audit_entry e, json_each(e.customers) named WHERE ${isListed} AND NOT EXISTS
    (SELECT 1 FROM audit_customer c WHERE c.customer = named.value AND c.at = e.at AND c.chain = e.chain AND c.seq = e.seq)`);
  const counts = db.prepare(`SELECT (SELECT count(*) FROM audit_customer) AS listed, (SELECT sum(json_array_length(customers)) FROM audit_entry WHERE ${isListed}) AS named`);
  const strange = db.prepare(`SELECT e.chain, e.seq FROM audit_customer c JOIN audit_entry e ON e.chain = c.chain AND e.seq = c.seq
    WHERE e.at <> c.at OR NOT EXISTS (SELECT 1 FROM json_each(e.customers) WHERE value = c.customer)`);
  return () => inTransaction(db, () => {
    const missing = unlisted.all();
    const { listed, named } = counts.get() ?? {};
    return Number(listed) > Number(named) - missing.length ? [...missing, ...strange.all()] : missing;
  }, 'DEFERRED');
}

/** So many records are listed in one transaction; whatever else is to be written waits for it. */
const partSize = 64;

/** Prepares listing a part of what is unlisted, which gives about how many records are left; 0 where none is. */
export function prepareListing(db: DatabaseSync): () => number {
  const end = db.prepare(`SELECT max(number) AS number FROM (SELECT number FROM audit_entry WHERE number > ${listedUpTo} ORDER BY number LIMIT ${partSize})`);
  const list = db.prepare(`INSERT OR IGNORE INTO audit_customer (customer, at, chain, seq)
    SELECT value, at, chain, seq FROM audit_entry, json_each(customers) WHERE number > ${listedUpTo} AND number <= ? ORDER BY 1`);
  const listed = db.prepare('UPDATE audit_listed SET number = ?');
  const last = db.prepare('SELECT max(number) AS number FROM audit_entry');
  return () => inTransaction(db, () => {
    const upTo = end.get()?.['number'] ?? null;
    if (upTo === null) return 0;
    for (const one of [list, listed]) one.run(upTo);
    return Number(last.get()?.['number']) - Number(upTo);
  });
}

/** Prepares saying that the last records may be gone: their numbers are given again, and are unlisted then. */
export function prepareUnlisting(db: DatabaseSync): () => void {
  const unlist = db.prepare('UPDATE audit_listed SET number = min(number, (SELECT coalesce(max(number), 0) FROM audit_entry))');
  return () => void unlist.run();
}
