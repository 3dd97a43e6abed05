import { afterEach, describe, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

const query = '{ customer(by: { number: "10001" }) { number } }';
let company: TestCompany | undefined;
afterEach(async () => {
  await company?.stop();
  company = undefined;
});

const startWith = async (cors: string): Promise<TestCompany> =>
  company = await startCompany({ edit: { 'customer360.yaml': (text) => text.replace(/^server:\n/m, `server:\n  cors: ${cors}\n`) } });

/** What a browser is told before it asks, and when it has asked. */
async function toldTo({ gateway }: TestCompany, origin: string): Promise<Readonly<Record<string, unknown>>> {
  const preflight = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' } });
  const answered = await gateway.ask(query, { headers: { origin } });
  const said = (headers: Headers): Readonly<Record<string, string>> => Object.fromEntries([...headers].filter(([name]) => name === 'vary' || name.startsWith('access-control-')));
  return { status: preflight.status, preflight: said(preflight.headers), answer: said(answered.headers), data: answered.data };
}

describe('where some origins are listed', () => {
  const allowed = {
    'access-control-allow-methods': 'GET, POST', 'access-control-max-age': '300',
    'access-control-allow-headers': 'authorization, content-type, x-purpose, apollo-require-preflight, x-apollo-operation-name, traceparent, tracestate',
  };
  const exposed = { 'access-control-expose-headers': 'x-request-id, retry-after, ratelimit, ratelimit-policy, www-authenticate' };

  test('their pages may ask, and pages of no other', async () => {
    const started = await startWith('{ origins: ["https://app.example", "http://localhost:5173"], maxAge: 5m }');
    for (const origin of ['https://app.example', 'http://localhost:5173']) {
      const own = { 'access-control-allow-origin': origin, vary: 'Origin' };
      expect(await toldTo(started, origin)).toEqual({ status: 204, preflight: { ...allowed, ...own }, answer: { ...exposed, ...own }, data: { customer: { number: '10001' } } });
    }
    for (const origin of ['https://app.example.evil.example', 'https://evil-app.example', 'http://app.example', 'https://app.example:8443', 'https://APP.example', 'https://sub.app.example', 'http://localhost', 'null', '*', '']) {
      expect([origin, await toldTo(started, origin)]).toEqual([origin, { status: 403, preflight: { vary: 'Origin' }, answer: { vary: 'Origin' }, data: { customer: { number: '10001' } } }]);
    }
  });

  test('what a browser keeps goes along only where that is said', async () => {
    const started = await startWith('{ origins: ["https://app.example"], credentials: true }');
    expect(await toldTo(started, 'https://app.example')).toMatchObject({ preflight: { 'access-control-allow-credentials': 'true' }, answer: { 'access-control-allow-credentials': 'true' } });
    expect(await toldTo(started, 'https://other.example')).toMatchObject({ preflight: { vary: 'Origin' }, answer: { vary: 'Origin' } });
  });
});

test('where all origins are, the answer is the same for each', async () => {
  const started = await startWith('{ origins: "*" }');
  const told = await toldTo(started, 'https://any.example');
  expect(told).toMatchObject({ status: 204, preflight: { 'access-control-allow-origin': '*' }, answer: { 'access-control-allow-origin': '*' } });
  expect(await toldTo(started, 'null')).toEqual(told);
});
