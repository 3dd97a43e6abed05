import { parentPort, workerData } from 'node:worker_threads';
import type { Bystanding, Times } from './bystander.ts';
import { askAtRate, inTurns, openAsker } from './load.ts';

/** Asks until it is told to stop; then says how long each answer and each refusal took, in milliseconds. */
const { url, sorts, patience } = workerData as Bystanding;
const asker = openAsker(url, 64, patience);
const times: { [kind in keyof Times]: number[] } = { answered: [], refused: [] };
const stop = new AbortController();
parentPort?.once('message', () => stop.abort());
await askAtRate(asker, inTurns(sorts), 10, {
  signal: stop.signal,
  answered: ({ took, reply }) => times[reply.status === 200 ? 'answered' : 'refused'].push(took),
  failed: (error) => { throw error; },
});
await asker.close();
parentPort?.postMessage(times);
