import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { prepareInsertAuditRecord } from './audit-records.ts';
import type { AuditRecord } from '../audit-log.ts';
import type { Batch, Written } from './audit-writer.ts';
import { inTransaction } from './transaction.ts';

/**
 * The thread that writes the audit trail: a program, not a module. It is given the path of a store whose schema is up to date.
 * `synchronous=FULL` makes every commit wait for the disk, which the trail's promise rests on.
 */
const db = new DatabaseSync(workerData as string, { timeout: 5000 });
db.exec('PRAGMA synchronous = FULL');
const insert = prepareInsertAuditRecord(db);

parentPort?.on('message', ({ number, records }: Batch) => {
  parentPort?.postMessage({ number, failure: write(records) } satisfies Written);
});

function write(records: Batch['records']): string | undefined {
  try {
    inTransaction(db, () => (JSON.parse(records) as readonly AuditRecord[]).forEach(insert));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
