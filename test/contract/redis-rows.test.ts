import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { RESP_TYPES } from '@redis/client';
import { openRowCache, type DropOrder, type RowCache } from '../../src/connectors/cache/open-row-cache.ts';
import type { Connector, FindResult, ReadRequest, ReadResult } from '../../src/connectors/connector.ts';
import type { GuardEvent } from '../../src/connectors/guards/events.ts';
import { sourceKey, sourceName } from '../../src/ids.ts';
import { RedisError } from '../../src/redis/redis.ts';
import { connectTo, startRedis, withRedis, type RedisServer } from '../fixtures/redis-server.ts';
import { until } from '../fixtures/until.ts';
import { aFailure, aConnector } from '../unit/connectors/guards/fixtures.ts';
import { aFind, aRead, call, told } from '../unit/connectors/cache/fixtures.ts';

const { title, skipped } = withRedis('Rows that processes keep together in Redis');
const policies = new Map([['account', { maxAge: 60_000, staleIfError: 3_600_000 }]]);
const capabilities = new Map([['account', { projects: true, read: { batch: 10 }, list: undefined, find: new Map([['email', { batch: 10, pageSize: 10 }]]) }]]);

/** What a source has, for all processes: every record is in this version. */
interface Source {
  version: string;
  failure: Error | undefined;
  /** What is waited for before the source answers, after it has read. */
  pause: (() => Promise<void>) | undefined;
  absent: boolean;
  asked: number;
  now: number;
}

/** One process with a cache of its own. */
interface Process {
  readonly redis: Awaited<ReturnType<typeof connectTo>>;
  readonly cache: RowCache;
  readonly events: readonly GuardEvent[];
  readonly read: (...args: Parameters<typeof aRead>) => Promise<readonly unknown[]>;
  readonly find: (...args: Parameters<typeof aFind>) => Promise<readonly unknown[]>;
}

(skipped ? describe.skip : describe)(title, () => {
  let server: RedisServer;
  let source: Source;
  const ending: (() => void)[] = [];

  beforeAll(async () => {
    server = await startRedis();
  }, 30_000);
  beforeEach(async () => {
    source = { version: 'v1', failure: undefined, pause: undefined, absent: false, asked: 0, now: 1_000_000 };
    await server.client.flushAll();
  });
  afterEach(() => ending.splice(0).forEach((end) => end()));
  afterAll(() => server.stop());

  const connector = (): Connector => ({
    ...aConnector({
      async read({ keys, fields }: ReadRequest) {
        source.asked += 1;
        if (source.failure !== undefined) throw source.failure;
        const { version, now, absent } = source;
        await source.pause?.();
        return keys.map((key): ReadResult => (absent ? { kind: 'absent' } : {
          kind: 'found', row: { key, values: Object.fromEntries(fields.map((field) => [field, field === 'list' ? [null, undefined, version] : `${field} of ${key} ${version}`])), fetchedAt: now, stale: false },
        }));
      },
      async find(request) {
        source.asked += 1;
        const values = request.kind === 'match' ? request.values : [];
        return values.map((value): FindResult => ({ kind: 'rows', rows: [{ key: sourceKey(`${value}-1`), values: { name: source.version }, fetchedAt: source.now, stale: false }], next: 'more' }));
      },
    }),
    capabilities,
  });
  const aProcess = async ({ origin = 'origin', shared = true, settings = {} }: { readonly origin?: string; readonly shared?: boolean; readonly settings?: object } = {}): Promise<Process> => {
    const redis = await connectTo(server, settings);
    const events: GuardEvent[] = [];
    const cache = openRowCache({ bytes: 1_000_000, clock: () => source.now, observe: (event) => void events.push(event), redis, sharedWait: shared ? 1000 : undefined });
    const guarded = cache.guard(connector(), policies, origin);
    ending.push(() => redis.close(), () => cache.close());
    return {
      redis, cache, events,
      read: async (...args) => told(await guarded.read(aRead(...args), call)),
      find: async (...args) => told(await guarded.find(aFind(...args), call)),
    };
  };
  const rowOrder = (...keys: readonly string[]): DropOrder => ({ source: sourceName(connector().source), entity: 'account', kind: 'rows', keys: keys.map(sourceKey) });
  const allOrder: DropOrder = { source: sourceName(connector().source), entity: 'account', kind: 'all' };
  const name = (key: string, version: string, at = 1_000_000, stale?: true): unknown => ({ name: `name of ${key} ${version}`, at, ...(stale === undefined ? {} : { stale }) });
  /** Entries are put without anybody waiting for it. */
  const entries = async (count: number): Promise<void> => until(async () => (await server.client.keys('customer360:row:*')).length === count);

  test('are read once, whichever process asks, and say when that was', async () => {
    const [one, other] = [await aProcess(), await aProcess()];
    await one.read(['1', '2']);
    await entries(2);
    source.version = 'v2';
    source.now += 10;
    expect(await other.read(['2', '3', '1'])).toEqual([name('2', 'v1'), name('3', 'v2', 1_000_010), name('1', 'v1')]);
    expect(source.asked).toBe(2);
    // From now on it has them itself.
    await server.client.flushAll();
    expect(await other.read(['1'])).toEqual([name('1', 'v1')]);
    expect(other.events.flatMap((event) => (event.kind === 'cache' ? [`${event.outcome} ${event.items}`] : []))).toEqual(['shared 2', 'miss 1', 'hit 1']);
    expect(await one.find(['x'])).toEqual(await other.find(['x']));
  });

  test('are asked for again when they are too old, and answer stale, in any process, when the source fails', async () => {
    const [one, other] = [await aProcess(), await aProcess()];
    await one.read(['1']);
    await entries(1);
    source.now += 60_001;
    source.failure = aFailure('SOURCE_UNAVAILABLE');
    expect(await other.read(['1'])).toEqual([name('1', 'v1', 1_000_000, true)]);
    source.failure = undefined;
    source.version = 'v2';
    expect(await other.read(['1'])).toEqual([name('1', 'v2', 1_060_001)]);
  });

  test('have the fields that were asked for and no others, as the source gave them', async () => {
    const [one, other] = [await aProcess(), await aProcess()];
    const first = await one.read(['1'], ['list', 'name']);
    await entries(1);
    expect(await other.read(['1'], ['name', 'list'])).toEqual(first);
    expect(source.asked).toBe(1);
    expect(first).toEqual([{ list: [null, undefined, 'v1'], name: 'name of 1 v1', at: 1_000_000 }]);
    await other.read(['1'], ['email']);
    expect(source.asked).toBe(2);
  });

  test('end with a time of their own, all of what is there', async () => {
    const one = await aProcess();
    await one.read(['1']);
    await one.find(['x']);
    await entries(2);
    for (const key of await server.client.keys('*')) expect(await server.client.pTTL(key)).toBeGreaterThan(0);
    for (const key of await server.client.keys('customer360:row:*')) expect(await server.client.pTTL(key)).toBeLessThanOrEqual(3_600_000);
  });

  test('show neither keys nor values to who looks into Redis', async () => {
    const one = await aProcess();
    await one.read(['customer-key-17']);
    await one.find(['somebody@example.org']);
    await entries(2);
    const dump = await server.dump();
    for (const secret of ['customer-key-17', 'somebody', 'account', 'name of', 'email', connector().source]) expect(dump).not.toContain(secret);
    const heard: string[] = [];
    one.redis.listen({ told: (message) => void heard.push(message.toString('latin1')), missed: () => undefined });
    await one.cache.drop([rowOrder('customer-key-17')]);
    await until(() => heard.length === 1);
    expect(heard[0]).not.toContain('customer-key-17');
  });

  test('open in their own place alone: one that was moved, changed or made with another key is as none', async () => {
    const one = await aProcess();
    await one.read(['1']);
    await entries(1);
    const [first = ''] = await server.client.keys('customer360:row:*');
    await one.read(['2']);
    await entries(2);
    const second = (await server.client.keys('customer360:row:*')).find((key) => key !== first) ?? '';
    await server.client.copy(first, second, { REPLACE: true });
    source.version = 'v2';
    expect(await (await aProcess()).read(['2', '1'])).toEqual([name('2', 'v2'), name('1', 'v1')]);
    await server.client.setRange(first, 40, 'x');
    expect(await (await aProcess()).read(['1'])).toEqual([name('1', 'v2')]);
    source.version = 'v3';
    expect(await (await aProcess({ settings: { key: 's'.repeat(32) } })).read(['1'])).toEqual([name('1', 'v3')]);
  });

  test('of a source with other settings are not its own', async () => {
    await (await aProcess()).read(['1']);
    await entries(1);
    source.version = 'v2';
    expect(await (await aProcess({ origin: 'another address' })).read(['1'])).toEqual([name('1', 'v2')]);
  });

  test('are dropped in every process when one is told so, and no others are', async () => {
    const all = [await aProcess(), await aProcess(), await aProcess({ shared: false })] as const;
    for (const one of all) await one.read(['1', '2']);
    await entries(2);
    source.version = 'v2';
    await all[1].cache.drop([rowOrder('1')]);
    for (const one of [...all, await aProcess()]) expect(await one.read(['1', '2'])).toEqual([name('1', 'v2'), name('2', 'v1')]);
    source.version = 'v3';
    await all[2].cache.drop([allOrder]);
    for (const one of [...all, await aProcess()]) expect(await one.read(['1', '2'])).toEqual([name('1', 'v3'), name('2', 'v3')]);
  });

  test('that were on their way when they were dropped are answered and not kept, in no process', async () => {
    const [one, other, third] = [await aProcess(), await aProcess(), await aProcess()];
    const [reading, going] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    source.pause = async () => {
      reading.resolve(undefined);
      await going.promise;
    };
    const early = one.read(['1']);
    await reading.promise;
    source.pause = undefined;
    source.version = 'v2';
    await other.cache.drop([rowOrder('1')]);
    going.resolve(undefined);
    expect(await early).toEqual([name('1', 'v1')]);
    for (const process of [third, one, other]) expect(await process.read(['1'])).toEqual([name('1', 'v2')]);
  });

  test('that were put too late, after a drop that their process has not heard of, hold for nobody', async () => {
    const [one, other] = [await aProcess(), await aProcess()];
    await one.read(['1']);
    await entries(1);
    const [entry = ''] = await server.client.keys('customer360:row:*');
    const bytes = server.client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const old = await bytes.get(entry) ?? '';
    source.version = 'v2';
    await other.cache.drop([rowOrder('1')]);
    await server.client.set(entry, old);
    expect(await (await aProcess()).read(['1'])).toEqual([name('1', 'v2')]);
  });

  test('that the source says are no more are dropped everywhere', async () => {
    const [one, other] = [await aProcess(), await aProcess()];
    await one.read(['1']);
    await entries(1);
    await other.read(['1']);
    source.now += 60_001;
    source.absent = true;
    expect(await one.read(['1'])).toEqual(['absent']);
    source.failure = aFailure('SOURCE_UNAVAILABLE');
    const gone = async (): Promise<unknown> => other.read(['1']).catch((error: unknown) => (error === source.failure ? 'failed' : error));
    await until(async () => await gone() === 'failed');
  });

  test('are let go of by a process that may have missed what was dropped', async () => {
    const [one, other] = [await aProcess(), await aProcess()];
    await one.read(['1']);
    await other.read(['2']);
    expect(await server.client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub'])).toBe(2);
    await until(() => [one, other].every(({ redis }) => redis.isUp() && redis.events.some((event) => event.kind === 'state' && !event.up)));
    await server.client.flushAll();
    source.version = 'v2';
    expect([await one.read(['1']), await other.read(['2'])]).toEqual([[name('1', 'v2')], [name('2', 'v2')]]);
  });

  test('are let go of when somebody with another key has dropped something, in memory and in Redis', async () => {
    const [one, stranger] = [await aProcess(), await aProcess({ settings: { key: 's'.repeat(32) } })];
    await one.read(['1']);
    await entries(1);
    source.version = 'v2';
    await stranger.cache.drop([rowOrder('1')]);
    const tells = async (): Promise<string> => JSON.stringify(await one.read(['1']));
    await until(async () => (await tells()).includes('v2'));
    expect(await (await aProcess()).read(['1'])).toEqual([name('1', 'v2')]);
  });

  test('are as none while Redis is gone: sources are asked, rows are kept by each, and a drop says that it was not told', async () => {
    const one = await aProcess({ settings: { timeout: '100ms' } });
    server.freeze();
    try {
      expect(await one.read(['1'])).toEqual([name('1', 'v1')]);
      expect(await one.read(['1'])).toEqual([name('1', 'v1')]);
      expect(source.asked).toBe(1);
      source.version = 'v2';
      const failed = await one.cache.drop([rowOrder('1')]).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(RedisError);
      expect(await one.read(['1'])).toEqual([name('1', 'v2')]);
    } finally {
      server.resume();
    }
  });
});
