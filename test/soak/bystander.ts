import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Sort } from './mix.ts';
import { quantile } from './statistics.ts';

/** How long somebody waited: half the time no longer than, and 95 times of 100; milliseconds. */
export interface Waited {
  readonly p50: number;
  readonly p95: number;
}

/** What somebody who asks now and then met with. */
export interface Met {
  readonly answered: Waited;
  readonly refused: Waited;
}

/** What its thread is given, and what it gives. */
export interface Bystanding {
  readonly url: string;
  readonly sorts: readonly Sort[];
  readonly patience: number;
}
export type Times = Readonly<Record<keyof Met, readonly number[]>>;

/** Asks ten times a second from a thread of its own, so that what is measured is the gateway's wait and not that of a busy generator of load. */
export function startBystander(given: Bystanding): { readonly stop: () => Promise<Met> } {
  const thread = new Worker(new URL('./bystander-thread.ts', import.meta.url), { workerData: given });
  const told: Promise<[Times]> = once(thread, 'message') as Promise<[Times]>;
  // Whoever starts one stops it, and learns of a failure then.
  told.catch(() => undefined);
  return {
    async stop() {
      thread.postMessage('stop');
      const [{ answered, refused }] = await told;
      return { answered: waited(answered), refused: waited(refused) };
    },
  };
}

function waited(times: readonly number[]): Waited {
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}
