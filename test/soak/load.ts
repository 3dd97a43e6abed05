import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Reply } from './judge.ts';
import type { Sort } from './mix.ts';

/** One answer, and how long it was waited for. */
export interface Asked {
  readonly sort: Sort;
  readonly reply: Reply;
  /** Milliseconds. */
  readonly took: number;
}

/** Asks a gateway, over connections that are kept. */
export interface Asker {
  ask(sort: Sort): Promise<Asked>;
  close(): Promise<void>;
}

/** Opens one. A request without an answer within `patience` (milliseconds) rejects. */
export function openAsker(url: string, connections: number, patience: number): Asker {
  const pool = new Pool(url, { connections, pipelining: 1, headersTimeout: patience, bodyTimeout: patience });
  return {
    async ask(sort) {
      const start = performance.now();
      const { statusCode, headers, body } = await pool.request({
        path: '/graphql', method: 'POST', headers: { authorization: `Bearer ${sort.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: sort.query, variables: sort.variables }),
      });
      const text = await body.text();
      return { sort, took: performance.now() - start, reply: { status: statusCode, retryAfter: headers['retry-after']?.toString() ?? null, text } };
    },
    close: () => pool.destroy(),
  };
}

/** The questions in turns, as often as they weigh. */
export function inTurns(mix: readonly Sort[]): () => Sort {
  const all = mix.flatMap((sort) => Array.from({ length: sort.weight }, () => sort));
  // A step that shares no factor with the length: every question comes up, and neighbours are of different sorts.
  let at = 0;
  const step = [7, 11, 13, 17, 19].find((one) => all.length % one !== 0) ?? 1;
  return () => {
    at = (at + step) % all.length;
    const sort = all[at];
    if (sort === undefined) throw new Error('there is nothing to ask');
    return sort;
  };
}

/** Keeps so many questions under way for a while; gives how many are answered a second. */
export async function capacityOf(asker: Asker, next: () => Sort, { connections, seconds }: { readonly connections: number; readonly seconds: number }): Promise<number> {
  let answered = 0;
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() - start < seconds * 1000) {
      const { reply } = await asker.ask(next());
      if (reply.status === 200) answered += 1;
    }
  }));
  return answered / ((performance.now() - start) / 1000);
}

/** Asks so many questions a second, however long the answers take, until `signal` is aborted and all answers are there. */
export async function askAtRate(asker: Asker, next: () => Sort, rate: number, given: {
  readonly signal: AbortSignal;
  readonly answered: (asked: Asked) => void;
  readonly failed: (error: unknown) => void;
}): Promise<number> {
  const under = new Set<Promise<void>>();
  const start = performance.now();
  let sent = 0;
  while (!given.signal.aborted) {
    for (const due = (performance.now() - start) / 1000 * rate; sent < due; sent += 1) {
      const one: Promise<void> = asker.ask(next()).then(given.answered, given.failed).finally(() => under.delete(one));
      under.add(one);
    }
    await pause(5);
  }
  await Promise.all(under);
  return sent;
}
