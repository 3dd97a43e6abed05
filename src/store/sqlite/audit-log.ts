import type { DatabaseSync } from 'node:sqlite';
import type { AuditLog } from '../audit-log.ts';
import { inTransaction } from './transaction.ts';

/** Milliseconds for which an outcome may wait for company; nobody waits for it. */
const outcomeDelay = 100;

interface Entry {
  readonly write: () => void;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** The audit trail of one connection. `flush` writes what still waits. */
export interface SqliteAuditLog extends AuditLog {
  flush(): void;
}

/**
 * The audit trail in SQLite. Entries of the same turn of the event loop share one commit, and with it one wait for the disk;
 * a promise is fulfilled after that commit. An outcome does not cause a commit of its own.
 */
export function openAuditLog(db: DatabaseSync): SqliteAuditLog {
  const intents = db.prepare('INSERT INTO audit_intent (id, at, entry) VALUES (?, ?, ?)');
  const outcomes = db.prepare('INSERT INTO audit_outcome (intent, at, entry) VALUES (?, ?, ?)');
  let waiting: readonly Entry[] = [];

  const flush = (): void => {
    const entries = waiting;
    waiting = [];
    if (entries.length === 0) return;
    const failures = new Map<Entry, unknown>();
    try {
      inTransaction(db, () => {
        // An entry that is refused fails alone: an outcome may be lost, and must not take others' intents with it.
        for (const entry of entries) attempt(entry.write, (error) => failures.set(entry, error));
      });
    } catch (error) {
      for (const { failed } of entries) failed(error);
      return;
    }
    for (const entry of entries) {
      if (failures.has(entry)) entry.failed(failures.get(entry));
      else entry.done();
    }
  };
  const enqueue = (write: () => void, schedule: () => void): Promise<void> =>
    new Promise((done, failed) => {
      waiting = [...waiting, { write, done, failed }];
      schedule();
    });

  return {
    append: ({ id, at, ...rest }) =>
      enqueue(() => void intents.run(id, at, JSON.stringify({ id, at, ...rest })), () => void setImmediate(flush)),
    outcome: (outcome) =>
      enqueue(() => void outcomes.run(outcome.intent, outcome.at, JSON.stringify(outcome)), () => void setTimeout(flush, outcomeDelay).unref()),
    flush,
  };
}

function attempt(work: () => void, failed: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    failed(error);
  }
}
