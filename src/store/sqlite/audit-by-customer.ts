import type { DatabaseSync } from 'node:sqlite';
import { byLatest, type AuditByCustomer } from '../audit-by-customer.ts';
import { placesOfCustomer, prepareMisfiled } from './audit-customers.ts';
import { auditRecordOf } from './audit-records.ts';

/** What the trail says of customers, in SQLite. */
export function openAuditByCustomer(db: DatabaseSync): AuditByCustomer {
  // Backwards through the key of `audit_customer`, and no further than the limit: the two are joined in this order.
  const select = (condition: string): readonly ReturnType<DatabaseSync['prepare']>[] => placesOfCustomer.map((places) => db.prepare(`
    SELECT e.* FROM (${places}) p CROSS JOIN audit_entry e ON e.chain = p.chain AND e.seq = p.seq
    WHERE e.kind = :kind${condition} ORDER BY p.at DESC, p.chain DESC, p.seq DESC LIMIT :size`));
  const [last, before] = [select(''), select(' AND (p.at, p.chain, p.seq) < (:at, :chain, :seq)')];
  const misfiled = prepareMisfiled(db);
  return {
    async latest({ customers, kind, before: moment, size }) {
      const found = customers.flatMap((customer) => {
        const wanted = { customer, kind, size };
        return moment === undefined
          ? last.flatMap((places) => places.all(wanted))
          : before.flatMap((places) => places.all({ ...wanted, at: moment.at, chain: moment.chain, seq: moment.seq }));
      }).map(auditRecordOf);
      // A record may be about several of them, or be listed just now.
      const each = new Map(found.map((record) => [`${record.seq} ${record.chain}`, record]));
      return [...each.values()].sort(byLatest).slice(0, size);
    },
    misfiled: async () => misfiled().map(({ chain, seq }) => ({ chain: String(chain), seq: Number(seq) })),
  };
}
