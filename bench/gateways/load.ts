import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import type { Contestant } from './contestants.ts';
import { keysAt, loadedCustomers } from './company.ts';
import type { Workload } from './workloads.ts';

/** What a turn of load came to. */
export interface Load {
  readonly requests: number;
  /** Seconds. */
  readonly duration: number;
  /** Milliseconds of every request, sorted. */
  readonly times: readonly number[];
}

/** Keeps so many requests of a workload under way, for other customers each time, until the time is up or `until` resolves. Rejects on any answer that is not a plain success. */
export async function load(contestant: Contestant, workload: Workload, { seconds, until }: { readonly seconds: number; readonly until?: Promise<unknown> }): Promise<Load> {
  const { origin, pathname } = new URL(contestant.url);
  const pool = new Pool(origin, { connections: workload.connections, pipelining: 1 });
  const times: number[] = [];
  const startedAt = performance.now();
  const state = { over: false, turn: Math.floor(Math.random() * loadedCustomers) };
  const stop = (): void => void (state.over = true);
  const timer = setTimeout(stop, seconds * 1000);
  void until?.finally(stop);
  const isOver = (): boolean => state.over;
  try {
    await Promise.all(Array.from({ length: workload.connections }, async () => {
      while (!isOver()) {
        const turn = (state.turn += 1);
        const askedAt = performance.now();
        const { statusCode, body } = await pool.request({
          method: 'POST', path: pathname, headers: { 'content-type': 'application/json', ...contestant.headers(turn) },
          body: JSON.stringify(contestant.dialect.ask(numbersOf(turn, workload.customers), workload.sources)),
        });
        const answer = Buffer.from(await body.arrayBuffer());
        if (statusCode !== 200 || answer.includes('"errors"')) throw new Error(`${contestant.name} answered ${statusCode}: ${answer.toString().slice(0, 500)}`);
        times.push(performance.now() - askedAt);
      }
    }));
    return { requests: times.length, duration: (performance.now() - startedAt) / 1000, times: times.sort((a, b) => a - b) };
  } finally {
    clearTimeout(timer);
    stop();
    await pool.destroy();
  }
}

/** The numbers of so many customers, others at each turn until all have been asked for. */
export function numbersOf(turn: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => keysAt((turn * count + index) % loadedCustomers).number);
}
