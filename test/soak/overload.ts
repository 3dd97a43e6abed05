import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { startBystander, type Met } from './bystander.ts';
import type { Verdict } from './judge.ts';
import { askAtRate, inTurns, type Asked, type Asker } from './load.ts';
import type { Sort } from './mix.ts';

/** What became of more questions than can be answered. */
export interface Overload {
  /** Questions and answers a second. */
  readonly offered: number;
  readonly goodput: number;
  /** Of what can be answered. */
  readonly ratio: number;
  readonly refused: number;
  /** How long somebody waits who asks beside it. */
  readonly beside: Met;
  /** Without any answer. */
  readonly lost: number;
}

/** Asks `factor` times what can be answered for some seconds; the gateway is at `url`. */
export async function overload(asker: Asker, mix: readonly Sort[], { url, patience, capacity, factor, seconds, judged }: {
  readonly url: string;
  /** How long one answer is waited for, in milliseconds. */
  readonly patience: number;
  readonly capacity: number;
  readonly factor: number;
  readonly seconds: number;
  readonly judged: (asked: Asked) => Verdict;
}): Promise<Overload> {
  const stop = new AbortController();
  let [answered, refused, lost] = [0, 0, 0];
  const bystander = startBystander({ url, sorts: mix, patience });
  const start = performance.now();
  const load = askAtRate(asker, inTurns(mix), factor * capacity, {
    signal: stop.signal,
    answered(asked) {
      if (judged(asked).kind === 'refused') refused += 1;
      else answered += 1;
    },
    failed: () => void (lost += 1),
  });
  await pause(seconds * 1000);
  stop.abort();
  const [sent, beside] = await Promise.all([load, bystander.stop()]);
  // To the last answer: what is late is no throughput.
  const took = (performance.now() - start) / 1000;
  const goodput = answered / took;
  return { offered: sent / seconds, goodput, ratio: goodput / capacity, refused: refused / took, beside, lost };
}
