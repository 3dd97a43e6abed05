import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../measure.ts';
import type { Contestant } from './contestants.ts';
import { spreadOf, type Spread } from './figures.ts';
import { load } from './load.ts';
import { processorTime } from './processor-time.ts';
import type { Sources } from './sources.ts';
import type { Workload } from './workloads.ts';

/** What one turn of a contestant came to, a request on average. */
export interface Turn {
  /** Microseconds of the gateway's process, of all its threads. */
  readonly processorTime: number;
  /** Milliseconds, as the load generator sees it. */
  readonly p50: number;
  readonly p99: number;
  readonly requestsPerSecond: number;
  /** Requests to sources. */
  readonly calls: number;
}

/** The same of all rounds. */
export type Result = Readonly<Record<keyof Turn, Spread>>;

/** Loads contestants for some seconds, each with its share of the connections; what several of them come to is told as if they were one. */
export async function takeTurn(contestants: readonly Contestant[], workload: Workload, sources: Sources, seconds: number): Promise<Turn> {
  const used = (): number => contestants.reduce((sum, { pid }) => sum + processorTime(pid), 0);
  await sources.calls();
  const before = used();
  const share = { ...workload, connections: Math.ceil(workload.connections / contestants.length) };
  const loads = await Promise.all(contestants.map((contestant) => load(contestant, share, seconds)));
  // What is done after an answer has left belongs to it.
  await pause(50);
  const requests = loads.reduce((sum, each) => sum + each.times.length, 0);
  const times = loads.flatMap((each) => each.times).sort((a, b) => a - b);
  return {
    processorTime: ((used() - before) * 1000) / requests, p50: percentile(times, 0.5), p99: percentile(times, 0.99),
    requestsPerSecond: loads.reduce((sum, each) => sum + each.times.length / each.duration, 0), calls: (await sources.calls()) / requests,
  };
}

/** The spread of every figure over some turns. */
export function resultOf(turns: readonly Turn[]): Result {
  const figure = (name: keyof Turn): Spread => spreadOf(turns.map((turn) => turn[name]));
  return { processorTime: figure('processorTime'), p50: figure('p50'), p99: figure('p99'), requestsPerSecond: figure('requestsPerSecond'), calls: figure('calls') };
}
