import { describe, expect, test } from '@jest/globals';
import { graphqlKind } from '../../../../src/connectors/graphql/kind.ts';
import { collectFaults, faultLine } from '../../../../src/parse/faults.ts';

const list = 'query ($size: Int, $at: String, $order: Order, $city: String) { all(city: $city, n: $size, at: $at, by: $order) { items { ...row } next } }';
const sound = {
  read: { query: 'query ($keys: [ID!]!) { some(ids: $keys) { ...row } }', rows: 'some', batch: 50 },
  find: { email: { query: 'query ($value: String!) { by(email: $value) { ...row } }', rows: 'by', match: 'email', batch: 20, pageSize: 10 } },
  list: { query: list, rows: 'all.items', paging: { cursor: 'all.next' }, filters: { city: 'city' }, orders: { NAME: { asc: 'UP', desc: { by: 'NAME' } } } },
};

function parse(settings: object, source: object = {}, key = 'id') {
  const faults = collectFaults('sources/x.yaml');
  const parsed = graphqlKind.parse({
    settings: { url: 'https://desk.example/graphql', auth: 'none', ...source }, folder: '/nowhere', entities: { account: { key, settings: { ...settings } } },
  }, faults);
  return { parsed, faults: faults.all().map((fault) => faultLine(fault).replace('sources/x.yaml: ', '')) };
}

describe('the graphql kind', () => {
  test('declares what an entity can do', () => {
    const { parsed, faults } = parse(sound);
    expect(faults).toEqual([]);
    expect(parsed?.capabilities).toEqual(new Map([['account', {
      projects: true, read: { batch: 50 }, find: new Map([['email', { batch: 20, pageSize: 10 }]]), list: { pageSize: 100, filters: ['city'], orders: ['NAME'] },
    }]]));
  });

  test('names the mistakes of a source and its entities at once', () => {
    expect(parse({ ...sound, more: 1 }, { url: 'ftp://x', tls: { ca: 'ca.pem' } }).faults.toSorted()).toEqual([
      'entities.account: unknown key "more"', expect.stringMatching(/^url: expected an http or https address/),
    ]);
  });

  const one = 'query ($value: ID!) { by(id: $value) { ...row } }';
  const many = 'query ($values: [ID!]!) { by(ids: $values) { ...row } }';
  const paged = 'query ($value: ID!, $at: String) { by(id: $value, at: $at) { items { ...row } next } }';
  test.each<[string, object, string]>([
    ['nothing to ask with', {}, 'entities.account: expected at least one of "read", "find" and "list"'],
    ['a syntax error', { read: { query: '{', rows: 'a' } }, 'entities.account.read.query: Syntax Error'],
    ['no key in a read', { read: { query: '{ by { ...row } }', rows: 'by' } }, 'entities.account.read.query: expected the query to use either $key or $keys'],
    ['a list for one key', { read: { query: 'query ($key: [ID!]!) { by(id: $key) { ...row } }', rows: 'by' } }, 'entities.account.read.query: expected $key not to be a list'],
    ['no list for many keys', { read: { query: 'query ($keys: ID!) { by(id: $keys) { ...row } }', rows: 'by', batch: 2 } }, 'entities.account.read.query: expected $keys to be a list'],
    ['no batch for a list', { find: { x: { query: many, rows: 'by', match: 'x' } } }, 'entities.account.find.x.batch: missing; expected how many $values one call takes'],
    ['merged records that nothing shows, among many in a list', { read: { ...sound.read, merged: true } }, 'entities.account.read.merged: with true a call reads one key, as no row shows whose it is; got a batch of 50'],
    ['merged records that nothing shows, among copies', { read: { query: 'query ($key: ID!) { by(id: $key) { ...row } }', rows: 'by', batch: 2, merged: true } }, 'entities.account.read.merged: with true a call reads one key'],
    ['merged ids that are no field', { read: { ...sound.read, merged: 'merged-ids' } }, 'entities.account.read.merged: expected a path of field names, got "merged-ids"'],
    ['rows elsewhere', { find: { x: { query: one, rows: 'data.by', match: 'x' } } }, 'entities.account.find.x.rows: expected a path that starts with the query\'s field "by"'],
    ['a cursor elsewhere', { find: { x: { query: paged, rows: 'by.items', match: 'x', paging: { cursor: 'next' } } } }, 'entities.account.find.x.paging.cursor: expected a path that starts with'],
    ['$at without paging', { find: { x: { query: paged, rows: 'by.items', match: 'x' } } }, 'entities.account.find.x.paging: missing; with $at expected how the source continues'],
    ['paging without $at', { find: { x: { query: one, rows: 'by', match: 'x', paging: { cursor: 'by.next' } } } }, 'entities.account.find.x.paging: the query must use $at'],
    ['an $at that must be given', { find: { x: { query: paged.replace('String', 'String!'), rows: 'by.items', match: 'x', paging: { cursor: 'by.next' } } } }, 'entities.account.find.x.query: $at is not always given'],
    ['no proof among many', { find: { x: { query: many, rows: 'by', match: 'none', batch: 2 } } }, 'entities.account.find.x.match: with $values each row must show'],
    ['shared pages', { find: { x: { query: 'query ($values: [ID!]!, $at: String) { by(ids: $values, at: $at) { items { ...row } next } }', rows: 'by.items', match: 'x', batch: 2, paging: { cursor: 'by.next' } } } }, 'entities.account.find.x.paging: with $values the values would share their pages'],
    ['a match that is no field', { find: { x: { query: one, rows: 'by', match: 'a-b' } } }, 'entities.account.find.x.match: expected a path of field names'],
    ['a filter without a variable', { list: { query: list, rows: 'all.items', paging: { cursor: 'all.next' }, filters: { city: 'city', land: 'land' } } }, 'entities.account.list.filters.land: the query does not declare $land'],
    ['a filter that must be given', { list: { query: list.replace('$city: String', '$city: String!'), rows: 'all.items', paging: { cursor: 'all.next' }, filters: { city: 'city' } } }, 'entities.account.list.query: $city is not always given'],
    ['orders without $order', { list: { query: '{ all { ...row } }', rows: 'all', orders: { NAME: { asc: 'A', desc: 'D' } } } }, 'entities.account.list.orders: the query does not declare $order'],
    ['a pattern that is none', { ...sound, keyPattern: '(' }, 'entities.account.keyPattern: not a regular expression'],
  ])('refuses %s', (_what, settings, expected) => {
    const { parsed, faults } = parse(settings);
    expect(parsed).toBeUndefined();
    expect(faults).toEqual([expect.stringContaining(expected)]);
  });

  test('refuses a key that cannot be selected', () => {
    expect(parse(sound, {}, 'a-b').faults).toEqual(['entities.account.key: expected a path of field names, got "a-b"']);
  });
});
