import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FindResult, Page, Row } from '../../../../src/connectors/connector.ts';
import { SourceError } from '../../../../src/errors.ts';
import type { Position } from '../../../../src/federation/pages/cursor.ts';
import { gatherPage, type Entry, type Stream } from '../../../../src/federation/pages/gather-page.ts';
import { sourceKey, sourceName } from '../../../../src/ids.ts';

const row = (key: string): Row => ({ key: sourceKey(key), values: {}, fetchedAt: 0, stale: false });

/** How a source names its pages; `at` means something to it alone. */
type Way = 'offset' | 'number' | 'cursor';

/** A source that holds some rows, pages over them in its own way, and may give fewer than it is asked for. */
function stream(name: string, rows: readonly Row[], { way = 'offset', pageSize = 10, stingy = 0 }: { readonly way?: Way; readonly pageSize?: number; readonly stingy?: number } = {}): Stream<Row> {
  return {
    source: sourceName(name),
    key: '',
    pageSize,
    async fetch({ size, at }: Page) {
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThanOrEqual(pageSize);
      // Page numbers only mean something with the size that they were made for; the others allow to give less.
      const start = at === undefined ? 0 : way === 'number' ? Number(at) * size : way === 'offset' ? Number(at) : rows.findIndex(({ key }) => key === at) + 1;
      const given = way === 'number' ? size : Math.max(size - stingy, stingy > 0 && start % 3 === 0 ? 0 : 1);
      const page = rows.slice(start, start + given);
      const end = start + page.length;
      const more = end < rows.length;
      const next = way === 'number' ? String(Number(at ?? 0) + 1) : way === 'offset' ? String(end) : page.at(-1)?.key;
      return { kind: 'rows', rows: page, next: more ? next : undefined };
    },
  };
}

async function gathered(streams: readonly Stream<Row>[], first: number, from?: Position): Promise<{ readonly entries: readonly Entry<Row>[]; readonly hasNext: boolean }> {
  const result = await gatherPage(streams, first, from);
  if (result.kind === 'failed') throw result.error;
  return result;
}

async function walk(streams: readonly Stream<Row>[], sizes: readonly number[]): Promise<readonly string[]> {
  const keys: string[] = [];
  let from: Position | undefined;
  for (let turn = 0; ; turn += 1) {
    const first = sizes[turn % sizes.length] ?? 1;
    const { entries, hasNext } = await gathered(streams, first, from);
    keys.push(...entries.map(({ row: { key } }) => key));
    if (!hasNext) return keys;
    expect(entries).toHaveLength(first);
    from = entries.at(-1)?.behind;
  }
}

const sources = fc.array(fc.record({ count: fc.nat(25), way: fc.constantFrom<Way>('offset', 'number', 'cursor'), pageSize: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 3 });
const build = (parts: readonly { readonly count: number; readonly way: Way; readonly pageSize: number }[]): readonly { readonly rows: readonly Row[]; readonly stream: Stream<Row> }[] =>
  parts.map(({ count, way, pageSize }, index) => {
    const rows = Array.from({ length: count }, (_, at) => row(`${index}-${at}`));
    return { rows, stream: stream(`s${index}`, rows, { way, pageSize }) };
  });

test('a walk meets every row once, in order, whatever the page sizes and ways of paging', async () => {
  await fc.assert(fc.asyncProperty(sources, fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }), async (parts, sizes) => {
    const built = build(parts);
    const keys = await walk(built.map((one) => one.stream), sizes);
    expect(keys).toEqual(built.flatMap((one) => one.rows.map(({ key }) => key)));
  }));
});

test('going on behind any row gives the rows that follow it', async () => {
  await fc.assert(fc.asyncProperty(sources, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), async (parts, first, then) => {
    const built = build(parts);
    const streams = built.map((one) => one.stream);
    const all = built.flatMap((one) => one.rows.map(({ key }) => key));
    const { entries } = await gathered(streams, first);
    for (const [index, { behind }] of entries.entries()) {
      const rest = await gathered(streams, then, behind);
      expect(rest.entries.map(({ row: { key } }) => key)).toEqual(all.slice(index + 1, index + 1 + then));
    }
  }));
});

test('rows of a source that gives short pages are met all the same', async () => {
  const rows = Array.from({ length: 12 }, (_, at) => row(String(at)));
  expect(await walk([stream('slow', rows, { way: 'cursor', pageSize: 4, stingy: 2 })], [3])).toEqual(rows.map(({ key }) => key));
});

describe('a page', () => {
  const five = Array.from({ length: 5 }, (_, at) => row(String(at)));

  test.each([[4, true], [5, false], [6, false]])('of %i out of five rows has more: %s', async (first, hasNext) => {
    expect((await gathered([stream('crm', five)], first)).hasNext).toBe(hasNext);
  });

  test('of none says whether there are any', async () => {
    expect(await gathered([stream('crm', five)], 0)).toMatchObject({ entries: [], hasNext: true });
    expect(await gathered([stream('crm', [])], 0)).toMatchObject({ entries: [], hasNext: false });
  });

  test('of a source that is not there any more is empty', async () => {
    expect(await gathered([stream('crm', five)], 2, { source: 'gone', key: '', at: undefined, size: 2, skip: 0 })).toEqual({ kind: 'page', entries: [], hasNext: false });
  });

  test('fails with its source, with none of its rows', async () => {
    const error = new SourceError({ code: 'SOURCE_TIMEOUT', source: 'billing', message: 'late' });
    const failing: Stream<Row> = { source: sourceName('billing'), key: '', pageSize: 5, fetch: async () => ({ kind: 'failed', error }) };
    expect(await gatherPage([stream('crm', five), failing], 9, undefined)).toEqual({ kind: 'failed', error });
  });

  test('goes over the rows of two keys in one source, and finds its place in the second again', async () => {
    const [one, two] = ['a', 'b'].map((key) => ({ ...stream('billing', [1, 2, 3].map((at) => row(`${key}${at}`))), key }));
    if (one === undefined || two === undefined) throw new Error('two streams were made');
    const page = await gathered([one, two], 4);
    expect(page.entries.map(({ row: { key } }) => key)).toEqual(['a1', 'a2', 'a3', 'b1']);
    expect((await gathered([one, two], 9, page.entries.at(-1)?.behind)).entries.map(({ row: { key } }) => key)).toEqual(['b2', 'b3']);
  });

  test('of a source that has empty pages without end fails instead of going on for ever', async () => {
    let calls = 0;
    const endless: Stream<Row> = {
      source: sourceName('endless'), key: '', pageSize: 5,
      fetch: async (): Promise<FindResult> => {
        calls += 1;
        return { kind: 'rows', rows: [], next: String(calls) };
      },
    };
    expect(await gatherPage([endless], 3, undefined)).toMatchObject({ kind: 'failed', error: { code: 'SOURCE_MALFORMED', source: 'endless' } });
    expect(calls).toBeLessThan(20);
  });
});

test('no page is fetched twice, whether the first one is enough or not', async () => {
  await fc.assert(fc.asyncProperty(fc.nat(30), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), async (count, first, pageSize) => {
    const fetched: string[] = [];
    const one = stream('crm', Array.from({ length: count }, (_, at) => row(`0-${at}`)), { pageSize });
    await gathered([{ ...one, fetch: (page) => (fetched.push(JSON.stringify(page)), one.fetch(page)) }], first);
    expect(fetched).toEqual([...new Set(fetched)]);
  }));
});

describe('where some rows may not be shown', () => {
  const odd = (part: Stream<Row>): Stream<Row> => ({ ...part, shows: async (rows) => rows.map(({ key }) => Number(key.split('-')[1]) % 3 === 1) });
  const shown = (rows: readonly Row[]): readonly string[] => rows.map(({ key }) => key).filter((key) => Number(key.split('-')[1]) % 3 === 1);

  test('every row that may is met once, whatever the pages', async () => {
    await fc.assert(fc.asyncProperty(sources, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }), async (parts, sizes) => {
      const built = build(parts);
      expect(await walk(built.map(({ stream: one }) => odd(one)), sizes)).toEqual(built.flatMap(({ rows }) => shown(rows)));
    }));
  });

  test('a page and whether another follows are the same as if the others were not there', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.nat(40), fc.nat(20), async (first, count, hidden) => {
      const rows = Array.from({ length: count }, (_, at) => row(`0-${at}`));
      const more = [...rows, ...Array.from({ length: hidden }, (_, at) => row(`1-${at * 3}`))];
      const [one, other] = await Promise.all([rows, more].map((all) => gathered([odd(stream('crm', all))], first)));
      expect(other?.entries.map(({ row: { key } }) => key)).toEqual(one?.entries.map(({ row: { key } }) => key));
      expect(other?.hasNext).toBe(one?.hasNext);
    }));
  });

  test('the time that is left ends the search, with where to go on', async () => {
    const rows = Array.from({ length: 60 }, (_, at) => row(`0-${at === 45 ? 1 : at * 3}`));
    let pages = 0;
    const late = (): boolean => (pages += 1) % 2 === 0;
    const first = await gatherPage([odd(stream('crm', rows))], 3, undefined, late);
    expect(first).toMatchObject({ kind: 'page', entries: [], hasNext: true, end: { source: 'crm', at: '20', skip: 0 } });
    const end = first.kind === 'page' ? first.end : undefined;
    const second = await gatherPage([odd(stream('crm', rows))], 3, end, () => false);
    expect(second).toMatchObject({ kind: 'page', entries: [{ row: { key: '0-1' } }], hasNext: false });
  });
});
