import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '../store.ts';
import { openAccessRegister } from './access.ts';
import { openArchive } from './archive.ts';
import { openAuditByCustomer } from './audit-by-customer.ts';
import { openAuditLog } from './audit-log.ts';
import { openErasure } from './erasure.ts';
import { openFactLog } from './facts.ts';
import { openIssuedTokens } from './issued-tokens.ts';
import { openLinkStore } from './links.ts';
import { migrations } from './migrations.ts';
import { openQuotas } from './quotas.ts';
import { openRevocations } from './revocations.ts';
import { openSigningKeys } from './signing-keys.ts';
import { openStewardship } from './stewardship.ts';
import { inTransaction } from './transaction.ts';
import { openTrustedDocuments } from './trusted-documents.ts';

export interface SqliteStoreOptions {
  /** A file, made with its folder when it is not there; `:memory:` for a store that is gone with its process. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly newId: () => string;
  /**
   * For work that can be repeated after a crash, such as an import: commits no longer wait for the disk, `close` does, and
   * more memory is used. The audit trail is written as ever.
   */
  readonly bulk?: boolean | undefined;
}

/**
 * Names in the order of an import lie all over the file: with half a gigabyte of its pages at hand they need not be read again,
 * and in a log as long as that a page that many commits change is copied into the file once.
 */
const bulkSettings = 'PRAGMA synchronous = NORMAL; PRAGMA cache_size = -524288; PRAGMA wal_autocheckpoint = 131072;';

/** Opens the embedded store and brings its schema up to date. Several processes of one machine may share the file. */
export function openSqliteStore({ path, clock, newId, bulk = false }: SqliteStoreOptions): Store {
  if (path !== ':memory:') {
    mkdirSync(dirname(path), { recursive: true });
    // Made here if it is not there, so that nobody but its owner may read it; what lies beside it gets the same mode.
    closeSync(openSync(path, 'a', 0o600));
  }
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
  try {
    // What is removed is overwritten, and not only no longer found. Up to 16 MB of the file stay at hand.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;');
    migrate(db, path);
    if (bulk) db.exec(bulkSettings);
  } catch (error) {
    db.close();
    throw error;
  }
  const audit = openAuditLog(db, path);
  return {
    links: openLinkStore({ db, clock, newId }),
    facts: openFactLog(db),
    access: openAccessRegister(db),
    stewardship: openStewardship({ db, clock, newId }),
    revocations: openRevocations(db),
    signingKeys: openSigningKeys(db),
    issuedTokens: openIssuedTokens(db),
    quotas: openQuotas(db),
    trustedDocuments: openTrustedDocuments(db),
    erasure: openErasure(db, clock),
    audit,
    auditByCustomer: openAuditByCustomer(db),
    archive: openArchive(db, path),
    async ping() {
      db.prepare('SELECT 1').get();
    },
    async close() {
      if (!db.isOpen) return;
      await audit.close();
      try {
        if (bulk) waitForDisk(db);
      } finally {
        db.close();
      }
    },
  };
}

function migrate(db: DatabaseSync, path: string): void {
  inTransaction(db, () => {
    const done = Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (done > migrations.length) {
      throw new Error(`${path}: made by a newer version (schema ${done}; this one knows ${migrations.length})`);
    }
    for (const step of migrations.slice(done)) db.exec(step);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

/** A commit that waits for the disk has all commits before it wait too: they lie in one log. */
function waitForDisk(db: DatabaseSync): void {
  db.exec(`PRAGMA synchronous = FULL; PRAGMA user_version = ${migrations.length}`);
}
