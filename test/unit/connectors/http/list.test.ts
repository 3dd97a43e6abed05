import { describe, expect, test } from '@jest/globals';
import type { ListRequest } from '../../../../src/connectors/connector.ts';
import { gist, rejection, someCall, withSource, type Answering } from '../../../fixtures/http-source.ts';

const aList = (change: Partial<ListRequest> = {}): ListRequest => ({
  kind: 'list',
  entity: 'contact',
  filters: [],
  order: undefined,
  fields: ['name'],
  page: { size: 5, at: undefined },
  ...change,
});
const orders = { AGE: { asc: 'age', desc: '-age' } };
const getting = {
  get: '/contacts',
  query: { n: '{size}', at: '{at}', sort: '{order}', f: '{fields}' },
  rows: 'rows',
  paging: { cursor: 'next' },
  orders,
  filters: {
    city: { query: { city: '{value}' } },
    older: { query: { where: { jsonata: '"age>" & $quote($value, "\'")' } } },
  },
};
const posting = {
  post: '/search',
  body: { groups: [{ all: true }], page: { n: '{size}' }, at: '{at}' },
  rows: 'rows',
  paging: { cursor: 'next' },
  filters: {
    city: { body: { groups: [{ city: '{value}' }], page: { near: '{value}' } } },
    state: { body: { state: '{value}' } },
  },
};
const two: Answering = () => ({ json: { rows: [{ id: 1 }, { id: 2 }], next: 'n2' } });

describe('a list', () => {
  test('says nothing of an order or a place that nobody asked for', async () => {
    await withSource(two, { entities: { contact: { list: getting } } }, async ({ connector, server }) => {
      const results = await connector.find(aList(), someCall());
      expect(results).toMatchObject([{ kind: 'rows', next: '0.n2' }]);
      expect(results.map(gist)).toEqual([['1', '2']]);
      expect(server.seen.map(({ query }) => query.toString())).toEqual(['n=5&f=name%2Cid']);
    });
  });

  test('adds its filters to the query, each with its own value', async () => {
    await withSource(two, { entities: { contact: { list: getting } } }, async ({ connector, server }) => {
      const filters = [
        { name: 'city', value: 'a&b=c' },
        { name: 'older', value: "' or 1" },
      ];
      await connector.find(aList({ filters, order: { name: 'AGE', direction: 'DESC' }, page: { size: 5, at: '0.n1' } }), someCall());
      expect(Object.fromEntries(server.seen[0]?.query ?? [])).toEqual({
        n: '5',
        at: 'n1',
        sort: '-age',
        f: 'name,id',
        city: 'a&b=c',
        where: "age>'\\' or 1'",
      });
    });
  });

  describe('whose filters are terms', () => {
    const terms = {
      post: '/rpc',
      body: { params: [{ jsonata: "$append([['kind', '=', 'person']], $filters)" }, '{filters}'] },
      rows: 'rows',
      filters: {
        city: { term: ['addresses', 'where', [['city', '=', '{value}']]] },
        older: { term: { jsonata: "$value != '' ? 'age > ' & $quote($value, \"'\")" } },
      },
    };
    const city = ['addresses', 'where', [['city', '=', '{size}']]];

    test.each([
      [[], [['kind', '=', 'person']], []],
      [[{ name: 'city', value: '{size}' }], [['kind', '=', 'person'], city], [city]],
      [[{ name: 'older', value: "' or 1" }, { name: 'city', value: '{size}' }], [['kind', '=', 'person'], "age > '\\' or 1'", city], ["age > '\\' or 1'", city]],
    ])('puts %j where the request names them', async (filters, appended, bare) => {
      await withSource(two, { entities: { contact: { list: terms } } }, async ({ connector, server }) => {
        await connector.find(aList({ filters }), someCall());
        expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ params: [appended, bare] });
      });
    });

    test('asks nothing when a term comes to nothing, since the list would be of everybody', async () => {
      await withSource(two, { entities: { contact: { list: terms } } }, async ({ connector, server }) => {
        const failure = await rejection(connector.find(aList({ filters: [{ name: 'older', value: '' }] }), someCall()));
        expect(failure).toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'request' });
        expect(server.seen).toEqual([]);
      });
    });
  });

  test('merges its filters into the body', async () => {
    await withSource(two, { entities: { contact: { list: posting } } }, async ({ connector, server }) => {
      await connector.find(
        aList({
          filters: [
            { name: 'city', value: 'Paris' },
            { name: 'state', value: '{size}' },
          ],
        }),
        someCall(),
      );
      expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
        groups: [{ all: true }, { city: 'Paris' }],
        page: { n: 5, near: 'Paris' },
        state: '{size}',
      });
    });
  });

  test.each([
    ['a row without a key', { json: { rows: [{ id: 1 }, { name: 'x' }] } }, { code: 'SOURCE_MALFORMED' }],
    ['an object instead of rows', { json: { rows: { id: 1 } } }, { code: 'SOURCE_MALFORMED' }],
    ['a 404', { status: 404, text: '' }, { code: 'SOURCE_UNAVAILABLE', fault: 'request' }],
  ])('rejects as a whole when the answer is %s', async (_, reply, expected) => {
    await withSource(
      () => reply,
      { entities: { contact: { list: getting } } },
      async ({ connector }) => {
        expect(await rejection(connector.find(aList(), someCall()))).toMatchObject(expected);
      },
    );
  });

  test('is empty when the source has no content', async () => {
    await withSource(
      () => ({ status: 204, text: '' }),
      { entities: { contact: { list: getting } } },
      async ({ connector }) => {
        expect(await connector.find(aList(), someCall())).toEqual([{ kind: 'rows', rows: [], next: undefined }]);
      },
    );
  });

  test('a filter that is not well-formed Unicode is refused without a call', async () => {
    await withSource(two, { entities: { contact: { list: getting } } }, async ({ connector, server }) => {
      expect(await rejection(connector.find(aList({ filters: [{ name: 'city', value: '\udc00' }] }), someCall()))).toMatchObject({
        fault: 'request',
      });
      expect(server.seen).toEqual([]);
    });
  });

  test.each([
    ['filter', { filters: [{ name: 'colour', value: 'red' }] }],
    ['order', { order: { name: 'SIZE', direction: 'ASC' } }],
  ] as const)("a %s that is not declared is a mistake of the caller's", async (_, change) => {
    await withSource(two, { entities: { contact: { list: getting } } }, async ({ connector }) => {
      await expect(connector.find(aList(change), someCall())).rejects.toThrow(TypeError);
    });
  });
});
