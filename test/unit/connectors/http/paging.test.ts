import { describe, expect, test } from '@jest/globals';
import { findContacts, rejection, withSource, type Answering } from '../../../fixtures/http-source.ts';

const stored = Array.from({ length: 7 }, (_, at) => ({ id: `c${at}`, owner: 'o' }));
const entities = (paging: unknown, query: object = { n: '{size}', at: '{at}' }, pageSize = 50) => ({
  contact: {
    find: { owner: { get: '/of/{value}', query, rows: 'rows', match: 'owner', pageSize, ...(paging === undefined ? {} : { paging }) } },
  },
});

interface Asked {
  readonly at: string | null;
  readonly size: number;
}

/** Walks all pages of three; gives the keys by page and what was sent as `at`. */
async function walk(paging: unknown, source: (asked: Asked) => object, query?: object, pageSize?: number) {
  const pages: string[][] = [];
  const ats: (string | null)[] = [];
  const answering: Answering = ({ query: sent }) => {
    ats.push(sent.get('at'));
    return { json: source({ at: sent.get('at'), size: Number(sent.get('n') ?? 0) }) };
  };
  await withSource(answering, { entities: entities(paging, query, pageSize) }, async ({ connector }) => {
    let at: string | undefined;
    do {
      const [result] = await findContacts(connector, 'owner', ['o'], { size: 3, at });
      if (result?.kind !== 'rows') throw new Error(`expected rows, got ${JSON.stringify(result)}`);
      pages.push(result.rows.map(({ key }) => key));
      at = result.next;
    } while (at !== undefined && pages.length < 9);
  });
  return { pages, ats };
}

const threes = [['c0', 'c1', 'c2'], ['c3', 'c4', 'c5'], ['c6']];
const from = (start: number, size: number) => stored.slice(start, start + size);
const isLast = (start: number, size: number) => start + size >= stored.length;

describe('continues', () => {
  test('by a cursor', async () => {
    const source = ({ at, size }: Asked) => {
      const start = Number(at?.slice(1) ?? 0);
      return { rows: from(start, size), next: isLast(start, size) ? null : `@${start + size}` };
    };
    expect(await walk({ cursor: 'next' }, source)).toEqual({ pages: threes, ats: [null, '@3', '@6'] });
  });

  test('after the last key, while a flag says so', async () => {
    const source = ({ at, size }: Asked) => {
      const start = stored.findIndex(({ id }) => id === at) + 1;
      return { rows: from(start, size), has: { more: !isLast(start, size) } };
    };
    expect(await walk({ cursor: { lastKey: true, more: 'has.more' } }, source)).toEqual({ pages: threes, ats: [null, 'c2', 'c5'] });
  });

  test.each([
    ['until the total', { offset: { total: 'total' } }],
    ['until a page is not full', { offset: true }],
  ])('at an offset %s', async (_, paging) => {
    const source = ({ at, size }: Asked) => ({ rows: from(Number(at), size), total: stored.length });
    expect(await walk(paging, source)).toEqual({ pages: threes, ats: ['0', '3', '6'] });
  });

  test.each([
    ['of so many', { first: 1, pages: 'pages' }, 1, ['1', '2', '3']],
    ['counted from 0 of so many', { first: 0, pages: 'pages' }, 0, ['0', '1', '2']],
    ['while a flag says so', { more: 'more' }, 1, ['1', '2', '3']],
    ['by the number of the next', { next: 'next' }, 1, ['1', '2', '3']],
    ['until one is not full', {}, 1, ['1', '2', '3']],
  ])('by pages %s', async (_, page, first, ats) => {
    const source = ({ at, size }: Asked) => {
      const start = (Number(at) - first) * size;
      const more = !isLast(start, size);
      return { rows: from(start, size), pages: Math.ceil(stored.length / size), more, next: more ? Number(at) + 1 : null };
    };
    expect(await walk({ page }, source)).toEqual({ pages: threes, ats });
  });

  test('within an answer that holds everything', async () => {
    expect(await walk(undefined, () => ({ rows: stored }), {})).toEqual({ pages: threes, ats: [null, null, null] });
  });

  test("within and beyond pages of the source's own size", async () => {
    const source = ({ at }: Asked) => ({ rows: from(Number(at), 4) });
    expect(await walk({ offset: true }, source, { at: '{at}' }, 4)).toEqual({
      pages: [['c0', 'c1', 'c2'], ['c3'], ['c4', 'c5', 'c6']],
      ats: ['0', '0', '4'],
    });
  });

  test('never past an empty page, whatever the total says', async () => {
    expect(await walk({ offset: { total: 'total' } }, () => ({ rows: [], total: 7 }))).toEqual({ pages: [[]], ats: ['0'] });
  });
});

test('asks for no more than the page size that the source bears', async () => {
  const { ats, pages } = await walk({ offset: true }, ({ at, size }) => ({ rows: from(Number(at), size) }), undefined, 2);
  expect([ats, pages.map((page) => page.length)]).toEqual([
    ['0', '2', '4', '6'],
    [2, 2, 2, 1],
  ]);
});

describe('is malformed', () => {
  const rows = stored.slice(0, 3);
  test.each([
    ['a cursor that does not move', { cursor: 'next' }, { rows, next: 'x' }, '0.x'],
    ['a cursor that is an object', { cursor: 'next' }, { rows, next: { a: 1 } }, undefined],
    ['a flag that is a text', { cursor: { lastKey: true, more: 'more' } }, { rows, more: 'false' }, undefined],
    ['more to come after no row', { cursor: { lastKey: true, more: 'more' } }, { rows: [], more: true }, undefined],
    ['a total that is missing', { offset: { total: 'total' } }, { rows }, undefined],
    ['a number of pages that is a text', { page: { pages: 'pages' } }, { rows, pages: 'many' }, undefined],
    ['a next page that is an address', { page: { next: 'next' } }, { rows, next: 'https://x/?page=2' }, undefined],
  ])('%s', async (_, paging, json, at) => {
    await withSource(
      () => ({ json }),
      { entities: entities(paging) },
      async ({ connector }) => {
        expect(await rejection(findContacts(connector, 'owner', ['o'], { at }))).toMatchObject({ code: 'SOURCE_MALFORMED' });
      },
    );
  });
});

test.each(['x', '3', '-1.', '1.5e3.', '0.x'])("the place %j is none of this connector's and is not asked for", async (at) => {
  await withSource(
    () => ({ json: { rows: [] } }),
    { entities: entities({ offset: true }) },
    async ({ connector, server }) => {
      await expect(findContacts(connector, 'owner', ['o'], { at })).rejects.toThrow(TypeError);
      expect(server.seen).toEqual([]);
    },
  );
});
