import { Worker } from 'node:worker_threads';
import type { AuditRecord } from '../audit-log.ts';
import { StoreFailure } from '../../errors.ts';
import { auditRowOf, type AuditRow } from './audit-records.ts';

/** What the writing thread is sent: records to write all or none of. */
export interface Batch {
  readonly number: number;
  readonly rows: readonly AuditRow[];
}

/** What it answers for a batch: on disk, or why not. */
export interface Written {
  readonly number: number;
  readonly failure: string | undefined;
}

/** Milliseconds after which a batch counts as not written: longer than the thread waits for another writer's lock. */
const patience = 10_000;

/** Writes records in a thread of its own, which is started by the first batch, and anew after one that ended. */
export function startAuditWriter(path: string): { append(records: readonly AuditRecord[]): Promise<void>; close(): Promise<void> } {
  const waiting = new Map<number, { readonly done: () => void; readonly failed: (error: Error) => void }>();
  let worker: Worker | undefined;
  let sent = 0;

  const start = (): Worker => {
    // Beside this file, and with its ending: `.ts` from the sources, `.js` when built.
    const started = new Worker(new URL(`./audit-thread${import.meta.url.slice(-3)}`, import.meta.url), { workerData: path, execArgv: [], env: {} });
    started.on('message', ({ number, failure }: Written) => {
      const batch = waiting.get(number);
      if (failure === undefined) batch?.done();
      else batch?.failed(new StoreFailure(failure));
    });
    const ended = (error: Error): void => {
      if (worker === started) worker = undefined;
      for (const { failed } of waiting.values()) failed(error);
    };
    started.on('error', ended);
    started.on('exit', () => ended(new StoreFailure('the thread that writes the audit trail has ended')));
    // What is being written keeps the process alive by the timer of its end.
    started.unref();
    return started;
  };

  return {
    append: (records) => new Promise((resolve, reject) => {
      const number = (sent += 1);
      const timer = setTimeout(() => waiting.get(number)?.failed(new StoreFailure(`the audit trail was not written within ${patience} ms`)), patience);
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        waiting.delete(number);
        how();
      };
      waiting.set(number, { done: () => settle(resolve), failed: (error) => settle(() => reject(error)) });
      worker ??= start();
      worker.postMessage({ number, rows: records.map(auditRowOf) } satisfies Batch);
    }),
    async close() {
      await worker?.terminate();
    },
  };
}
