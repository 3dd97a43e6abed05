import type { DatabaseSync } from 'node:sqlite';
import type { IssuedToken, IssuedTokens } from '../issued-tokens.ts';
import type { SqlRow } from './rows.ts';

/** The register of issued tokens in SQLite. */
export function openIssuedTokens(db: DatabaseSync): IssuedTokens {
  const insert = prepareInsertToken(db);
  const find = db.prepare('SELECT entry FROM issued_token WHERE issuer = ? AND id = ?');
  const page = db.prepare('SELECT entry FROM issued_token WHERE issuer = ?1 AND id > ?2 ORDER BY id LIMIT ?3');
  return {
    async add(token) {
      insert(token);
    },
    async find(names) {
      return names.map(({ issuer, id }) => {
        const row = find.get(issuer, id);
        return row === undefined ? undefined : tokenOf(row);
      });
    },
    page: async ({ issuer, after = '', size }) => page.all(issuer, after, size).map(tokenOf),
  };
}

/** Adds an entry unless one of that name is there. */
export function prepareInsertToken(db: DatabaseSync): (token: IssuedToken) => void {
  const insert = db.prepare('INSERT OR IGNORE INTO issued_token (issuer, id, entry) VALUES (?, ?, ?)');
  return (token) => void insert.run(token.issuer, token.id, JSON.stringify(token));
}

/** A row of `issued_token`. */
export function tokenOf(row: SqlRow): IssuedToken {
  return JSON.parse(String(row['entry'])) as IssuedToken;
}
