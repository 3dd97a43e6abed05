import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` as one transaction. It takes the write lock at once, so that two processes never deadlock upgrading theirs; one that is `DEFERRED` only reads, and
 * waits for nobody.
 */
export function inTransaction<Result>(db: DatabaseSync, work: () => Result, how: 'IMMEDIATE' | 'DEFERRED' = 'IMMEDIATE'): Result {
  db.exec(`BEGIN ${how}`);
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
