import type { DatabaseSync } from 'node:sqlite';
import type { TrustedDocument, TrustedDocuments } from '../trusted-documents.ts';
import type { SqlRow } from './rows.ts';
import { inTransaction } from './transaction.ts';

/** Trusted documents in SQLite. */
export function openTrustedDocuments(db: DatabaseSync): TrustedDocuments {
  const insert = prepareInsertDocument(db);
  const byId = db.prepare('SELECT * FROM trusted_document WHERE audience = ? AND id = ?');
  const byHash = db.prepare('SELECT * FROM trusted_document WHERE audience = ? AND hash = ? LIMIT 1');
  const page = db.prepare('SELECT * FROM trusted_document WHERE audience = ?1 AND id > ?2 ORDER BY id LIMIT ?3');
  const remove = db.prepare('DELETE FROM trusted_document WHERE audience = ? AND id = ?');
  return {
    publish: async (documents) => inTransaction(db, () => documents.flatMap((document) => {
      insert(document);
      return byId.get(document.audience, document.id)?.['hash'] === document.hash ? [] : [document.id];
    })),
    async find(audience, key) {
      const row = byId.get(audience, key) ?? byHash.get(audience, key);
      return row === undefined ? undefined : documentOf(row);
    },
    page: async ({ audience, after = '', size }) => page.all(audience, after, size).map(documentOf),
    withdraw: async (audience, id) => remove.run(audience, id).changes > 0,
  };
}

/** Adds a document unless one of its id is there. */
export function prepareInsertDocument(db: DatabaseSync): (document: TrustedDocument) => void {
  const insert = db.prepare('INSERT OR IGNORE INTO trusted_document (audience, id, hash, text, published_at, published_by) VALUES (?, ?, ?, ?, ?, ?)');
  return ({ audience, id, hash, text, publishedAt, publishedBy }) => void insert.run(audience, id, hash, text, publishedAt, publishedBy);
}

/** A row of `trusted_document`. */
export function documentOf(row: SqlRow): TrustedDocument {
  return {
    audience: String(row['audience']), id: String(row['id']), hash: String(row['hash']), text: String(row['text']),
    publishedAt: Number(row['published_at']), publishedBy: String(row['published_by']),
  };
}
