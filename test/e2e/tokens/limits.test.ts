import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsDuring, inStore, startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';
import { askWith, issueFor, lineOf, type TestToken } from '../../fixtures/issuing.ts';

let company: TestCompany;
let line: ReturnType<typeof lineOf>;
beforeAll(async () => {
  const limits = 'limits: { rate: { requests: 30, per: 1h }, quota: { requests: 1000, per: 1d } }';
  company = await startCompany({ edit: { 'customer360.yaml': (text) => text.replace(/limits: .*/, limits).replace('self: { fields: all,', 'self: { limits: { client: { requests: 3, per: 1h } }, fields: all,') } });
  line = lineOf(company.gateway);
});
afterAll(() => company.stop());

const ask = (token: Pick<TestToken, 'token'>): Promise<Answered> => askWith(company.gateway, token);
/** Asks several times, one after the other. */
async function askOften(token: Pick<TestToken, 'token'>, times: number): Promise<readonly Answered[]> {
  const answers: Answered[] = [];
  for (let nth = 0; nth < times; nth += 1) answers.push(await ask(token));
  return answers;
}
const statusesOf = (answers: readonly Answered[]): readonly number[] => answers.map(({ status }) => status);
const acme = { sub: 'acme', kind: 'partner', roles: ['partner-acme'], scope: 'customer:read', purposes: ['partner.share.acme'], customers: ['10001'], view: 'acme' };

describe('limits', () => {
  test('are told in each answer, as far as there are any', async () => {
    const { headers } = await ask(await issueFor(line));
    expect(headers.get('ratelimit-policy')).toBe('"rate";q=30;w=3600, "quota";q=1000;w=86400');
    expect(headers.get('ratelimit')).toMatch(/^"rate";r=29;t=3600, "quota";r=999;t=\d+$/);
    const staff = await company.gateway.ask('{ sources { key } }');
    expect([staff.status, staff.headers.get('ratelimit'), staff.headers.get('ratelimit-policy')]).toEqual([200, null, null]);
  });

  test('refuse what is beyond the rate of a token, with 429 and when to come again, and cost no source and no audit entry', async () => {
    const token = await issueFor(line, '--rate', '3/1h');
    expect(statusesOf(await askOften(token, 3))).toEqual([200, 200, 200]);
    // Outcomes follow by themselves, a little later.
    const entries = (): unknown => inStore(company.gateway, "SELECT count(*) AS count FROM audit_entry WHERE kind = 'disclosure'")[0]?.['count'];
    const before = entries();
    let refused: Answered | undefined;
    expect(await callsDuring(company, async () => {
      refused = await ask(token);
    })).toEqual({});
    expect(entries()).toBe(before);
    expect(refused).toMatchObject({ status: 429, data: undefined, errors: [{ message: expect.stringContaining('Retry-After'), extensions: { code: 'RATE_LIMITED' } }] });
    expect(refused?.headers.get('retry-after')).toMatch(/^3[56]\d\d$/);
    expect(refused?.headers.get('ratelimit-policy')).toBe('"rate";q=30;w=3600, "token-rate";q=3;w=3600, "quota";q=1000;w=86400');
    expect(refused?.headers.get('ratelimit')).toMatch(/^"rate";r=26;t=\d+, "token-rate";r=0;t=\d+$/);
    // Another token of the same partner is counted by itself.
    expect((await ask(await issueFor(line))).status).toBe(200);
  });

  test('do not keep from the holder of a token that it was revoked', async () => {
    const [token, other] = [await issueFor(line, '--rate', '1/1h'), await issueFor(line, '--rate', '1/1h')];
    expect(statusesOf([...await askOften(token, 1), ...await askOften(other, 2)])).toEqual([200, 200, 429]);
    for (const { id } of [token, other]) expect(await line.run('token', 'revoke', '--id', id)).toMatchObject({ code: 0 });
    expect(statusesOf(await askOften(token, 2))).toEqual([401, 401]);
    // Of this one it was asked a moment ago, and is not asked again for each request that is refused anyway.
    for (let last = 429; last !== 401;) ({ status: last } = await ask(other));
  }, 60_000);

  test('refuse what is beyond the quota of a token', async () => {
    const token = await issueFor(line, '--quota', '4/30d');
    expect(statusesOf(await askOften(token, 6))).toEqual([200, 200, 200, 200, 429, 429]);
    expect((await ask(token)).headers.get('ratelimit')).toMatch(/"token-quota";r=0;t=\d+$/);
  });

  test('of an audience hold for other issuers` tokens, by their id', async () => {
    const { issuer } = company.gateway;
    const token = issuer.token({ ...acme, jti: randomUUID() });
    expect(statusesOf(await askOften({ token }, 32))).toEqual([...Array.from({ length: 30 }, () => 200), 429, 429]);
    expect((await ask({ token: issuer.token({ ...acme, jti: randomUUID() }) })).status).toBe(200);
  });

  test('of a client hold for all its tokens together, and for no other client', async () => {
    const { issuer } = company.gateway;
    const tokenOf = (client_id: string): Pick<TestToken, 'token'> => ({ token: issuer.token({ sub: 'kaethe', kind: 'customer', roles: ['customer'], purposes: ['service.support'], customers: ['10001'], jti: randomUUID(), client_id }) });
    const answers: Answered[] = [];
    for (let nth = 0; nth < 5; nth += 1) answers.push(await ask(tokenOf('portal')));
    expect(statusesOf(answers)).toEqual([200, 200, 200, 429, 429]);
    expect(answers[2]?.headers.get('ratelimit-policy')).toBe('"client";q=3;w=3600');
    expect(answers[4]?.headers.get('retry-after')).toMatch(/^3[56]\d\d$/);
    expect((await ask(tokenOf('app'))).status).toBe(200);
  });

  test('hold for the subject of tokens without an id, together', async () => {
    const { issuer } = company.gateway;
    const statuses: number[] = [];
    for (let nth = 0; nth < 31; nth += 1) statuses.push((await ask({ token: issuer.token({ ...acme, jti: undefined, sub: 'nameless', exp: Math.floor(Date.now() / 1000) + 600 + nth }) })).status);
    expect(statuses.at(-2)).toBe(200);
    expect(statuses.at(-1)).toBe(429);
  });

  test('that another issuer writes into its tokens mean nothing', async () => {
    const token = company.gateway.issuer.token({ ...acme, jti: randomUUID(), limits: { rate: { requests: 1, per: 60_000 } } });
    expect(statusesOf(await askOften({ token }, 2))).toEqual([200, 200]);
  });

  test('count nothing of a token that is not believed', async () => {
    const token = await issueFor(line, '--rate', '2/1h');
    const forged = { token: `${token.token.slice(0, -4)}AAAA` };
    expect(statusesOf(await askOften(forged, 3))).toEqual([401, 401, 401]);
    expect((await ask(forged)).headers.get('ratelimit')).toBeNull();
    expect(statusesOf(await askOften(token, 2))).toEqual([200, 200]);
  });

  test('that cannot be looked up admit nobody', async () => {
    const token = await issueFor(line);
    inStore(company.gateway, 'ALTER TABLE quota_use RENAME TO quota_gone');
    try {
      expect(await ask(token)).toMatchObject({ status: 503, errors: [{ extensions: { code: 'STORE_UNAVAILABLE', requestId: expect.any(String) } }] });
    } finally {
      inStore(company.gateway, 'ALTER TABLE quota_gone RENAME TO quota_use');
    }
    expect((await ask(token)).status).toBe(200);
  });
});
