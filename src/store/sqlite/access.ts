import type { DatabaseSync } from 'node:sqlite';
import type { AccessRecord, AccessRegister } from '../access.ts';

/** Requests for access in SQLite. */
export function openAccessRegister(db: DatabaseSync): AccessRegister {
  const insert = prepareInsertAccess(db);
  const find = db.prepare(`SELECT entry FROM access
    WHERE (:issuer IS NULL OR (issuer = :issuer AND subject = :subject)) AND (:request IS NULL OR request = :request) AND (:endsAfter IS NULL OR ends > :endsAfter)
    ORDER BY at, id`);
  const ofHolder = db.prepare('SELECT entry FROM access WHERE issuer = ? AND subject = ? AND ends > ? ORDER BY at, id');
  return {
    async append(record) {
      insert(record);
    },
    async read({ holder, request, endsAfter }) {
      // What is asked with every request has a statement that its index fits.
      const rows = holder !== undefined && request === undefined && endsAfter !== undefined
        ? ofHolder.all(holder.issuer, holder.subject, endsAfter)
        : find.all({ issuer: holder?.issuer ?? null, subject: holder?.subject ?? null, request: request ?? null, endsAfter: endsAfter ?? null });
      return rows.map(({ entry }) => JSON.parse(String(entry)) as AccessRecord);
    },
  };
}

/** Adds a record unless one with its id is there. */
export function prepareInsertAccess(db: DatabaseSync): (record: AccessRecord) => void {
  const insert = db.prepare('INSERT OR IGNORE INTO access (id, request, issuer, subject, ends, at, entry) VALUES (?, ?, ?, ?, ?, ?, ?)');
  return (record) => void insert.run(record.id, record.request, record.holder.issuer, record.holder.subject, record.ends, record.at, JSON.stringify(record));
}
