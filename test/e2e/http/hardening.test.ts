import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

const about = (number: string): string => `{ customer(by: { number: "${number}" }) { number profile { name } tickets(first: 1) { edges { cursor } } } }`;
const query = about('10001');

/** Settings for `server`, put into the sample company's. */
const withServer = (settings: string): Parameters<typeof startCompany>[0] => ({ edit: { 'customer360.yaml': (text) => text.replace(/^server:\n/m, `server:\n${settings}\n`) } });

/** Sends some bytes and gives all that comes back until the gateway closes the connection. */
async function untilClosed(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk: Buffer) => void (answer += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

describe('by default', () => {
  let company: TestCompany;
  beforeAll(async () => {
    company = await startCompany();
  }, 30_000);
  afterAll(() => company.stop());

  const send = (path: string, init: RequestInit = {}): Promise<Response> => fetch(company.gateway.url + path, init);
  const asSupport = (): Readonly<Record<string, string>> => ({ authorization: `Bearer ${company.gateway.issuer.caller('support')}`, 'content-type': 'application/json' });

  test.each<[string, number, () => Promise<Response>]>([
    ['an answer', 200, () => send('/graphql', { method: 'POST', headers: asSupport(), body: JSON.stringify({ query }) })],
    ['a refused document', 400, () => send('/graphql', { method: 'POST', headers: asSupport(), body: JSON.stringify({ query: '{ salary }' }) })],
    ['what is no GraphQL', 400, () => send('/graphql', { method: 'POST', headers: asSupport(), body: '{' })],
    ['a request without a token', 401, () => send('/graphql', { method: 'POST' })],
    ['what is not there', 404, () => send('/admin')],
    ['an empty body', 400, () => send('/graphql', { method: 'POST', headers: asSupport(), body: '' })],
    ['what another site`s page could send', 400, () => send('/graphql?query={__typename}', { headers: { authorization: asSupport()['authorization'] ?? '' } })],
    ['what another site`s form could send', 415, () => send('/graphql', { method: 'POST', headers: { ...asSupport(), 'content-type': 'text/plain' }, body: JSON.stringify({ query }) })],
    ['another method', 405, () => send('/graphql', { method: 'DELETE', headers: asSupport() })],
    ['another method with a body', 405, () => send('/graphql', { method: 'PUT', headers: asSupport(), body: JSON.stringify({ query }) })],
    ['health', 200, () => send('/health/ready')],
  ])('%s has the headers that keep it out of caches, frames and guesses, and none that names the software', async (_, status, ask) => {
    const response = await ask();
    expect({ status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() }).toEqual({
      status,
      headers: expect.objectContaining({
        'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff',
      }),
      text: expect.not.stringMatching(/apollo|node_modules|stacktrace|at .*\.[jt]s:\d/i),
    });
    expect([...response.headers.keys()].filter((name) => /^(server|x-powered-by|via|strict-transport-security|access-control-.*)$/.test(name))).toEqual([]);
  });

  test('the key set may be kept and read by others', async () => {
    expect((await send('/.well-known/jwks.json')).headers.get('cache-control')).toBe('public, max-age=300');
  });

  test.each(['https://app.example', 'null', 'http://127.0.0.1:4000'])('no page of %s may ask', async (origin) => {
    const preflight = await send('/graphql', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    expect({ status: preflight.status, allowed: preflight.headers.get('access-control-allow-origin') }).toEqual({ status: 401, allowed: null });
    const answered = await company.gateway.ask(query, { headers: { origin } });
    expect({ status: answered.status, allowed: answered.headers.get('access-control-allow-origin') }).toEqual({ status: 200, allowed: null });
  });

  test.each<[string, string]>([
    ['headers that are too long', `x-padding: ${'x'.repeat(20_000)}\r\n`],
    ['headers that are too long together', Array.from({ length: 1000 }, (_, at) => `x-padding-${at}: ${'x'.repeat(20)}\r\n`).join('')],
  ])('%s are 431', async (_, headers) => {
    expect(await untilClosed(company.gateway.url, `GET /health/live HTTP/1.1\r\nhost: gateway\r\n${headers}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test.each<[string, string]>([
    ['what is no HTTP', 'HELLO\r\n\r\n'],
    ['a body of two lengths', 'POST /graphql HTTP/1.1\r\nhost: gateway\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['no host', 'GET /health/live HTTP/1.1\r\nconnection: close\r\n\r\n'],
  ])('%s is 400 without a word on what answers', async (_, bytes) => {
    const answer = await untilClosed(company.gateway.url, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).not.toMatch(/node|server:/i);
  });
});

/** A request that says how long its body is, and never sends the end of it. */
const unfinished = ({ gateway }: TestCompany): string => (
  `POST /graphql HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${gateway.issuer.caller('support')}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"query":`
);

describe('who is slow', () => {
  let company: TestCompany;
  beforeAll(async () => {
    company = await startCompany(withServer('  headersTimeout: 1s\n  requestTimeout: 1500ms'));
  }, 30_000);
  afterAll(() => company.stop());

  test.each<[string, () => string]>([
    ['with the request', () => 'POST /graph'],
    ['with the headers', () => 'POST /graphql HTTP/1.1\r\nhost: gateway\r\nx-a: b\r\n'],
    ['with the body', () => unfinished(company)],
  ])('%s is not waited for', async (_, bytes) => {
    expect(await untilClosed(company.gateway.url, bytes())).toMatch(/^HTTP\/1\.1 408 /);
    expect((await company.gateway.ask(query)).status).toBe(200);
    expect(company.gateway.log()).toBe('');
  });
});

test('a body is waited for no longer than an answer may take, and who is slow to send it takes nobody\'s place', async () => {
  const maxInFlight = 2;
  const company = await startCompany({ edit: { 'customer360.yaml': (text) => text.replace(/requestDeadline: .*/, `requestDeadline: 3s\n  requestTimeout: 1h\n  maxInFlight: ${maxInFlight}`) } });
  try {
    const slow = Array.from({ length: 3 * maxInFlight }, () => untilClosed(company.gateway.url, unfinished(company)));
    const ended = new AbortController();
    void Promise.race(slow).then(() => ended.abort());
    let answered = 0;
    while (!ended.signal.aborted) {
      expect((await company.gateway.ask(query)).status).toBe(200);
      answered += 1;
    }
    expect(answered).toBeGreaterThan(1);
    for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*within 3000 ms/);
  } finally {
    await company.stop();
  }
}, 60_000);

describe('more than can be worked on', () => {
  let company: TestCompany;
  beforeAll(async () => {
    company = await startCompany({ ...withServer('  maxInFlight: 2'), latency: 1500 });
  }, 30_000);
  afterAll(() => company.stop());

  test('is refused at once with 503, health answers, and what was begun is answered', async () => {
    const first: ReturnType<typeof company.gateway.ask>[] = [];
    for (const number of ['10001', '10002']) {
      first.push(company.gateway.ask(about(number)));
      while ([...company.crm.calls.values()].reduce((sum, count) => sum + count, 0) < first.length) await new Promise((resolve) => setImmediate(resolve));
    }
    const refused = await Promise.all(Array.from({ length: 5 }, () => company.gateway.ask(query)));
    for (const { status, headers, errors } of refused) {
      // And the connection is good for more.
      expect({ status, retry: headers.get('retry-after'), connection: headers.get('connection'), errors }).toMatchObject({ status: 503, retry: '1', connection: 'keep-alive', errors: [{ extensions: { code: 'OVERLOADED' } }] });
    }
    expect((await fetch(`${company.gateway.url}/health/ready`)).status).toBe(200);
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await company.gateway.ask(query)).status).toBe(200);
  });
});
