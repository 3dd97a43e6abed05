import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connector, FindResult } from '../../../../src/connectors/connector.ts';
import { sourceKey, sourceName } from '../../../../src/ids.ts';
import { aCall, aMatch, contractNow, keyRead } from '../../../fixtures/connector-calls.ts';
import { openGraphqlConnector, startGraphqlSource, type GraphqlSource } from '../../../fixtures/graphql-source.ts';
import type { Reply } from '../../../fixtures/http-source.ts';

const invoices = `query ($value: ID!, $size: Int, $at: String) {
  invoices(account: $value, first: $size, after: $at) { nodes { ...row } pageInfo { hasNextPage endCursor } }
}`;
const entities = {
  inList: { key: 'id', settings: { read: { query: 'query ($keys: [ID!]!) { accounts(ids: $keys) { ...row } }', rows: 'accounts', batch: 10 }, keyPattern: '[^#]*' } },
  inCopies: { key: 'id', settings: { read: { query: 'query ($key: ID!) { account(id: $key) { ...row } }', rows: 'account', batch: 10 } } },
  strict: { key: 'id', settings: { read: { query: 'query ($key: ID!) { strictAccount(id: $key) { ...row } }', rows: 'strictAccount', batch: 10 } } },
  decorated: { key: 'id', settings: { read: { query: 'query ($key: ID!) { account(id: $key) { initials(length: 2) ...row } }', rows: 'account' } } },
  invoice: {
    key: 'id',
    settings: {
      find: {
        account: { query: invoices, rows: 'invoices.nodes', match: 'account.id', batch: 10, paging: { cursor: 'invoices.pageInfo.endCursor', more: 'invoices.pageInfo.hasNextPage' } },
        unproven: { query: invoices, rows: 'invoices.nodes', match: 'none', batch: 10, paging: { cursor: 'invoices.pageInfo.endCursor', more: 'invoices.pageInfo.hasNextPage' } },
        offset: {
          query: 'query ($value: ID!, $size: Int!, $at: Int!) { invoicesFrom(account: $value, offset: $at, limit: $size) { ...row } }',
          rows: 'invoicesFrom', match: 'account.id', paging: { offset: true },
        },
      },
    },
  },
  account: {
    key: 'id',
    settings: {
      find: {
        age: { query: 'query ($value: Int!) { accountsByAge(age: $value) { ...row } }', rows: 'accountsByAge', match: 'id', batch: 10 },
        email: { query: 'query ($values: [String!]!) { accountsByEmail(emails: $values) { ...row } }', rows: 'accountsByEmail', match: 'email', compare: 'caseless', batch: 10 },
      },
      list: {
        query: 'query ($size: Int, $order: Order) { customers(first: $size, order: $order) { edges { node { ...row } } } }', rows: 'customers.edges.node',
        filters: {}, orders: { NAME: { asc: 'NAME_UP', desc: 'NAME_DOWN' } },
      },
    },
  },
} as const;

let source: GraphqlSource;
let connector: Connector;
beforeEach(async () => {
  source = await startGraphqlSource();
  connector = openGraphqlConnector(source.url, entities, { source: sourceName('known'), clock: () => contractNow, warn: () => undefined });
});
afterEach(async () => {
  await connector.close();
  await source.stop();
});

const read = (entity: string, keys: readonly string[], fields: readonly string[] = []) => connector.read({ entity, keys: keys.map(sourceKey), fields }, aCall());
const find = (attribute: string, values: readonly string[], entity = 'invoice', at?: string) =>
  connector.find({ ...aMatch(entity, attribute, values), page: { size: 3, at } }, aCall());
const shown = (result: FindResult | undefined): unknown => (result?.kind === 'rows' ? result.rows.map((row) => row.key) : result?.error.code);

describe.each(['inList', 'inCopies'])('errors in an answer to a read %s', (entity) => {
  test('fail the row that they are in and no other, and are not repeated', async () => {
    const results = await read(entity, ['A-1', 'A-2', 'A-3'], ['mood']);
    expect(results.map(keyRead)).toEqual(['A-1', 'SOURCE_UNAVAILABLE', 'A-3']);
    expect(results[1]).toMatchObject({ error: { fault: 'source', message: expect.stringMatching(/^\w+ by key answered with MOOD_SWING$/) } });
  });

  test('that take a row away fail its key instead of making it absent', async () => {
    const results = await read(entity, ['A-1', 'A-2', 'A-3'], ['soul']);
    expect(results.map(keyRead)).toEqual(['A-1', 'SOURCE_RATE_LIMITED', 'A-3']);
  });

  test('that take an unknown row away fail every key that is without one', async () => {
    const results = await read(entity, ['A-1', 'broken', 'nobody']);
    expect(results.map(keyRead)).toEqual(['A-1', 'SOURCE_UNAVAILABLE', entity === 'inList' ? 'SOURCE_UNAVAILABLE' : 'absent']);
  });

  test('that only say that there is no such record make it absent', async () => {
    expect((await read(entity, ['A-1', 'unfound', 'nobody'])).map(keyRead)).toEqual(['A-1', 'absent', 'absent']);
  });
});

describe('a field that may not be null', () => {
  test('and is not found makes a lone key absent', async () => {
    expect((await read('strict', ['nobody'])).map(keyRead)).toEqual(['absent']);
  });

  test('and is not found for one of several refuses the whole, to be asked for in parts', async () => {
    await expect(read('strict', ['A-1', 'nobody'])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'request' });
  });
});

describe('a request', () => {
  test('carries values in variables alone, and asks for nothing twice', async () => {
    await read('inCopies', ['A-1', 'A-1', '"} evil {'], ['name', 'address.country.code']);
    const [sent, ...others] = source.sent();
    expect(others).toEqual([]);
    expect(sent?.variables).toEqual({ key_0: 'A-1', key_1: '"} evil {' });
    expect(sent?.query.replace(/\s+/g, ' ')).toBe(
      'query ($key_0: ID!, $key_1: ID!) { a0: account(id: $key_0) { address { country { code } } id name } a1: account(id: $key_1) { address { country { code } } id name } }',
    );
  });

  test('is not made for what no variable can hold', async () => {
    expect((await read('inList', ['', ' ', '\ud800', 'a#b'])).map(keyRead)).toEqual(['absent', 'absent', 'absent', 'absent']);
    expect((await find('age', ['', 'old', '1.5', '99999999999', '007'], 'account')).map(shown)).toEqual([[], [], [], [], []]);
    expect(source.sent()).toEqual([]);
  });

  test('gives a number where the variable is one', async () => {
    await find('age', ['30'], 'account');
    expect(source.sent()[0]?.variables).toEqual({ value_0: 30 });
  });

  test('for a field that is none is refused at home', async () => {
    await expect(read('inList', ['A-1'], ['a{b}'])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'request' });
    expect(source.sent()).toEqual([]);
  });

  test('gives the order in the source\'s words, and leaves out what is not given', async () => {
    const request = { kind: 'list', entity: 'account', fields: ['name'], filters: [], page: { size: 2, at: undefined } } as const;
    const [down] = await connector.find({ ...request, order: { name: 'NAME', direction: 'DESC' } }, aCall());
    await connector.find({ ...request, order: undefined }, aCall());
    expect(down?.kind === 'rows' && down.rows.map((row) => row.values['name'])).toEqual(['Zoë Nihon', 'Percy Cent']);
    expect(source.sent().map(({ variables }) => variables)).toEqual([{ size: 2, order: 'NAME_DOWN' }, { size: 2 }]);
  });

  test('leaves a field alone that the query has beside ...row', async () => {
    const [result] = await read('decorated', ['A-1'], ['initials', 'name']);
    expect(result).toMatchObject({ kind: 'found', row: { values: { initials: 'Ad', name: 'Ada Lovelace' } } });
  });
});

describe('a find with a copy of the field for each value', () => {
  test('gives each value its own rows, page or error in one request', async () => {
    const results = await find('account', ['A-1', 'broken', 'nobody', 'A-2']);
    expect(results.map(shown)).toEqual([['1001', '1002', '1003'], 'SOURCE_UNAVAILABLE', [], ['2001']]);
    expect(results.map((result) => (result.kind === 'rows' ? result.next !== undefined : undefined))).toEqual([true, undefined, false, false]);
    expect(source.sent()).toHaveLength(1);
  });

  test('believes the source where no proof is asked for', async () => {
    expect((await find('unproven', ['A-2', 'A-1'])).map(shown)).toEqual([['2001'], ['1001', '1002', '1003']]);
  });

  test('pages by offset, from 0', async () => {
    const keys: unknown[] = [];
    let at: string | undefined;
    do {
      const [result] = await find('offset', ['A-1'], 'invoice', at);
      keys.push(shown(result));
      at = result?.kind === 'rows' ? result.next : undefined;
    } while (at !== undefined && keys.length < 9);
    expect(keys).toEqual([['1001', '1002', '1003'], ['1004', '1005', '1006'], ['1007']]);
    expect(source.sent().map(({ variables }) => variables['at'])).toEqual([0, 3, 6]);
  });
});

describe('an answer', () => {
  const json = (value: unknown): Reply => ({ json: value });
  const invoice = { id: 1, account: { id: 'A-1' } };

  test.each<[string, Reply, object]>([
    ['is an error without data', json({ errors: [{ message: 'no' }] }), { code: 'SOURCE_UNAVAILABLE', fault: 'source' }],
    ['tells of too many requests', json({ data: null, errors: [{ message: 'no', extensions: { code: 'rate_limited' } }] }), { code: 'SOURCE_RATE_LIMITED' }],
    ['tells of too many requests by type', json({ errors: [{ message: 'no', type: 'RATE_LIMITED' }] }), { code: 'SOURCE_RATE_LIMITED' }],
    ['tells of a time that is up', json({ errors: [{ message: 'no', extensions: { code: 'GATEWAY_TIMEOUT' } }] }), { code: 'SOURCE_TIMEOUT' }],
    ['refuses the query', json({ errors: [{ message: 'no', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }), { code: 'SOURCE_UNAVAILABLE', fault: 'request' }],
    ['is empty', json({}), { code: 'SOURCE_MALFORMED' }],
    ['is a list', json([]), { code: 'SOURCE_MALFORMED' }],
    ['has data of another kind', json({ data: 'yes' }), { code: 'SOURCE_MALFORMED' }],
    ['is not JSON', { text: '<html>', headers: { 'content-type': 'text/html' } }, { code: 'SOURCE_MALFORMED' }],
    ['is 429', { status: 429, headers: { 'retry-after': '7' } }, { code: 'SOURCE_RATE_LIMITED', retryAfter: 7000 }],
    ['is 500', { status: 500 }, { code: 'SOURCE_UNAVAILABLE', fault: 'source' }],
    ['is 400', { status: 400 }, { code: 'SOURCE_UNAVAILABLE', fault: 'request' }],
    ['is 404', { status: 404 }, { code: 'SOURCE_UNAVAILABLE', fault: 'request' }],
    ['is 401', { status: 401 }, { code: 'SOURCE_UNAVAILABLE', fault: 'source' }],
  ])('that %s fails the whole call', async (_what, reply, expected) => {
    source.answerWith(reply);
    await expect(read('inList', ['A-1'])).rejects.toMatchObject(expected);
    await expect(find('account', ['A-1', 'A-2'])).rejects.toMatchObject(expected);
  });

  test.each<[string, unknown, string]>([
    ['lacks the rows', { data: { a0: {} } }, 'SOURCE_MALFORMED'],
    ['lacks the copy', { data: {} }, 'SOURCE_MALFORMED'],
    ['has rows that are none', { data: { a0: { nodes: ['x'], pageInfo: {} } } }, 'SOURCE_MALFORMED'],
    ['has a row of another value', { data: { a0: { nodes: [{ ...invoice, account: { id: 'A-9' } }], pageInfo: {} } } }, 'SOURCE_MALFORMED'],
    ['has a row without a key', { data: { a0: { nodes: [{ account: { id: 'A-1' } }], pageInfo: {} } } }, 'SOURCE_MALFORMED'],
    ['has one row twice', { data: { a0: { nodes: [invoice, invoice], pageInfo: {} } } }, 'SOURCE_MALFORMED'],
    ['has more but does not say where', { data: { a0: { nodes: [invoice], pageInfo: { hasNextPage: true } } } }, 'SOURCE_MALFORMED'],
    ['has an error beside its rows', { data: { a0: { nodes: [invoice], pageInfo: null } }, errors: [{ message: 'no', path: ['a0', 'pageInfo'] }] }, 'SOURCE_UNAVAILABLE'],
    ['has an error without a place', { data: { a0: { nodes: [invoice], pageInfo: {} } }, errors: [{ message: 'no' }] }, 'SOURCE_UNAVAILABLE'],
  ])('that %s fails the value', async (_what, answer, code) => {
    source.answerWith(json(answer));
    expect((await find('account', ['A-1'])).map(shown)).toEqual([code]);
  });

  test('that continues where it was fails the value', async () => {
    source.answerWith(json({ data: { a0: { nodes: [invoice], pageInfo: { hasNextPage: true, endCursor: 'x' } } } }));
    const [first] = await find('account', ['A-1']);
    expect(shown(first)).toEqual(['1']);
    expect(shown((await find('account', ['A-1'], 'invoice', first?.kind === 'rows' ? first.next : undefined))[0])).toBe('SOURCE_MALFORMED');
  });

  test('that has several rows of one key fails the key and no other', async () => {
    source.answerWith(json({ data: { accounts: [{ id: 'A-1' }, { id: 'A-1' }, { id: 'A-2' }] } }));
    expect((await read('inList', ['A-1', 'A-2'])).map(keyRead)).toEqual(['SOURCE_MALFORMED', 'A-2']);
  });
});
