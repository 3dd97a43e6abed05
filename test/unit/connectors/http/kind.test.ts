import { describe, expect, test } from '@jest/globals';
import { httpKind } from '../../../../src/connectors/http/kind.ts';
import { collectFaults } from '../../../../src/parse/faults.ts';
import { faultsOf } from '../../../fixtures/http-source.ts';

const read = { post: '/batch', body: { ids: '{keys}', properties: '{fields}' }, batch: 100, rows: 'results' };
const find = { get: '/find', query: { q: '{value}' }, match: 'email' };
const faultsOfRead = (change: object) => faultsOf({ entities: { contact: { read: { ...read, ...change } } } });
const faultsOfFind = (change: object) => faultsOf({ entities: { contact: { find: { email: { ...find, ...change } } } } });

describe('a file', () => {
  test('tells what the source can do', () => {
    const faults = collectFaults('crm.yaml');
    const parsed = httpKind.parse(
      {
        folder: '.',
        settings: { baseUrl: 'https://crm.test/api', auth: { bearer: 't' } },
        entities: {
          contact: { key: 'id', settings: { read } },
          ticket: {
            key: 'id',
            settings: {
              find: { owner: { ...find, paging: { cursor: 'next' }, query: { q: '{value}', after: '{at}', n: '{size}' }, pageSize: 20 } },
              list: {
                get: '/tickets?f={fields}',
                filters: { state: { query: { s: '{value}' } } },
                orders: { AGE: { asc: 'a', desc: 'd' } },
              },
            },
          },
        },
      },
      faults,
    );
    expect(faults.all()).toEqual([]);
    expect(parsed?.capabilities).toEqual(
      new Map([
        ['contact', { projects: true, read: { batch: 100 }, find: new Map(), list: undefined }],
        [
          'ticket',
          {
            projects: false,
            read: undefined,
            find: new Map([['owner', { batch: 1, pageSize: 20 }]]),
            list: { pageSize: 100, filters: ['state'], orders: ['AGE'] },
          },
        ],
      ]),
    );
  });

  test('shows all its faults together', () => {
    expect(
      faultsOf({
        settings: { baseUrl: 'ftp://x', auth: { bearer: 't' }, colour: 'red', maxResponse: '10 megs' },
        entities: {
          contact: { read: { get: '/x/{keys}', bath: 3 } },
          ticket: { find: { email: { ...find, match: undefined } } },
          order: {},
        },
      })
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['', 'baseUrl', 'entities.contact.read', 'entities.order', 'entities.ticket.find.email.match', 'maxResponse']);
  });

  test.each([
    ['missing', undefined],
    ['of an unknown kind', { magic: 'x' }],
    ['of two kinds', { bearer: 'x', basic: { user: 'u', password: 'p' } }],
    ['a bearer with a line break', { bearer: 'x\n' }],
    ['a login with form and json', { login: { post: '/login', form: { a: 'b' }, json: { a: 'b' } } }],
    ['a login with JSON that is no tree', { login: { post: '/login', json: 'gw' } }],
    ['a login whose header has no token', { login: { post: '/login', form: { a: 'b' }, token: 't', value: 'Session' } }],
  ])('an auth that is %s is a fault', (_, auth) => {
    expect(faultsOf({ settings: { auth }, entities: { contact: { read } } })).toContainEqual({
      path: expect.stringMatching(/^auth/),
      message: expect.any(String),
    });
  });

  test('a login tells which of its secrets is empty, and what is wrong with the expression for its token', () => {
    const login = { post: '/login', json: { params: ['gw', { password: '' }] }, token: { jsonata: '$sent.(' } };
    expect(faultsOf({ settings: { auth: { login } }, entities: { contact: { read } } })).toEqual([
      { path: 'auth.login.json.params[1].password', message: 'expected a non-empty secret' },
      { path: 'auth.login.token.jsonata', message: expect.stringMatching(/^not a JSONata expression/) },
    ]);
  });

  test.each([
    ['neither get nor post', { post: undefined }, '', 'expected either "get" or "post"'],
    ['both get and post', { get: '/x' }, '', 'expected either "get" or "post"'],
    ['a get with a body', { post: undefined, get: '/x' }, '', 'a "get" has no body'],
    ['a path that is not one', { post: 'batch' }, '.post', 'expected a percent-encoded path that starts with "/", got "batch"'],
    ['no key at all', { body: {} }, '', 'expected the request to use either {key} or {keys}'],
    ['one key and many', { post: '/x/{key}' }, '', 'expected the request to use either {key} or {keys}'],
    ['many keys without a batch', { batch: undefined }, '.batch', 'missing; expected how many {keys} one call takes'],
    ['merged records that nothing shows, among many', { merged: true }, '.merged', 'with true a call reads one key, as no row shows whose it is; got a batch of 100'],
    ['a path of merged ids that is none', { merged: 'a..b' }, '.merged', expect.stringMatching(/"a\.\.b"/)],
    ['merged ids with nothing between them', { merged: { path: 'ids', separator: '' } }, '.merged.separator', expect.stringMatching(/^expected the text between two ids/)],
    ['merged that is false', { merged: false }, '.merged', expect.stringMatching(/^got false/)],
    ['one key with a batch', { body: { id: '{key}' } }, '.batch', 'with {key} a call takes one, got 100'],
    [
      'a placeholder of another operation',
      { query: { n: '{size}' } },
      '.query.n',
      '{size} does not exist here; there are {key}, {keys}, {fields}, {topFields}',
    ],
    ['a placeholder in a header', { headers: { x: '{key}' } }, '.headers.x', '{key} does not exist here; no placeholder does'],
    ['broken JSONata in the body', { body: { jsonata: '$keys.(' } }, '.body.jsonata', expect.stringMatching(/^not a JSONata/)],
    ['broken JSONata for the rows', { rows: { jsonata: '(' } }, '.rows.jsonata', expect.stringMatching(/^not a JSONata/)],
  ])('a read with %s is a fault', (_, change, path, message) => {
    expect(faultsOfRead(change)).toContainEqual({ path: `entities.contact.read${path}`, message });
  });

  test.each([
    ['no match', { match: undefined }, '.match', 'missing; expected a string'],
    [
      'many values and no match',
      { query: { q: '{values}' }, batch: 5, match: 'none' },
      '.match',
      'with {values} each row must show which value it belongs to, got none',
    ],
    ['a size and no paging', { query: { q: '{value}', n: '{size}' } }, '.paging', 'missing; with {size} expected how the source continues'],
    ['a place in the path', { get: '/x/{at}' }, '.get', expect.stringMatching(/^\{at\} does not exist here; there are \{value\}/)],
    ['paging and no place', { paging: { offset: true } }, '.paging', 'the request must use {at}, or every page would be the first'],
    [
      'two ways to know the last page',
      { query: { q: '{value}', p: '{at}' }, paging: { page: { pages: 'p', more: 'm' } } },
      '.paging.page',
      'expected only one of "pages", "more", "next"',
    ],
  ])('a find with %s is a fault', (_, change, path, message) => {
    expect(faultsOfFind(change)).toContainEqual({ path: `entities.contact.find.email${path}`, message });
  });

  test('a filter that does not use its value is a fault', () => {
    expect(faultsOf({ entities: { contact: { list: { get: '/x', filters: { city: { term: ['city', '{value}'] } } } } } })).toEqual([
      { path: 'entities.contact.list.filters.city.term', message: 'the request must use {filters}, or the term would go nowhere' },
    ]);
    expect(faultsOf({ entities: { contact: { list: { get: '/x', filters: { city: { query: { city: 'Paris' } } } } } } })).toEqual([
      { path: 'entities.contact.list.filters.city', message: 'the filter must use {value}, or it would filter by nothing' },
    ]);
  });

  test('a key pattern that is not a regular expression is a fault', () => {
    expect(faultsOf({ entities: { contact: { keyPattern: '[', read } } })).toMatchObject([{ path: 'entities.contact.keyPattern' }]);
  });

  test.each(['https://u:p@x', 'https://x?a=1', 'https://x/#a'])('the base address %j is a fault', (baseUrl) => {
    expect(faultsOf({ settings: { baseUrl }, entities: { contact: { read } } })).toMatchObject([{ path: 'baseUrl' }]);
  });

  test('a TLS file that cannot be read, and a certificate without its key, are faults', () => {
    expect(faultsOf({ settings: { tls: { ca: 'no-such.pem' } }, entities: { contact: { read } } })).toMatchObject([
      { path: 'tls.ca', message: expect.stringMatching(/^cannot be read: ENOENT/) },
    ]);
    expect(faultsOf({ settings: { tls: { cert: 'c.pem' } }, entities: { contact: { read } } })).toEqual([
      { path: 'tls', message: 'expected "cert" and "key" together' },
    ]);
  });
});
