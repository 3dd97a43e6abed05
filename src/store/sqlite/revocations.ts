import type { DatabaseSync } from 'node:sqlite';
import type { Revocations } from '../revocations.ts';

/** Revoked tokens in SQLite. */
export function openRevocations(db: DatabaseSync): Revocations {
  const revoke = db.prepare('INSERT OR IGNORE INTO revocation (issuer, id, at, actor) VALUES (?, ?, ?, ?)');
  const find = db.prepare('SELECT 1 FROM revocation WHERE issuer = ? AND id = ?');
  return {
    async revoke({ issuer, id, at, actor }) {
      revoke.run(issuer, id, at, actor);
    },
    revoked: async (tokens) => tokens.map(({ issuer, id }) => find.get(issuer, id) !== undefined),
  };
}
