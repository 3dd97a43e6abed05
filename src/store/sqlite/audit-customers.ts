import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './transaction.ts';

/**
 * Where the records of a customer are. `audit_customer` lists all but some of the latest: a list of 50 customers is one record, and
 * 50 places all over that table, which are written for many records together and not while somebody waits. Whoever looks for
 * a customer looks through what is unlisted, too, and first: what is listed meanwhile is then found twice, and else not at all.
 */
export const placesOfCustomer = [
  `SELECT e.at, chain, seq FROM audit_unlisted JOIN audit_entry e USING (chain, seq)
    WHERE EXISTS (SELECT 1 FROM json_each(e.customers) WHERE value = :customer)`,
  'SELECT at, chain, seq FROM audit_customer WHERE customer = :customer',
] as const;

/** So many records are listed in one transaction; whatever else is to be written waits for it. */
const partSize = 64;

/** Prepares listing a part of what is unlisted, which gives how many records are left. */
export function prepareListing(db: DatabaseSync): () => number {
  const part = `SELECT chain, seq FROM audit_unlisted ORDER BY chain, seq LIMIT ${partSize}`;
  const list = db.prepare(`INSERT OR IGNORE INTO audit_customer (customer, at, chain, seq)
    SELECT value, e.at, chain, seq FROM (${part}) JOIN audit_entry e USING (chain, seq), json_each(e.customers) ORDER BY 1`);
  const listed = db.prepare(`DELETE FROM audit_unlisted WHERE (chain, seq) IN (${part})`);
  const left = db.prepare('SELECT count(*) AS records FROM audit_unlisted');
  return () => inTransaction(db, () => {
    for (const one of [list, listed]) one.run();
    return Number(left.get()?.['records']);
  });
}
