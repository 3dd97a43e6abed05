import type { DatabaseSync } from 'node:sqlite';
import type { KeyAct, SigningKey, SigningKeys } from '../signing-keys.ts';
import type { SqlRow } from './rows.ts';

/** The gateway's signing keys in SQLite. */
export function openSigningKeys(db: DatabaseSync): SigningKeys {
  const insert = prepareInsertKey(db);
  const list = db.prepare('SELECT * FROM signing_key WHERE issuer = ? ORDER BY made_at, id');
  const reserve = db.prepare(`
    UPDATE signing_key SET last_expiry = max(coalesce(last_expiry, 0), ?3)
    WHERE issuer = ?1 AND id = ?2 AND retired_at IS NULL AND withdrawn_at IS NULL`);
  const retire = db.prepare('UPDATE signing_key SET sealed = NULL, retired_at = ?3, retired_by = ?4 WHERE issuer = ?1 AND id = ?2 AND retired_at IS NULL');
  const withdraw = db.prepare('UPDATE signing_key SET sealed = NULL, withdrawn_at = ?3, withdrawn_by = ?4 WHERE issuer = ?1 AND id = ?2 AND withdrawn_at IS NULL');
  return {
    list: async (issuer) => list.all(issuer).map(keyOf),
    async add(key) {
      insert(key);
    },
    reserve: async ({ issuer, id, until }) => reserve.run(issuer, id, until).changes > 0,
    retire: async ({ issuer, id, at, actor }) => retire.run(issuer, id, at, actor).changes > 0,
    withdraw: async ({ issuer, id, at, actor }) => withdraw.run(issuer, id, at, actor).changes > 0,
  };
}

/** Adds a key unless one with its id is there. */
export function prepareInsertKey(db: DatabaseSync): (key: SigningKey) => void {
  const insert = db.prepare(`
    INSERT OR IGNORE INTO signing_key (issuer, id, public_key, proof, sealed, made_at, made_by, last_expiry, retired_at, retired_by, withdrawn_at, withdrawn_by)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  return (key) => void insert.run(
    key.issuer, key.id, key.publicKey, key.proof, key.sealed ?? null, key.madeAt, key.madeBy, key.lastExpiry ?? null,
    key.retired?.at ?? null, key.retired?.actor ?? null, key.withdrawn?.at ?? null, key.withdrawn?.actor ?? null,
  );
}

/** A row of `signing_key`. */
export function keyOf(row: SqlRow): SigningKey {
  const act = (at: SqlRow[string] | undefined, by: SqlRow[string] | undefined): KeyAct | undefined =>
    typeof at === 'number' ? { at, actor: String(by) } : undefined;
  return {
    issuer: String(row['issuer']),
    id: String(row['id']),
    publicKey: String(row['public_key']),
    proof: String(row['proof']),
    sealed: row['sealed'] === null ? undefined : String(row['sealed']),
    madeAt: Number(row['made_at']),
    madeBy: String(row['made_by']),
    lastExpiry: row['last_expiry'] === null ? undefined : Number(row['last_expiry']),
    retired: act(row['retired_at'], row['retired_by']),
    withdrawn: act(row['withdrawn_at'], row['withdrawn_by']),
  };
}
