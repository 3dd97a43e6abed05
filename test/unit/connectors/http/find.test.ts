import { describe, expect, test } from '@jest/globals';
import { findContacts, gist, rejection, withSource, type Answering, type SourceOf } from '../../../fixtures/http-source.ts';

const one = { get: '/find', query: { q: '{value}' }, rows: 'data', match: 'email' };
const many = {
  post: '/find',
  body: { values: '{values}', properties: '{fields}' },
  batch: 10,
  rows: 'data',
  match: 'email',
  compare: 'caseless',
};
const finding = (find: object): SourceOf => ({ entities: { contact: { find: { by: find } } } });
const answer =
  (data: unknown): Answering =>
  () => ({ json: { data } });

describe('finding by one value', () => {
  test.each([
    [
      'its rows',
      [
        { id: 1, email: 'a@x' },
        { id: 2, email: 'a@x' },
      ],
      ['1', '2'],
    ],
    ['no rows', [], []],
    ['null', null, []],
    ['one row instead of a list', { id: 1, email: 'a@x' }, ['1']],
    ['a row that has it among others', [{ id: 1, email: ['b@x', 'a@x'] }], ['1']],
    ['a row of another value', [{ id: 1, email: 'b@x' }], 'SOURCE_MALFORMED'],
    ['a row twice', [{ id: 1, email: 'a@x' }, { id: 1, email: 'a@x' }], 'SOURCE_MALFORMED'],
    [
      'its row and one of another value',
      [
        { id: 1, email: 'a@x' },
        { id: 2, email: 'b@x' },
      ],
      'SOURCE_MALFORMED',
    ],
    ['a row without the value', [{ id: 1 }], 'SOURCE_MALFORMED'],
    ['a row without a key', [{ email: 'a@x' }], 'SOURCE_MALFORMED'],
    ['another spelling', [{ id: 1, email: 'A@x' }], 'SOURCE_MALFORMED'],
  ])('answered with %s', async (_, data, expected) => {
    await withSource(answer(data), finding(one), async ({ connector }) => {
      expect((await findContacts(connector, 'by', ['a@x'])).map(gist)).toEqual([expected]);
    });
  });

  test.each([
    ['caseless', ' Ann@X ', 'ANN@x', true],
    ['caseless', 'ann@x', 'anne@x', false],
    ['digits', '+49 (30) 12-34', '0049301234', true],
    ['digits', '0301234', '+49301234', false],
    ['exact', 'Ann', 'ann', false],
    ['exact', '7', 7, true],
  ])('compared %s, %j and %j are the same: %j', async (compare, value, email, same) => {
    await withSource(answer([{ id: 1, email }]), finding({ ...one, compare }), async ({ connector }) => {
      expect((await findContacts(connector, 'by', [value])).map(gist)).toEqual([same ? ['1'] : 'SOURCE_MALFORMED']);
    });
  });

  test.each([
    ['exact', ''],
    ['caseless', '  '],
    ['digits', 'n/a'],
  ])("compared %s, the value %j is nobody's and is not asked for", async (compare, value) => {
    await withSource(answer([{ id: 1, email: 'none' }]), finding({ ...one, compare }), async ({ connector, server }) => {
      expect(await findContacts(connector, 'by', [value])).toEqual([{ kind: 'rows', rows: [], next: undefined }]);
      expect(server.seen).toEqual([]);
    });
  });

  test('without a match the deployment vouches for the rows, which still need keys', async () => {
    await withSource(answer([{ id: 1, email: 'b@x' }]), finding({ ...one, match: 'none' }), async ({ connector }) => {
      expect((await findContacts(connector, 'by', ['a@x'])).map(gist)).toEqual([['1']]);
    });
    await withSource(answer([{ email: 'a@x' }]), finding({ ...one, match: 'none' }), async ({ connector }) => {
      expect((await findContacts(connector, 'by', ['a@x'])).map(gist)).toEqual(['SOURCE_MALFORMED']);
    });
  });

  test('a 404 means that there are no rows', async () => {
    await withSource(
      () => ({ status: 404, text: 'not here' }),
      finding(one),
      async ({ connector }) => {
        expect((await findContacts(connector, 'by', ['a@x'])).map(gist)).toEqual([[]]);
      },
    );
  });

  test('a value that would make another path fails without a call', async () => {
    await withSource(answer([]), finding({ ...one, get: '/of/{value}/x', query: {} }), async ({ connector, server }) => {
      expect(await findContacts(connector, 'by', ['..'])).toMatchObject([
        { kind: 'failed', error: { code: 'SOURCE_UNAVAILABLE', fault: 'request' } },
      ]);
      expect(server.seen).toEqual([]);
    });
  });
});

describe('finding by many values', () => {
  test.each([
    [
      'each with its row',
      [
        { id: 2, email: 'B@x' },
        { id: 1, email: 'a@x' },
      ],
      [['1'], ['2']],
    ],
    ['one with none', [{ id: 2, email: 'b@x' }], [[], ['2']]],
    [
      'one with a stranger instead',
      [
        { id: 2, email: 'b@x' },
        { id: 3, email: 'c@x' },
      ],
      ['SOURCE_MALFORMED', ['2']],
    ],
    [
      'all with a stranger beside',
      [
        { id: 1, email: 'a@x' },
        { id: 2, email: 'b@x' },
        { id: 3, email: 'c@x' },
      ],
      [['1'], ['2']],
    ],
    ['a row of both', [{ id: 1, email: ['a@x', 'b@x'] }], [['1'], ['1']]],
  ])('answered with %s', async (_, data, expected) => {
    await withSource(answer(data), finding(many), async ({ connector }) => {
      expect((await findContacts(connector, 'by', ['a@x', 'b@x'])).map(gist)).toEqual(expected);
    });
  });

  test('asks once for two spellings of a value, and for the fields that prove it', async () => {
    await withSource(answer([{ id: 1, email: 'a@X' }]), finding(many), async ({ connector, server }) => {
      expect((await findContacts(connector, 'by', ['A@x', 'a@x', ''])).map(gist)).toEqual([['1'], ['1'], []]);
      expect(server.seen.map(({ body }) => JSON.parse(body))).toEqual([{ values: ['A@x'], properties: ['name', 'id', 'email'] }]);
    });
  });

  test('each value has its own page of the one answer', async () => {
    const data = ['a@x', 'b@x'].flatMap((email, of) => [1, 2, 3].map((at) => ({ id: of * 10 + at, email })));
    const source: Answering = ({ body }) => ({
      json: { data: data.filter(({ email }) => (JSON.parse(body) as { values: string[] }).values.includes(email)) },
    });
    await withSource(source, finding(many), async ({ connector }) => {
      const [a, b] = await findContacts(connector, 'by', ['a@x', 'b@x'], { size: 2 });
      expect([a, b].map(gist)).toEqual([
        ['1', '2'],
        ['11', '12'],
      ]);
      if (b?.kind !== 'rows') throw new Error('no rows');
      expect(await findContacts(connector, 'by', ['b@x'], { size: 2, at: b.next })).toMatchObject([
        { rows: [{ key: '13' }], next: undefined },
      ]);
    });
  });

  test('a page that cannot hold all of several values is asked for again with fewer, until no row is lost', async () => {
    const stored = [1, 2, 3, 4].flatMap((of) => [1, 2].map((at) => ({ id: of * 10 + at, email: `${of}@x` })));
    const paged = { ...many, body: { values: '{values}', limit: '{size}', after: '{at}' }, paging: { cursor: 'next' } };
    const source: Answering = ({ body }) => {
      const { values, limit, after } = JSON.parse(body) as { values: string[]; limit: number; after?: string };
      const rows = stored.filter(({ email }) => values.includes(email));
      const start = Number(after ?? 0);
      return { json: { data: rows.slice(start, start + limit), next: start + limit < rows.length ? String(start + limit) : null } };
    };
    await withSource(source, finding(paged), async ({ connector, server }) => {
      const results = await findContacts(connector, 'by', ['1@x', '2@x', '3@x', '4@x'], { size: 2 });
      expect(results.map(gist)).toEqual([
        ['11', '12'],
        ['21', '22'],
        ['31', '32'],
        ['41', '42'],
      ]);
      expect(server.seen).toHaveLength(7);
    });
  });

  test("more values than the batch are a mistake of the caller's", async () => {
    await withSource(answer([]), finding(one), async ({ connector }) => {
      await expect(findContacts(connector, 'by', ['a', 'b'])).rejects.toThrow(RangeError);
    });
  });

  test("an attribute that is not declared is a mistake of the caller's", async () => {
    await withSource(answer([]), finding(one), async ({ connector }) => {
      await expect(findContacts(connector, 'name', ['a'])).rejects.toThrow('crm.contact cannot be found by "name"');
      await expect(
        connector.read({ entity: 'contact', keys: [], fields: [] }, { signal: AbortSignal.abort(), deadline: 0, requestId: 'r' }),
      ).rejects.toThrow(TypeError);
    });
  });
});

test('an expression that fails over a value is a fault of the request, and nothing is sent', async () => {
  const find = { ...one, query: { q: { jsonata: '$number($value)' } } };
  await withSource(answer([]), finding(find), async ({ connector, server }) => {
    expect(await rejection(findContacts(connector, 'by', ['x']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'request' });
    expect(server.seen).toEqual([]);
  });
});
