import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` as one transaction that takes the write lock at once, so that two processes never deadlock upgrading theirs. */
export function inTransaction<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
