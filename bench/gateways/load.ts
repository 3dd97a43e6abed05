import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import { keysAt, loadedCustomers } from './company.ts';
import type { Contestant } from './contestants.ts';
import type { Workload } from './workloads.ts';

/** What some seconds of load came to. */
export interface Load {
  /** Seconds, to the end of the last answer. */
  readonly duration: number;
  /** Milliseconds of every request. */
  readonly times: readonly number[];
}

/** Keeps a workload's number of requests under way for some seconds, about other customers each time. Rejects on any answer that is not a plain success, or with `faults` on any that is no answer. */
export async function load(contestant: Contestant, workload: Workload, seconds: number, faults = false): Promise<Load> {
  const { origin, pathname } = new URL(contestant.url);
  const pool = new Pool(origin, { connections: workload.connections, pipelining: 1 });
  const times: number[] = [];
  const startedAt = performance.now();
  let turn = Math.floor(Math.random() * loadedCustomers);
  try {
    await Promise.all(Array.from({ length: workload.connections }, async () => {
      while (performance.now() - startedAt < seconds * 1000) {
        turn += 1;
        const askedAt = performance.now();
        const { statusCode, body } = await pool.request({
          method: 'POST', path: pathname, headers: { 'content-type': 'application/json', ...contestant.headers(turn) },
          body: JSON.stringify(contestant.dialect.ask(numbersOf(turn, workload.customers), workload.sources)),
        });
        const answer = Buffer.from(await body.arrayBuffer());
        if (statusCode !== 200 || (!faults && answer.includes('"errors"'))) throw new Error(`${contestant.name} answered ${statusCode}: ${answer.toString().slice(0, 500)}`);
        times.push(performance.now() - askedAt);
      }
    }));
    return { duration: (performance.now() - startedAt) / 1000, times };
  } finally {
    await pool.destroy();
  }
}

/** The numbers of so many customers, others at each turn until all have been asked for. */
export function numbersOf(turn: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => keysAt((turn * count + index) % loadedCustomers).number);
}
