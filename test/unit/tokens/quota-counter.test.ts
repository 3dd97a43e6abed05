import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Count } from '../../../src/tokens/count.ts';
import { openQuotaCounter } from '../../../src/tokens/quota-counter.ts';

const day = 86_400_000;
const of = { issuer: 'i', holder: 'jti:1' };
let store: Store;
let now: number;
let writes: number;
beforeEach(() => {
  store = openSqliteStore({ path: ':memory:', clock: () => now, newId: () => 'x' });
  [now, writes] = [10 * day + 5_000, 0];
});
afterEach(() => store.close());

/** A process that counts. */
const aProcess = (): ReturnType<typeof openQuotaCounter> => openQuotaCounter({
  quotas: {
    take: async (order) => {
      writes += 1;
      return store.quotas.take(order);
    },
  },
  clock: () => now,
});
const rule = (requests: number): { readonly name: string; readonly requests: number; readonly per: number } => ({ name: 'quota', requests, per: day });

/** How many of so many requests were admitted. */
async function admitted(counts: readonly Promise<Count>[]): Promise<number> {
  return (await Promise.all(counts)).filter((count) => count.admitted).length;
}

describe('a quota', () => {
  test('is whole for one process, and writes to the store now and then', async () => {
    const count = aProcess();
    let done = 0;
    for (let nth = 0; nth < 10_500; nth += 1) done += await admitted([count(rule(10_000), of)]);
    expect(done).toBe(10_000);
    expect(writes).toBeLessThan(400);
  });

  test('is never overdrawn by requests at once', async () => {
    const count = aProcess();
    expect(await admitted(Array.from({ length: 500 }, () => count(rule(120), of)))).toBe(120);
  });

  test('is never overdrawn by several processes, and at most two in a hundred are lost for each', async () => {
    const processes = [aProcess(), aProcess(), aProcess()] as const;
    const [first, second, third] = processes;
    await Promise.all(processes.map((count) => count(rule(1_000), of)));
    let done = 3;
    for (let nth = 0; nth < 1_200; nth += 1) done += await admitted([first(rule(1_000), of)]);
    expect(done).toBeLessThanOrEqual(1_000);
    expect(done).toBeGreaterThanOrEqual(1_000 - 2 * 20);
    // What the others have taken they still give out.
    for (let nth = 0; nth < 50; nth += 1) done += await admitted([second(rule(1_000), of), third(rule(1_000), of)]);
    expect(done).toBe(1_000);
  });

  test('that is used up costs the store nothing more, until the next period', async () => {
    const count = aProcess();
    await admitted(Array.from({ length: 20 }, () => count(rule(5), of)));
    const before = writes;
    const refused = await count(rule(5), of);
    expect([refused.admitted, refused.remaining, refused.reset, writes]).toEqual([false, 0, day - 5_000, before]);
    now += day;
    expect(await count(rule(5), of)).toMatchObject({ admitted: true, remaining: 4 });
  });

  test('that was widened meanwhile gives the difference', async () => {
    const count = aProcess();
    expect(await admitted(Array.from({ length: 9 }, () => count(rule(5), of)))).toBe(5);
    expect(await admitted(Array.from({ length: 9 }, () => count(rule(8), of)))).toBe(3);
  });

  test('that the store cannot tell admits nobody, and is asked for again', async () => {
    let broken = true;
    const count = openQuotaCounter({ quotas: { take: (order) => (broken ? Promise.reject(new Error('gone')) : store.quotas.take(order)) }, clock: () => now });
    await expect(count(rule(5), of)).rejects.toThrow('gone');
    broken = false;
    expect(await count(rule(5), of)).toMatchObject({ admitted: true });
  });
});
