import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Verdict } from './judge.ts';
import { askAtRate, type Asked, type Asker } from './load.ts';
import type { Sort } from './mix.ts';
import { quantile } from './statistics.ts';

/** What became of more questions than can be answered. */
export interface Overload {
  /** Questions and answers a second. */
  readonly offered: number;
  readonly goodput: number;
  /** Of what can be answered. */
  readonly ratio: number;
  readonly refused: number;
  /** Milliseconds. */
  readonly p99: { readonly answered: number; readonly refused: number };
  /** Without any answer. */
  readonly lost: number;
}

/** Asks `factor` times what can be answered for some seconds. */
export async function overload(asker: Asker, next: () => Sort, { capacity, factor, seconds, judged }: {
  readonly capacity: number;
  readonly factor: number;
  readonly seconds: number;
  readonly judged: (asked: Asked) => Verdict;
}): Promise<Overload> {
  const stop = new AbortController();
  const [answered, refused]: [number[], number[]] = [[], []];
  let lost = 0;
  const start = performance.now();
  const load = askAtRate(asker, next, factor * capacity, {
    signal: stop.signal,
    answered: (asked) => (judged(asked).kind === 'refused' ? refused : answered).push(asked.took),
    failed: () => void (lost += 1),
  });
  await pause(seconds * 1000);
  stop.abort();
  const sent = await load;
  // To the last answer: what is late is no throughput.
  const took = (performance.now() - start) / 1000;
  const goodput = answered.length / took;
  return { offered: sent / seconds, goodput, ratio: goodput / capacity, refused: refused.length / took, p99: { answered: quantile(answered, 0.99), refused: quantile(refused, 0.99) }, lost };
}
