import type { DatabaseSync } from 'node:sqlite';
import type { Quotas } from '../quotas.ts';
import { inTransaction } from './transaction.ts';

/** Quotas in SQLite: a row for each quota of a holder, for the latest period that was asked for. */
export function openQuotas(db: DatabaseSync): Quotas {
  const find = db.prepare('SELECT period, used FROM quota_use WHERE issuer = ? AND holder = ? AND rule = ?');
  const put = db.prepare('INSERT OR REPLACE INTO quota_use (issuer, holder, rule, period, used) VALUES (?, ?, ?, ?, ?)');
  return {
    async take({ issuer, holder, rule, period, wanted, limit }) {
      return inTransaction(db, () => {
        const row = find.get(issuer, holder, rule);
        const latest = Number(row?.['period'] ?? period);
        if (latest > period) return { granted: 0, used: limit };
        const before = latest === period ? Number(row?.['used'] ?? 0) : 0;
        const granted = Math.max(0, Math.min(wanted, limit - before));
        if (granted > 0) put.run(issuer, holder, rule, period, before + granted);
        return { granted, used: before + granted };
      });
    },
  };
}
