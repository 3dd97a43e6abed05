import type { DatabaseSync } from 'node:sqlite';
import type { AuditRecord } from '../audit-log.ts';
import type { SqlRow } from './rows.ts';

/** What a record is written as: a value for each column. Cheaper to hand to a thread than a record is. */
export type AuditRow = readonly [
  chain: string, seq: number, kind: string, at: number, purpose: string | null, key: string, previous: string, digest: string, mac: string,
  customers: string, entry: string | null,
];

/** A record as it is written. */
export function auditRowOf({ chain, seq, kind, at, purpose, customers, key, previous, digest, mac, entry }: AuditRecord): AuditRow {
  return [chain, seq, kind, at, purpose ?? null, key, previous, digest, mac, JSON.stringify(customers), entry ?? null];
}

/** Prepares adding one record of the audit trail; with `OR IGNORE`, one that is there stays as it is. Under whom it is found is listed later. */
export function prepareInsertAuditRow(db: DatabaseSync, conflict: '' | 'OR IGNORE' = ''): (row: AuditRow) => void {
  const insert = db.prepare(`INSERT ${conflict} INTO audit_entry
    (chain, seq, kind, at, purpose, key, previous, digest, mac, customers, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  return (row) => void insert.run(...row);
}

/** A row of `audit_entry`. */
export function auditRecordOf(row: SqlRow): AuditRecord {
  const text = (column: string): string => String(row[column]);
  return {
    chain: text('chain'), seq: Number(row['seq']), kind: text('kind'), at: Number(row['at']),
    purpose: row['purpose'] === null ? undefined : text('purpose'), customers: JSON.parse(text('customers')) as readonly string[],
    key: text('key'), previous: text('previous'), digest: text('digest'), mac: text('mac'),
    entry: row['entry'] === null ? undefined : text('entry'),
  };
}
