import { performance } from 'node:perf_hooks';
import { request, type Agent } from 'undici';

/** Runs that are not counted. */
const warmUp = 30;

/** The milliseconds that each way takes, run after run in turns, so that what else the machine does meets all alike; sorted. */
export async function measure(ways: readonly (() => Promise<unknown>)[], runs: number): Promise<readonly (readonly number[])[]> {
  const times: number[][] = ways.map(() => []);
  for (let run = -warmUp; run < runs; run += 1) {
    for (const [index, way] of ways.entries()) {
      const startedAt = performance.now();
      await way();
      if (run >= 0) times[index]?.push(performance.now() - startedAt);
    }
  }
  return times.map((each) => each.toSorted((a, b) => a - b));
}

/** The value below which this part of sorted values lies. */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** Sends one request and reads its JSON; rejects on anything but a 200. */
export async function ask(dispatcher: Agent, url: string, headers: Readonly<Record<string, string>>, body?: unknown): Promise<unknown> {
  const answer = await request(url, body === undefined
    ? { dispatcher, headers }
    : { dispatcher, method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const read = await answer.body.json();
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}: ${JSON.stringify(read)}`);
  return read;
}
