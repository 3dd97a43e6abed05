import type { DatabaseSync } from 'node:sqlite';
import { byLatest, type AuditByCustomer } from '../audit-by-customer.ts';
import { auditRecordOf } from './audit-records.ts';

/** What the trail says of customers, in SQLite. */
export function openAuditByCustomer(db: DatabaseSync): AuditByCustomer {
  // Backwards through the key of `audit_customer`, and no further than the limit: the two are joined in this order.
  const select = (condition: string): ReturnType<DatabaseSync['prepare']> => db.prepare(`
    SELECT e.* FROM audit_customer c CROSS JOIN audit_entry e ON e.chain = c.chain AND e.seq = c.seq
    WHERE c.customer = :customer AND e.kind = :kind${condition}
    ORDER BY c.at DESC, c.chain DESC, c.seq DESC LIMIT :size`);
  const [last, before] = [select(''), select(' AND (c.at, c.chain, c.seq) < (:at, :chain, :seq)')];
  return {
    async latest({ customers, kind, before: moment, size }) {
      const found = customers.flatMap((customer) => {
        const wanted = { customer, kind, size };
        return moment === undefined ? last.all(wanted) : before.all({ ...wanted, at: moment.at, chain: moment.chain, seq: moment.seq });
      }).map(auditRecordOf);
      // A record may be about several of them.
      const each = new Map(found.map((record) => [`${record.seq} ${record.chain}`, record]));
      return [...each.values()].sort(byLatest).slice(0, size);
    },
  };
}
