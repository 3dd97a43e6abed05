import { DatabaseSync } from 'node:sqlite';
import { customerId } from '../../ids.ts';
import { unreachable } from '../../errors.ts';
import type { Archive, ArchiveRecord } from '../archive.ts';
import type { AccessRecord } from '../access.ts';
import type { LinkEvent } from '../stewardship.ts';
import { prepareInsertAccess } from './access.ts';
import { prepareListing } from './audit-customers.ts';
import { auditRecordOf, auditRowOf, prepareInsertAuditRow } from './audit-records.ts';
import { erasedOf } from './erasure.ts';
import { factOf, prepareInsertFact } from './facts.ts';
import { prepareInsertToken, tokenOf } from './issued-tokens.ts';
import { partsOf } from './parts.ts';
import { linkOf, unlinkedOf, type SqlRow } from './rows.ts';
import { keyOf, prepareInsertKey } from './signing-keys.ts';
import { inTransaction } from './transaction.ts';
import { documentOf, prepareInsertDocument } from './trusted-documents.ts';

/** Customers first: all else that names one refers to them. */
const tables: readonly (readonly [string, (row: SqlRow) => ArchiveRecord])[] = [
  ['customer', (row) => ({
    kind: 'customer', id: customerId(String(row['id'])), createdAt: Number(row['created_at']),
    mergedInto: row['merged_into'] === null ? undefined : customerId(String(row['merged_into'])),
  })],
  ['link', (row) => ({ kind: 'link', customer: customerId(String(row['customer'])), ...linkOf(row) })],
  ['unlinked', (row) => ({ kind: 'unlinked', ...unlinkedOf(row) })],
  ['bar', (row) => ({ kind: 'bar', customer: customerId(String(row['customer'])), namespace: String(row['namespace']), value: String(row['value']) })],
  ['fact', (row) => ({ kind: 'fact', ...factOf(row) })],
  ['link_event', (row) => ({ kind: 'linkEvent', event: JSON.parse(String(row['entry'])) as LinkEvent })],
  ['access', (row) => ({ kind: 'access', record: JSON.parse(String(row['entry'])) as AccessRecord })],
  ['audit_entry', (row) => ({ kind: 'auditEntry', entry: auditRecordOf(row) })],
  ['revocation', (row) => ({ kind: 'revocation', issuer: String(row['issuer']), id: String(row['id']), at: Number(row['at']), actor: String(row['actor']) })],
  ['signing_key', (row) => ({ kind: 'signingKey', ...keyOf(row) })],
  ['issued_token', (row) => ({ kind: 'issuedToken', ...tokenOf(row) })],
  ['trusted_document', (row) => ({ kind: 'trustedDocument', ...documentOf(row) })],
  ['erased', (row) => ({ kind: 'erased', ...erasedOf(row) })],
];

/** The archive of a SQLite store. Records are read over a connection of their own, as of the moment at which that began. */
export function openArchive(db: DatabaseSync, path: string): Archive {
  const restore = prepareRestore(db);
  const listPart = prepareListing(db);
  return {
    async *records() {
      const reader = path === ':memory:' ? db : new DatabaseSync(path, { readOnly: true, timeout: 5000 });
      try {
        reader.exec('BEGIN');
        for (const [table, recordOf] of tables) yield* partsOf(reader.prepare(`SELECT * FROM ${table}`).iterate(), recordOf);
      } finally {
        if (reader.isTransaction) reader.exec('COMMIT');
        if (reader !== db) reader.close();
      }
    },
    async restore(records) {
      inTransaction(db, () => {
        for (const record of records) restore(record);
      });
      while (listPart() > 0);
    },
    isEmpty: async () => tables.every(([table]) => db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined),
  };
}

function prepareRestore(db: DatabaseSync): (record: ArchiveRecord) => void {
  const into = (table: string, columns: string): ReturnType<DatabaseSync['prepare']> =>
    db.prepare(`INSERT OR IGNORE INTO ${table} (${columns}) VALUES (${columns.split(',').map(() => '?').join(', ')})`);
  const customer = into('customer', 'id, created_at, merged_into');
  const link = into('link', 'namespace, value, customer, method, verified, first_seen_at, last_seen_at, from_namespace, from_value, evidence, actor');
  const unlinked = into('unlinked', 'customer, source, reason, identifier, candidates, noted_at, until');
  const bar = into('bar', 'customer, namespace, value');
  const fact = prepareInsertFact(db);
  const event = into('link_event', 'id, at, customer, other, entry');
  const access = prepareInsertAccess(db);
  const auditRow = prepareInsertAuditRow(db, 'OR IGNORE');
  const revocation = into('revocation', 'issuer, id, at, actor');
  const signingKey = prepareInsertKey(db);
  const issuedToken = prepareInsertToken(db);
  const trustedDocument = prepareInsertDocument(db);
  const erased = into('erased', 'customer, root, at');
  return (record) => {
    switch (record.kind) {
      case 'customer':
        return void customer.run(record.id, record.createdAt, record.mergedInto ?? null);
      case 'link':
        return void link.run(
          record.namespace, record.value, record.customer, record.method, record.verified ? 1 : 0, record.firstSeenAt, record.lastSeenAt,
          record.from?.namespace ?? null, record.from?.value ?? null, record.evidence ?? null, record.actor ?? null,
        );
      case 'unlinked':
        return void unlinked.run(
          record.customer, record.source, record.reason, record.identifier ?? null, JSON.stringify(record.candidates), record.notedAt, record.until,
        );
      case 'bar':
        return void bar.run(record.customer, record.namespace, record.value);
      case 'fact':
        return void fact(record);
      case 'linkEvent':
        return void event.run(record.event.id, record.event.at, record.event.customer, record.event.other ?? null, JSON.stringify(record.event));
      case 'access':
        return void access(record.record);
      case 'auditEntry':
        return void auditRow(auditRowOf(record.entry));
      case 'revocation':
        return void revocation.run(record.issuer, record.id, record.at, record.actor);
      case 'signingKey':
        return signingKey(record);
      case 'issuedToken': {
        const { kind: _, ...token } = record;
        return issuedToken(token);
      }
      case 'trustedDocument':
        return trustedDocument(record);
      case 'erased':
        return void erased.run(record.customer, record.root, record.at);
      default:
        return unreachable(record);
    }
  };
}
