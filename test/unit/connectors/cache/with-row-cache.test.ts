import { describe, expect, test } from '@jest/globals';
import type { ReadResult } from '../../../../src/connectors/connector.ts';
import { sourceKey } from '../../../../src/ids.ts';
import { aFailure, aListing, outcome } from '../guards/fixtures.ts';
import { aCached, aFind, aRead, call, told, type Cached } from './fixtures.ts';

const start = 1_000_000;
const read = async ({ connector }: Cached, ...args: Parameters<typeof aRead>): Promise<readonly unknown[]> => told(await connector.read(aRead(...args), call));
const find = async ({ connector }: Cached, ...args: Parameters<typeof aFind>): Promise<readonly unknown[]> => told(await connector.find(aFind(...args), call));
const name = (key: string, version: string, at: number, stale?: true): unknown => ({ name: `name of ${key} ${version}`, at, ...(stale === undefined ? {} : { stale }) });
const counted = ({ events }: Cached): readonly string[] => events.flatMap((event) => (event.kind === 'cache' ? [`${event.outcome} ${event.items}`] : []));

describe('a row that was read', () => {
  test('is answered without asking until it is older than maxAge, and says when it was read', async () => {
    const source = aCached();
    expect(await read(source, ['1'])).toEqual([name('1', 'v1', start)]);
    source.version('v2');
    source.pass(60_000);
    expect(await read(source, ['1'])).toEqual([name('1', 'v1', start)]);
    expect(source.take()).toHaveLength(1);
    source.pass(1);
    expect(await read(source, ['1'])).toEqual([name('1', 'v2', start + 60_001)]);
    expect(source.take()).toHaveLength(1);
    expect(counted(source)).toEqual(['miss 1', 'hit 1', 'miss 1']);
  });

  test('is not asked for again with others that are missing; each key has its own result, in the order of the keys', async () => {
    const source = aCached();
    await read(source, ['1', '2']);
    source.version('v2');
    source.pass(5);
    expect(await read(source, ['3', '2', '3', '1'])).toEqual([name('3', 'v2', start + 5), name('2', 'v1', start), name('3', 'v2', start + 5), name('1', 'v1', start)]);
    expect(source.take().slice(1)).toEqual([aRead(['3'])]);
  });

  test('is not kept of an entity that has no policy, nor of a list', async () => {
    const source = aCached();
    for (let time = 0; time < 2; time += 1) {
      await read(source, ['1'], ['name'], 'other');
      await source.connector.find(aListing, call);
    }
    expect(source.take()).toHaveLength(4);
  });

  test('gives a caller that has left no row', async () => {
    const source = aCached();
    await read(source, ['1']);
    source.fail(aFailure('SOURCE_TIMEOUT'));
    expect(await outcome(source.connector.read(aRead(['1']), { ...call, signal: AbortSignal.abort() }))).toMatchObject({ code: 'SOURCE_TIMEOUT' });
  });

  test('goes with the connector', async () => {
    const source = aCached();
    await read(source, ['1']);
    await source.connector.close();
    await read(source, ['1']);
    expect(source.take()).toHaveLength(2);
  });
});

describe('other fields than were read', () => {
  test('fewer are answered, and none beside them', async () => {
    const source = aCached();
    await read(source, ['1'], ['name', 'secret']);
    expect(await read(source, ['1'], ['name'])).toEqual([name('1', 'v1', start)]);
    expect(await read(source, ['1'], [])).toEqual([{ at: start }]);
    // As many as were kept, though not the same.
    const [result] = await source.connector.read(aRead(['1'], ['name', 'name']), call);
    expect(result?.kind === 'found' && Object.keys(result.row.values)).toEqual(['name']);
    expect(source.take()).toHaveLength(1);
  });

  test('more are asked for: what this read asks for and nothing that an earlier one did', async () => {
    const source = aCached();
    await read(source, ['1'], ['name', 'secret']);
    await read(source, ['1'], ['email', 'name']);
    expect(source.take().map(({ fields }) => fields)).toEqual([['name', 'secret'], ['email', 'name']]);
  });

  test('are never put together out of reads of different times', async () => {
    const source = aCached();
    await read(source, ['1'], ['name']);
    source.version('v2');
    source.pass(10);
    await read(source, ['1'], ['email']);
    expect(await read(source, ['1'], ['email', 'name'])).toEqual([{ email: 'email of 1 v2', name: 'name of 1 v2', at: start + 10 }]);
    expect(source.take()).toHaveLength(3);
  });

  test('of several that were kept, the newest that has them answers', async () => {
    const source = aCached();
    await read(source, ['1'], ['email', 'name']);
    source.version('v2');
    source.pass(10);
    await read(source, ['1'], ['name', 'phone']);
    expect(await read(source, ['1'], ['name'])).toEqual([name('1', 'v2', start + 10)]);
    expect(await read(source, ['1'], ['email'])).toEqual([{ email: 'email of 1 v1', at: start }]);
    expect(source.take()).toHaveLength(2);
  });
});

describe('when the source fails', () => {
  const failing = async (error: Error | undefined, policy?: Parameters<typeof aCached>[0]): Promise<Cached> => {
    const source = aCached(policy);
    await read(source, ['1']);
    await find(source, ['a', 'none']);
    source.pass(60_001);
    source.fail(error);
    source.take();
    return source;
  };

  test.each(['SOURCE_TIMEOUT', 'SOURCE_UNAVAILABLE', 'SOURCE_RATE_LIMITED'] as const)('with %s it was asked, and a row not older than staleIfError is answered and marked', async (code) => {
    const source = await failing(aFailure(code));
    expect(await read(source, ['1'])).toEqual([name('1', 'v1', start, true)]);
    expect(await find(source, ['a'])).toEqual([[name('a-1', 'v1', start, true)]]);
    expect(source.take()).toHaveLength(2);
    expect(counted(source).slice(-4)).toEqual(['miss 1', 'stale 1', 'miss 1', 'stale 1']);
    source.pass(3_600_000 - 60_001);
    expect(await read(source, ['1'])).toEqual([name('1', 'v1', start, true)]);
    source.pass(1);
    expect(await outcome(read(source, ['1']))).toMatchObject({ code });
  });

  test('and comes back, the row is fresh again', async () => {
    const source = await failing(aFailure('SOURCE_TIMEOUT'));
    await read(source, ['1']);
    source.fail(undefined);
    source.version('v2');
    expect(await read(source, ['1'])).toEqual([name('1', 'v2', start + 60_001)]);
  });

  test.each([
    ['it says that what it is asked is wrong', aFailure('SOURCE_UNAVAILABLE', { fault: 'request' })],
    ['its answer proves nothing', aFailure('SOURCE_MALFORMED')],
  ])('because %s, no older row is shown against its word', async (_name, error) => {
    expect(await outcome(read(await failing(error), ['1']))).toBe(error);
  });

  test('without staleIfError there is no older row', async () => {
    expect(await outcome(read(await failing(aFailure('SOURCE_TIMEOUT'), { policy: { maxAge: 60_000 } }), ['1']))).toMatchObject({ code: 'SOURCE_TIMEOUT' });
  });

  test('keys of which nothing is kept fail alone', async () => {
    expect(await read(await failing(aFailure('SOURCE_TIMEOUT')), ['2', '1'])).toEqual(['SOURCE_TIMEOUT', name('1', 'v1', start, true)]);
  });

  test('for one key, that key alone is answered stale', async () => {
    const source = await failing(undefined);
    source.version('v2');
    source.answer(async ({ keys }) => keys.map((): ReadResult => ({ kind: 'failed', error: aFailure('SOURCE_UNAVAILABLE') })));
    expect(await read(source, ['1', '2'])).toEqual([name('1', 'v1', start, true), 'SOURCE_UNAVAILABLE']);
  });

  test('a page of none says nothing of its age, so it is no answer', async () => {
    expect(await find(await failing(aFailure('SOURCE_TIMEOUT')), ['a', 'none'])).toEqual([[name('a-1', 'v1', start, true)], 'SOURCE_TIMEOUT']);
  });
});

describe('that there is no row', () => {
  test.each<[string, ReadResult]>([
    ['is gone', { kind: 'absent' }],
    ['has moved', { kind: 'moved', row: { key: sourceKey('2'), values: { name: 'hers' }, fetchedAt: start, stale: false } }],
  ])('is asked for each time, and one that %s does not come back when the source fails', async (_name, result) => {
    const source = aCached();
    await read(source, ['1']);
    source.pass(60_001);
    source.answer(async ({ keys }) => keys.map(() => result));
    await read(source, ['1']);
    await read(source, ['1']);
    expect(source.take()).toHaveLength(3);
    source.fail(aFailure('SOURCE_UNAVAILABLE'));
    expect(await outcome(read(source, ['1']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect(counted(source).filter((text) => text.startsWith('dropped'))).toEqual(['dropped 1']);
  });
});

describe('pages', () => {
  test('are kept by attribute, value and page; one of none as well', async () => {
    const source = aCached();
    for (let time = 0; time < 2; time += 1) {
      await find(source, ['a', 'none']);
      await find(source, ['a'], ['name'], 'next');
    }
    expect(source.take()).toHaveLength(2);
  });
});

describe('what is dropped', () => {
  const dropped = ({ memory }: Cached, key: string): unknown => memory.drop(`billing account ${key}`);

  test('is asked for again, and nothing else is', async () => {
    const source = aCached();
    await read(source, ['1', '2']);
    dropped(source, '1');
    await read(source, ['1', '2']);
    expect(source.take().slice(1)).toEqual([aRead(['1'])]);
  });

  test('is not put back by a read that was on its way', async () => {
    const source = aCached();
    const { promise, resolve } = Promise.withResolvers<void>();
    source.answer(async ({ keys }) => {
      await promise;
      return keys.map((key): ReadResult => ({ kind: 'found', row: { key, values: { name: 'as it was' }, fetchedAt: start, stale: false } }));
    });
    const underWay = read(source, ['1', '2']);
    await Promise.resolve();
    dropped(source, '1');
    resolve();
    // Whoever asked before the drop gets what was read.
    expect(await underWay).toEqual([{ name: 'as it was', at: start }, { name: 'as it was', at: start }]);
    source.take();
    await read(source, ['1', '2']);
    expect(source.take()).toEqual([aRead(['1'])]);
  });

  test('does not come back as stale, though the read began before', async () => {
    const source = aCached();
    await read(source, ['1']);
    source.pass(60_001);
    source.answer(async () => {
      dropped(source, '1');
      throw aFailure('SOURCE_TIMEOUT');
    });
    expect(await outcome(read(source, ['1']))).toMatchObject({ code: 'SOURCE_TIMEOUT' });
  });
});

describe('memory', () => {
  test('is bounded: what was not asked for the longest goes first', async () => {
    const source = aCached({ bytes: 20_000 });
    for (let at = 0; at < 100; at += 1) {
      await read(source, [String(at)]);
      await read(source, ['0']);
    }
    source.take();
    await read(source, ['0', '99']);
    expect(source.take()).toEqual([]);
    await read(source, ['1']);
    expect(source.take()).toHaveLength(1);
  });

  test('lets go of what is of no use any more, though nobody asks', async () => {
    const source = aCached();
    await read(source, ['1']);
    source.pass(3_600_000);
    await read(source, ['2']);
    source.memory.sweep();
    expect(source.memory.find('billing account 1', '', ['name'])).toBeUndefined();
    expect(source.memory.find('billing account 2', '', ['name'])).toBeDefined();
  });
});
