import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { prepareListing } from './audit-customers.ts';
import { prepareInsertAuditRow, type AuditRow } from './audit-records.ts';
import type { Batch, Written } from './audit-writer.ts';
import { inTransaction } from './transaction.ts';

/** So many records stay unlisted: each of them is looked at for whoever looks for a customer. */
const mostUnlisted = 256;

/**
 * The thread that writes the audit trail: a program, not a module. It is given the path of a store whose schema is up to date.
 * `synchronous=FULL` makes every commit wait for the disk, which the trail's promise rests on.
 */
const db = new DatabaseSync(workerData as string, { timeout: 5000 });
db.exec('PRAGMA synchronous = FULL');
const write = openWriting(db);

parentPort?.on('message', ({ number, rows }: Batch) => {
  parentPort?.postMessage({ number, failure: write(rows) } satisfies Written);
});

/** Writes records, and gives why they were not written. Between batches it lists under whom they are found. */
function openWriting(db: DatabaseSync): (rows: readonly AuditRow[]) => string | undefined {
  const [insert, listPart] = [prepareInsertAuditRow(db), prepareListing(db)];
  // The most that there are. What an earlier process has left is not known, and is listed with the first batch.
  let unlisted = mostUnlisted;
  const list = (): void => {
    try {
      unlisted = listPart();
    } catch {
      // Whoever keeps others from writing does so to the next batch, too, and that is told.
      return;
    }
    if (unlisted > mostUnlisted) setImmediate(list);
  };
  return (rows) => {
    try {
      inTransaction(db, () => rows.forEach(insert));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    unlisted += rows.length;
    if (unlisted > mostUnlisted) setImmediate(list);
    return undefined;
  };
}
