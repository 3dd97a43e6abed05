import { describe, expect, test } from '@jest/globals';
import { gist, readContacts, rejection, withSource, type Answering } from '../../../fixtures/http-source.ts';

const one = { contact: { read: { get: '/contacts/{key}', rows: '' } } };
const many = {
  contact: {
    read: {
      post: '/batch',
      body: { ids: '{keys}', properties: '{fields}', top: '{topFields}' },
      batch: 10,
      rows: 'results',
      rowError: 'error',
    },
  },
};
const answer =
  (json: unknown): Answering =>
  () => ({ json });

describe('reading one key', () => {
  test.each([
    ['its own row', { id: 'a', name: 'Ann' }, 'Ann'],
    ['a list of its own row', [{ id: 'a', name: 'Ann' }], 'Ann'],
    ['null', null, 'absent'],
    ['an empty list', [], 'absent'],
    ["somebody else's row", { id: 'b', name: 'Bob' }, 'SOURCE_MALFORMED'],
    ["its own row and somebody else's", [{ id: 'a', name: 'Ann' }, { id: 'b' }], 'SOURCE_MALFORMED'],
    ['a row without a key', { name: 'Ann' }, 'SOURCE_MALFORMED'],
    ['a row whose key is a list with the key', { id: ['a', 'b'], name: 'Ann' }, 'SOURCE_MALFORMED'],
    ['its own row twice', [{ id: 'a' }, { id: 'a' }], 'SOURCE_MALFORMED'],
  ])('answered with %s', async (_, json, expected) => {
    await withSource(answer(json), { entities: one }, async ({ connector }) => {
      expect((await readContacts(connector, ['a'])).map(gist)).toEqual([expected]);
    });
  });

  test.each([404, 204])('a status %d means absent', async (status) => {
    await withSource(
      () => ({ status, text: '' }),
      { entities: one },
      async ({ connector }) => {
        expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['absent']);
      },
    );
  });

  test.each([
    ['a text', '"a"'],
    ['a number', '1'],
    ['true', 'true'],
  ])('an answer that is %s is malformed', async (_, text) => {
    await withSource(
      () => ({ text, headers: { 'content-type': 'application/json' } }),
      { entities: one },
      async ({ connector }) => {
        expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code: 'SOURCE_MALFORMED' });
      },
    );
  });

  test('a number beyond 2^53 is no key, since it is not the number that the source wrote', async () => {
    const text = '{"id": 9007199254740993, "name": "Ann"}';
    await withSource(
      () => ({ text, headers: { 'content-type': 'application/json' } }),
      { entities: one },
      async ({ connector }) => {
        expect((await readContacts(connector, ['9007199254740992'])).map(gist)).toEqual(['SOURCE_MALFORMED']);
        expect((await readContacts(connector, ['9007199254740993'])).map(gist)).toEqual(['SOURCE_MALFORMED']);
      },
    );
  });

  test('a safe number is its decimal text', async () => {
    await withSource(answer({ id: 42, name: 'Ann' }), { entities: one }, async ({ connector }) => {
      expect((await readContacts(connector, ['42'])).map(gist)).toEqual(['Ann']);
      expect((await readContacts(connector, ['042'])).map(gist)).toEqual(['SOURCE_MALFORMED']);
    });
  });

  test.each(['.', '..'])('the key %j would be another path: it fails without a call', async (key) => {
    await withSource(answer({ id: key, name: 'Ann' }), { entities: one }, async ({ connector, server }) => {
      expect(await readContacts(connector, [key])).toMatchObject([
        { kind: 'failed', error: { code: 'SOURCE_UNAVAILABLE', fault: 'request' } },
      ]);
      expect(server.seen).toEqual([]);
    });
  });

  test.each(['a/b', '../a', '%', 'a\nb', 'a\u0000', '"\'', 'é😀', 'a b+c', '?x=1', '#', ';', '\\'])(
    'the key %j arrives as it is',
    async (key) => {
      await withSource(
        ({ path }) => ({ json: { id: decodeURIComponent(path.slice('/contacts/'.length)), name: 'Ann' } }),
        { entities: one },
        async ({ connector, server }) => {
          expect((await readContacts(connector, [key])).map(gist)).toEqual(['Ann']);
          expect(server.seen.map(({ path }) => path.split('/').length)).toEqual([3]);
        },
      );
    },
  );

  test('a key that does not fit the pattern is absent without a call', async () => {
    const entities = { contact: { ...one.contact, keyPattern: '[0-9]+|x' } };
    await withSource(
      ({ path }) => ({ json: { id: path.slice('/contacts/'.length), name: 'Ann' } }),
      { entities },
      async ({ connector, server }) => {
        for (const key of ['a', '1a', 'x1', '1\n']) expect((await readContacts(connector, [key])).map(gist)).toEqual(['absent']);
        expect(server.seen).toEqual([]);
        expect((await readContacts(connector, ['12'])).map(gist)).toEqual(['Ann']);
      },
    );
  });
});

describe('reading many keys', () => {
  test.each([
    [
      'in another order',
      [
        { id: 'b', name: 'Bob' },
        { id: 'a', name: 'Ann' },
      ],
      ['Ann', 'Bob'],
    ],
    ['with half of them', [{ id: 'b', name: 'Bob' }], ['absent', 'Bob']],
    ['with none', [], ['absent', 'absent']],
    ['with null', null, ['absent', 'absent']],
    ["with a stranger in one's place", [{ id: 'a', name: 'Ann' }, { id: 'c' }], ['Ann', 'SOURCE_MALFORMED']],
    ['with all and a stranger', [{ id: 'a', name: 'Ann' }, { id: 'c' }, { id: 'b', name: 'Bob' }], ['Ann', 'Bob']],
    ['with a row that has no key', [{ name: 'Ann' }, { id: 'b', name: 'Bob' }], ['SOURCE_MALFORMED', 'Bob']],
    ['with rows that are none', [null, 5, 'x', { id: 'b', name: 'Bob' }], ['SOURCE_MALFORMED', 'Bob']],
    ['with a row twice', [{ id: 'a' }, { id: 'b', name: 'Bob' }, { id: 'a' }], ['SOURCE_MALFORMED', 'Bob']],
    [
      'with an error in a row',
      [
        { id: 'a', error: { code: 'X' } },
        { id: 'b', name: 'Bob', error: null },
      ],
      ['SOURCE_UNAVAILABLE', 'Bob'],
    ],
  ])('answered %s', async (_, results, expected) => {
    await withSource(answer({ results }), { entities: many }, async ({ connector }) => {
      expect((await readContacts(connector, ['a', 'b'])).map(gist)).toEqual(expected);
    });
  });

  test.each([
    ['an object', { results: { a: { id: 'a' } } }],
    ['nothing', {}],
    ['a list above', [{ results: [] }]],
  ])('with %s where the rows should be, the answer is malformed', async (_, json) => {
    await withSource(answer(json), { entities: many }, async ({ connector }) => {
      expect(await rejection(readContacts(connector, ['a', 'b']))).toMatchObject({ code: 'SOURCE_MALFORMED' });
    });
  });

  test('asks once for each key, and for the wanted fields with those that prove the key', async () => {
    await withSource(answer({ results: [] }), { entities: { contact: { ...many.contact } } }, async ({ connector, server }) => {
      await connector.read({ entity: 'contact', keys: [], fields: ['name'] }, { signal: AbortSignal.abort(), deadline: 0, requestId: 'r' });
      await readContacts(connector, ['b', 'a', 'b', '']);
      expect(server.seen.map(({ body }) => JSON.parse(body))).toEqual([
        { ids: ['b', 'a'], properties: ['name', 'id'], top: ['name', 'id'] },
      ]);
    });
  });

  test('a 404 is no answer about keys', async () => {
    await withSource(
      () => ({ status: 404, json: {} }),
      { entities: many },
      async ({ connector }) => {
        expect(await rejection(readContacts(connector, ['a', 'b']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'request' });
      },
    );
  });

  test('where keys are joined with commas, a key that holds one fails alone', async () => {
    const entities = { contact: { read: { get: '/contacts', query: { ids: '{keys}' }, batch: 10 } } };
    await withSource(
      ({ query }) => ({
        json: query
          .get('ids')
          ?.split(',')
          .map((id) => ({ id, name: `n-${id}` })),
      }),
      { entities },
      async ({ connector, server }) => {
        const results = await readContacts(connector, ['a', 'b,c', 'd']);
        expect(results.map(gist)).toEqual(['n-a', 'SOURCE_UNAVAILABLE', 'n-d']);
        expect(results[1]).toMatchObject({ error: { fault: 'request' } });
        expect(server.seen.map(({ query }) => query.get('ids'))).toEqual(['a,d']);
      },
    );
  });

  test('rows are where an expression finds them; an expression that finds nothing at all is no empty list', async () => {
    const entities = {
      contact: {
        read: {
          post: '/batch',
          body: { ids: '{keys}' },
          batch: 10,
          rows: { jsonata: 'people[kind="contact"].{ "id": no, "name": called }' },
        },
      },
    };
    const people = [
      { kind: 'lead', no: 'a', called: 'Lea' },
      { kind: 'contact', no: 'a', called: 'Ann' },
    ];
    await withSource(answer({ people }), { entities }, async ({ connector }) => {
      expect((await readContacts(connector, ['a', 'b'])).map(gist)).toEqual(['Ann', 'absent']);
    });
    await withSource(answer({ persons: people }), { entities }, async ({ connector }) => {
      expect(await rejection(readContacts(connector, ['a', 'b']))).toMatchObject({ code: 'SOURCE_MALFORMED' });
    });
  });

  test("more keys than the batch are a mistake of the caller's", async () => {
    await withSource(answer({ results: [] }), { entities: many }, async ({ connector }) => {
      await expect(
        readContacts(
          connector,
          Array.from({ length: 11 }, (_, at) => `k${at}`),
        ),
      ).rejects.toThrow(RangeError);
    });
  });
});
