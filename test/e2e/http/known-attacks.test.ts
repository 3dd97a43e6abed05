import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsDuring, startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
afterAll(() => company.stop());

type Sender = 'support' | 'partner' | 'customer' | undefined;
interface Told {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function send(sender: Sender, init: RequestInit, search = ''): Promise<Told> {
  const response = await fetch(`${company.gateway.url}/graphql${search}`, {
    ...init, headers: { ...(sender === undefined ? {} : { authorization: `Bearer ${company.gateway.issuer.caller(sender)}` }), ...Object.fromEntries(new Headers(init.headers)) },
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const post = (sender: Sender, body: unknown): Promise<Told> =>
  send(sender, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const times = (count: number, text: (at: number) => string): string => Array.from({ length: count }, (_, at) => text(at)).join(' ');
const one = 'customer(by: { number: "10001" })';

/** The answer without data, and with one error: what multiplies errors is an attack of its own. */
function isRefused({ status, text }: Told): void {
  const { data, errors } = JSON.parse(text);
  expect({ status, data, errors: errors.length }).toEqual({ status: expect.any(Number), data: undefined, errors: 1 });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(text.length).toBeLessThan(1000);
}

describe('the checks of graphql-cop', () => {
  test('alias overloading: a hundred of one field', async () => {
    isRefused(await post('support', { query: `query cop { ${times(101, (at) => `alias${at}: __typename`)} }` }));
  });

  test('array-based batching', async () => {
    isRefused(await post('support', Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' }))));
  });

  test('field duplication: one field five hundred times', async () => {
    isRefused(await post('support', { query: `query cop { ${times(500, () => '__typename')} }` }));
  });

  test('directive overloading', async () => {
    isRefused(await post('support', { query: `query cop { __typename ${times(10, () => '@aa')} }` }));
  });

  test('circular introspection', async () => {
    isRefused(await post('support', { query: 'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }' }));
  });

  test('introspection, by those who may not', async () => {
    for (const sender of [undefined, 'partner'] as const) isRefused(await post(sender, { query: 'query cop { __schema { types { name fields { name } } } }' }));
  });

  test('field suggestions, to those who may not see the schema', async () => {
    const told = await post('partner', { query: 'query cop { __schema { directive } }' });
    expect(told.status).toBe(400);
    expect(told.text).not.toMatch(/did you mean/i);
    const near = await post('partner', { query: '{ custome(by: { number: "10001" }) { numbe } }' });
    expect(near.text).not.toMatch(/did you mean|"customer"/i);
  });

  test.each(['/graphiql', '/playground', '/console', '/graphql/console', '/altair', '/'])('no page to try queries on at %s', async (path) => {
    const response = await fetch(company.gateway.url + path, { headers: { accept: 'text/html' } });
    expect({ status: response.status, html: (await response.text()).includes('<') }).toEqual({ status: 404, html: false });
  });

  test('no page to try queries on at /graphql', async () => {
    const told = await send('support', { headers: { accept: 'text/html' } });
    expect({ status: told.status, html: /<html|graphiql|playground/i.test(told.text) }).toEqual({ status: 400, html: false });
  });

  test('a query by GET, from a page that needs no leave', async () => {
    isRefused(await send('support', {}, `?query=${encodeURIComponent('query cop { __typename }')}`));
  });

  test('a mutation by GET', async () => {
    for (const headers of [{}, { 'apollo-require-preflight': 'yes' }, { 'content-type': 'application/json' }]) {
      isRefused(await send('support', { headers }, `?query=${encodeURIComponent('mutation cop { __typename }')}`));
    }
  });

  test.each([['query cop { __typename }'], ['mutation cop { __typename }']])('a form that another site`s page sends: %s', async (query) => {
    isRefused(await send('support', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ query }).toString() }));
  });

  test('tracing', async () => {
    const told = await post('support', { query: 'query cop { __typename }' });
    expect(JSON.parse(told.text)).toEqual({ data: { __typename: 'Query' } });
    const asked = await send('support', { method: 'POST', headers: { 'content-type': 'application/json', 'apollo-federation-include-trace': 'ftv1', 'x-apollo-tracing': '1' }, body: JSON.stringify({ query: '{ __typename }' }) });
    expect(JSON.parse(asked.text)).toEqual({ data: { __typename: 'Query' } });
  });

  test('unhandled errors: what is wrong names no file, line or function of ours', async () => {
    for (const body of [{ query: 'qwerty cop { abc }' }, { query: 'query { abc' }, { query: '\u0000' }, { query: `{ ${one} { id } }`, variables: [] }, { query: 5 }]) {
      const told = await post('support', body);
      isRefused(told);
      expect(told.text).not.toMatch(/exception|stack|node_modules|\.[jt]s\b/i);
    }
  });
});

describe('the denial of service of DVGA', () => {
  test.each<[string, unknown]>([
    ['batches of queries', Array.from({ length: 100 }, () => ({ query: `{ ${one} { number } }` }))],
    ['circles, which the schema has not', { query: `{ ${one} { provenance { ${times(20, () => 'alternatives { source {')} key ${times(20, () => '} }')} } } }` }],
    ['what costs much, many times', { query: `{ ${times(25, (at) => `a${at}: customersBy(keys: [${times(100, (key) => `{ number: "${10001 + key}" }`)}]) { tickets(first: 100) { edges { node { comments(first: 100) { edges { node { body } } } } } } }`)} }` }],
    ['lists of lists', { query: `{ ${one} { ${times(6, (at) => `t${at}: tickets(first: 100) { edges { node { comments(first: 100) { edges { node { body } } } } } }`)} } }` }],
    ['duplicated fields', { query: `{ ${one} { ${times(1000, () => 'number')} } }` }],
    ['aliases', { query: `{ ${times(200, (at) => `a${at}: ${one} { number }`)} }` }],
    ['circular fragments', { query: `{ ${one} { ...A } } fragment A on Customer { ...B } fragment B on Customer { ...A }` }],
    ['a circular fragment', { query: `{ ${one} { ...A } } fragment A on Customer { number ...A }` }],
  ])('is refused before a system is asked: %s', async (_, body) => {
    const calls = await callsDuring(company, async () => {
      const { status, text } = await post('support', body);
      const { data, errors } = JSON.parse(text);
      expect({ status, data, some: errors.length > 0 }).toEqual({ status: 400, data: undefined, some: true });
    });
    expect(calls).toEqual({});
    expect((await post('support', { query: `{ ${one} { number } }` })).status).toBe(200);
  });
});

describe('the information that leaks from DVGA', () => {
  const json = { 'content-type': 'application/json' };
  test.each<[string, () => Promise<Told>]>([
    ['a document that does not parse', () => post('support', { query: '{' })],
    ['a document that is a tree', () => post('support', { query: { kind: 'Document', definitions: [] } })],
    ['a tree, from who may send only ids', () => post('partner', { query: { kind: 'Document', definitions: [] } })],
    ['an object without a document', () => post('support', {})],
    ['an empty body', () => send('support', { method: 'POST', headers: json, body: '' })],
    ['a body without a type', () => send('support', { method: 'POST', body: new Uint8Array(2) })],
    ['a form', () => send('support', { method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) })],
    ['a form with a word that it is none', () => send('support', { method: 'POST', headers: { 'apollo-require-preflight': 'yes' }, body: new URLSearchParams({ query: '{ __typename }' }) })],
    ['a query by GET, from a page that needs no leave', () => send('support', {}, '?query={__typename}')],
    ['a GET of another type', () => send('support', { headers: { 'content-type': 'text/plain' } }, '?query={__typename}')],
    ['a mutation by GET', () => send('support', { headers: json }, '?query=mutation{__typename}')],
    ['several at once', () => post('support', [{ query: '{ __typename }' }])],
    ['PUT', () => send('support', { method: 'PUT', headers: json, body: '{}' })],
    ['DELETE without a type', () => send('support', { method: 'DELETE' })],
    ['an answer of a type that is not there', () => send('support', { method: 'POST', headers: { ...json, accept: 'text/html' }, body: JSON.stringify({ query: '{ __typename }' }) })],
  ])('neither a header nor an error tells of the software: %s', async (_, ask) => {
    const { status, headers, text } = await ask();
    expect({ refused: status >= 400 && status < 500, code: JSON.parse(text).errors[0].extensions.code }).toEqual({ refused: true, code: expect.stringMatching(/^(BAD_REQUEST|GRAPHQL_PARSE_FAILED|PERSISTED_QUERY_NOT_IN_LIST)$/) });
    expect([...headers].filter(([name, value]) => /server|powered|version/i.test(name) || /apollo|node|express/i.test(value))).toEqual([]);
    expect(text).not.toMatch(/apollo|node|express/i);
  });

  test('a field that holds an address of ours fetches nothing', async () => {
    const calls = await callsDuring(company, async () => {
      isRefused(await post('support', { query: `{ importPaste(host: "${new URL(company.crm.url).host}", port: 80, path: "/", scheme: "http") { result } }` }));
    });
    expect(calls).toEqual({});
  });

  test.each(["10001' OR '1'='1", '10001"; DROP TABLE link; --', '10001 || true', '{"$gt":""}', '../../etc/passwd', '10001%00', '*'])('a number that is %s finds nobody', async (number) => {
    const { status, text } = await post('support', { query: 'query ($number: String) { customer(by: { number: $number }) { number } }', variables: { number } });
    expect({ status, data: JSON.parse(text).data }).toEqual({ status: 200, data: { customer: null } });
  });
});

describe('the authorization that is missing in DVGA', () => {
  const dataOf = ({ text }: Told): unknown => JSON.parse(text).data;

  test.each(['', 'Bearer', 'Bearer null', 'Bearer undefined', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.', 'Basic YWRtaW46YWRtaW4='])('a token that is %j is nobody`s', async (authorization) => {
    const told = await send(undefined, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ query: `{ ${one} { number } }` }) });
    expect({ status: told.status, data: dataOf(told) }).toEqual({ status: 401, data: undefined });
  });

  test('neither another name of an operation, a cookie nor a header makes her somebody else', async () => {
    const query = 'query getPastes { customer(by: { number: "10002" }) { number email } }';
    for (const headers of [{ cookie: 'env=graphiql:enable; role=admin' }, { 'x-user': 'admin' }, { 'x-forwarded-for': '127.0.0.1' }, { 'x-original-url': '/admin' }, { 'x-http-method-override': 'PUT' }]) {
      const told = await send('customer', { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ query, operationName: 'getPastes', role: 'admin' }) });
      expect(dataOf(told)).toEqual({ customer: null });
    }
  });

  test('what is denied under its name is denied under another, in a fragment and beside what is permitted', async () => {
    for (const query of [
      `{ ${one} { number balance: billing { balance } } }`, `{ ${one} { number ...F } } fragment F on Customer { billing { balance } }`, `{ ${one} { number ... on Customer @include(if: true) { x: billing { balance } } } }`,
    ]) {
      const told = await post('partner', { query });
      expect({ status: told.status, leaks: told.text.includes('balance":"') }).toEqual({ status: 400, leaks: false });
    }
  });
});
