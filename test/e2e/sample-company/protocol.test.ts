import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsDuring, startCompany, type TestCompany } from '../../fixtures/company.ts';

const query = '{ customer(by: { number: "10001" }) { number } }';
const answer = { data: { customer: { number: '10001' } } };
let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
afterAll(() => company.stop());

/** Sends a request as it is, with a good token. */
async function send(path: string, init: RequestInit = {}): Promise<{ readonly status: number; readonly body: unknown; readonly headers: Headers }> {
  const { url, issuer } = company.gateway;
  const response = await fetch(url + path, { ...init, headers: { authorization: `Bearer ${issuer.caller('support')}`, ...Object.fromEntries(new Headers(init.headers)) } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text };
}

const post = (body: string, type: string | undefined = 'application/json'): ReturnType<typeof send> =>
  send('/graphql', { method: 'POST', body, headers: { 'content-type': type } });
const refusedWith = (code: string): unknown => ({ errors: [expect.objectContaining({ extensions: expect.objectContaining({ code }) })] });

describe('health', () => {
  test.each([['/health/live', 'live'], ['/health/ready', 'ready']])('%s is 200, without a token', async (path, status) => {
    const response = await fetch(company.gateway.url + path);
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 200, body: { status } });
  });

  test.each(['/', '/health', '/health/', '/graphql/', '/graphiql', '/graphql/../admin', '/metrics/x', '//graphql.example/graphql'])('there is nothing at %s', async (path) => {
    const { status, body } = await send(path);
    expect({ status, body }).toEqual({ status: 404, body: refusedWith('BAD_REQUEST') });
  });
});

describe('GraphQL over HTTP', () => {
  test('takes a query by POST', async () => {
    const { status, body, headers } = await post(JSON.stringify({ query }));
    expect({ status, body }).toEqual({ status: 200, body: answer });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('answers in the newer media type where it is asked for', async () => {
    const { headers, status } = await send('/graphql', {
      method: 'POST', body: JSON.stringify({ query }), headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/graphql-response+json; charset=utf-8']);
  });

  test('takes a query by GET from who shows that she is no web page', async () => {
    const parameters = new URLSearchParams({ query: 'query ($number: String) { customer(by: { number: $number }) { number } }', variables: '{"number":"10001"}' });
    const { status, body } = await send(`/graphql?${parameters}`, { headers: { 'apollo-require-preflight': 'yes' } });
    expect({ status, body }).toEqual({ status: 200, body: answer });
    expect((await send(`/graphql?${parameters}`)).status).toBe(400);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses a POST of %s, which any web page could make a browser send',
    async (type) => {
      const { status, body } = await post(JSON.stringify({ query }), type);
      expect({ status, body }).toEqual({ status: 415, body: refusedWith('BAD_REQUEST') });
    },
  );

  test('refuses several operations in one request', async () => {
    const { status, body } = await post(JSON.stringify([{ query }, { query }]));
    expect({ status, body }).toEqual({ status: 400, body: refusedWith('BAD_REQUEST') });
  });

  test.each([
    ['no JSON', '{ "query": '],
    ['an empty body', ''],
    ['no query', '{}'],
    ['a query that is no text', '{"query": 5}'],
    ['variables that are no object', JSON.stringify({ query, variables: 'x' })],
    ['null', 'null'],
  ])('answers %s with 400', async (_, body) => {
    const answered = await post(body);
    expect({ status: answered.status, body: answered.body }).toEqual({ status: 400, body: refusedWith('BAD_REQUEST') });
  });

  test('answers what is not UTF-8 with 400', async () => {
    const { status } = await send('/graphql', { method: 'POST', body: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), headers: { 'content-type': 'application/json' } });
    expect(status).toBe(400);
  });

  test('answers a body that is too large with 413', async () => {
    const { status, body } = await post(JSON.stringify({ query, padding: 'x'.repeat(1024 * 1024) }));
    expect({ status, body }).toEqual({ status: 413, body: refusedWith('BAD_REQUEST') });
  });

  test('answers a body that turns out too large with 413', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(64 * 1024));
    let left = 20;
    const stream = new ReadableStream({
      pull(controller) {
        if (left === 0) controller.close();
        else controller.enqueue(chunk);
        left -= 1;
      },
    });
    const init = { method: 'POST', body: stream, duplex: 'half', headers: { 'content-type': 'application/json' } } as RequestInit;
    // The answer may come while the body is still being sent, and then the connection is closed under it.
    const status = await send('/graphql', init).then((answered) => answered.status, () => 413);
    expect(status).toBe(413);
  });

  test.each([
    ['that is not GraphQL', 'customer(', 'GRAPHQL_PARSE_FAILED'],
    ['of a field that is not there', '{ customer(by: { number: "1" }) { salary } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['of an argument of another type', '{ customer(by: { number: 1 }) { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['that would change something', 'mutation { deleteCustomer(id: 1) { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['that never ends', 'subscription { customer { id } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['that never ends, by the name of what a customer pays for', 'subscription { status }', 'GRAPHQL_VALIDATION_FAILED'],
    ['of two operations, none named', 'query A { __typename } query B { __typename }', 'OPERATION_RESOLUTION_FAILURE'],
  ])('refuses a document %s', async (_, document, code) => {
    const { status, body } = await post(JSON.stringify({ query: document }));
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(JSON.stringify(body)).not.toMatch(/stack|node_modules|\.ts/);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('knows no %s, whatever its headers', async (method) => {
    const body = JSON.stringify({ query });
    for (const init of [{ body, headers: { 'content-type': 'application/json' } }, { body, headers: { 'content-type': 'text/plain' } }, {}]) {
      const refused = await send('/graphql', { method, ...init });
      expect({ status: refused.status, allow: refused.headers.get('allow'), body: refused.body }).toEqual({ status: 405, allow: 'GET, POST', body: refusedWith('BAD_REQUEST') });
    }
  });

  test('knows no HEAD', async () => {
    const response = await fetch(`${company.gateway.url}/graphql`, { method: 'HEAD', headers: { authorization: `Bearer ${company.gateway.issuer.caller('support')}` } });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });
});

describe('limits', () => {
  const nested = (levels: number): string =>
    `{ customer(by: { number: "10001" }) { ${'... on Customer { '.repeat(levels)} number ${'} '.repeat(levels)} } }`;
  const doubling = (levels: number): string =>
    `{ customer(by: { number: "10001" }) { ...f0 } }
     ${Array.from({ length: levels }, (_, at) => `fragment f${at} on Customer { a${at}: profile { ...g${at} } b${at}: profile { ...g${at} } ...f${at + 1} } fragment g${at} on Profile { name givenName familyName }`).join('\n')}
     fragment f${levels} on Customer { number }`;

  let wide: TestCompany;
  beforeAll(async () => {
    // What is counted of a document as it is written lets through what is to be counted here.
    wide = await startCompany({ edit: { 'customer360.yaml': (text) => `${text}\nlimits: { aliases: 4000, rootFields: 100 }\n` } });
  }, 30_000);
  afterAll(() => wide.stop());

  test('fragments within fragments are no depth', async () => {
    const { status, body } = await post(JSON.stringify({ query: nested(50) }));
    expect({ status, body }).toEqual({ status: 200, body: answer });
  });

  test('more fields than allowed are refused, whether they are written out or spread', async () => {
    const written = `{ customer(by: { number: "10001" }) { ${Array.from({ length: 1300 }, (_, at) => `a${at}: number`).join(' ')} } }`;
    const many = Array.from({ length: 30 }, (_, at) => `c${at}: customer(by: { number: "10001" }) { ...all }`).join(' ');
    const spread = `{ ${many} } fragment all on Customer { ${Array.from({ length: 70 }, (_, at) => `a${at}: number`).join(' ')} }`;
    expect(await wide.gateway.ask(written)).toMatchObject({ status: 200 });
    expect(await wide.gateway.ask(spread)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'COST_LIMIT_EXCEEDED', limit: 'fields', allowed: 2000 } }] });
  });

  test('fragments that multiply are refused while they are counted', async () => {
    // Written out these would be millions of fields.
    const levels = 7;
    const fragment = (at: number): string =>
      `fragment f${at} on Ticket { ${Array.from({ length: 8 }, (_, alias) => `x${at}${alias}: source { ...s${at} }`).join(' ')} ...f${at + 1} }
       fragment s${at} on SourceSystem { ${Array.from({ length: 40 }, (_, alias) => `y${alias}: key`).join(' ')} }`;
    const document = `{ customer(by: { number: "10001" }) { tickets { edges { node { ...f0 } } } } }
      ${Array.from({ length: levels }, (_, at) => fragment(at)).join('\n')} fragment f${levels} on Ticket { name }`;
    expect(await wide.gateway.ask(document)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'COST_LIMIT_EXCEEDED', limit: 'fields', allowed: 2000 } }] });
    expect(await wide.gateway.ask(doubling(20))).toMatchObject({ status: 200 });
  });

  test('a document with too many tokens is not parsed to its end', async () => {
    const { status, body } = await post(JSON.stringify({ query: `{ ${'a '.repeat(5000)} }` }));
    expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] } });
  });
});

describe('a deployment\'s own limits', () => {
  let narrow: TestCompany;
  beforeAll(async () => {
    const limits = 'limits: { depth: 5, fields: 8, first: 3, keys: 2, tokens: 60 }';
    narrow = await startCompany({ edit: { 'customer360.yaml': (text) => `${text}\n${limits}\n` } });
  }, 30_000);
  afterAll(() => narrow.stop());

  test.each([
    ['too deep', '{ customer(by: { number: "10001" }) { tickets(first: 1) { edges { node { source { key } } } } } }', 'COST_LIMIT_EXCEEDED'],
    ['too deep in a fragment', '{ customer(by: { number: "10001" }) { ...t } } fragment t on Customer { tickets(first: 1) { edges { node { source { key } } } } }', 'COST_LIMIT_EXCEEDED'],
    ['too wide', '{ customer(by: { number: "10001" }) { a: id b: id c: id d: id e: id f: id g: id h: id } }', 'COST_LIMIT_EXCEEDED'],
    ['too long', `{ customer(by: { number: "10001" }) { ${'id '.repeat(60)} } }`, 'GRAPHQL_PARSE_FAILED'],
  ])('refuse a query that is %s before anything is asked', async (_, document, code) => {
    const calls = await callsDuring(narrow, async () => {
      expect(await narrow.gateway.ask(document)).toMatchObject({ status: 400, data: undefined, errors: [{ extensions: { code } }] });
    });
    expect(calls).toEqual({});
  });

  test.each([
    ['customer(by: { number: "10001" }) { tickets(first: 4) { edges { cursor } } }', ['first']],
    ['customersBy(keys: [{ number: "1" }, { number: "2" }, { number: "3" }]) { id }', ['keys']],
  ])('hold for %s', async (field, argumentPath) => {
    const { errors } = await narrow.gateway.ask(`{ ${field} }`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath } }]);
  });

  test('leave the rest alone', async () => {
    const { status, errors } = await narrow.gateway.ask('{ customer(by: { number: "10001" }) { tickets(first: 3) { edges { node { name } } } } }');
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
  });
});
