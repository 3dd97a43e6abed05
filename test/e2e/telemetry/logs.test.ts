import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({ edit: { 'customer360.yaml': (text) => `${text}\ntelemetry: { accessLog: logs/access.log, decisionLog: logs/decisions.log }\n` } });
});
afterAll(() => company.stop());

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- lines have many shapes
async function lineOf(file: string, requestId: string | null): Promise<any> {
  for (;;) {
    const text = await readFile(join(company.gateway.folder, 'logs', file), 'utf8');
    const line = text.split('\n').filter((one) => one !== '').map((one) => JSON.parse(one)).find((one) => one.requestId === requestId);
    if (line !== undefined) return line;
    await new Promise((done) => setTimeout(done, 10));
  }
}

it('tells each request, and apart from it what was decided, by the same request id', async () => {
  const { headers } = await company.gateway.ask('query Who { customer(by: { number: "10002" }) { number phone } }', { token: company.gateway.issuer.caller('marketing') });
  const id = headers.get('x-request-id');
  expect(await lineOf('access.log', id)).toMatchObject({
    log: 'access', method: 'POST', path: '/graphql', status: 200, operation: 'Who', type: 'query', audience: 'internal', kind: 'staff', codes: ['UNAUTHORIZED_FIELD_OR_TYPE'],
  });
  expect(await lineOf('decisions.log', id)).toMatchObject({
    log: 'decisions', purpose: 'marketing.email', customers: 1, denied: ['Customer.phone'], decisions: expect.arrayContaining([expect.objectContaining({ decision: 'deny', reason: 'scope', count: 1 })]),
  });
});

it('gives every request an id, whatever it is answered with', async () => {
  for (const [path, init] of [['/nowhere', {}], ['/health/ready', {}], ['/webhooks/crm', { method: 'POST' }], ['/graphql', { method: 'POST' }]] as const) {
    const { headers, status } = await fetch(`${company.gateway.url}${path}`, { ...init, headers: { 'x-request-id': 'marker-id' } });
    expect(await lineOf('access.log', headers.get('x-request-id'))).toMatchObject({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/), status });
  }
});

it('names partners, and neither colleagues nor customers', async () => {
  const query = '{ customer(by: { number: "10002" }) { number } }';
  const { issuer } = company.gateway;
  const [partner, staff] = await Promise.all((['partner', 'support'] as const).map((name) => company.gateway.ask(query, { token: issuer.caller(name) })));
  expect(await lineOf('access.log', String(partner?.headers.get('x-request-id')))).toMatchObject({ kind: 'partner', client: 'acme' });
  expect(await lineOf('access.log', String(staff?.headers.get('x-request-id')))).not.toHaveProperty('client');
});

it('holds no token, no secret and nothing of a customer, wherever it was put', async () => {
  const token = company.gateway.issuer.caller('support');
  await fetch(`${company.gateway.url}/customers/10003?email=marker@post.example`, { headers: { authorization: `Bearer ${token}`, cookie: 'marker-cookie' } });
  await company.gateway.ask('query Of10003 { customer(by: { email: "marker@post.example" }) { number email } }', { token, headers: { 'x-purpose': 'marker-purpose', 'x-forwarded-for': 'marker-address' } });
  await company.crm.close();
  const { headers } = await company.gateway.ask('query Who { customer(by: { number: "10003" }) { number email } }', { token });
  await lineOf('access.log', headers.get('x-request-id'));
  await company.gateway.logged('a source call failed');
  const files = await Promise.all(['access.log', 'decisions.log'].map((file) => readFile(join(company.gateway.folder, 'logs', file), 'utf8')));
  const all = [...files, company.gateway.log()].join('\n').replaceAll(/"(time|milliseconds|waited)":[\d.]+|"requestId":"[^"]*"/g, '');
  for (const marker of ['10003', 'marker', token, token.split('.')[2] ?? '', 'crm-token', 'billing-key', 'k'.repeat(32), 'post.example']) expect(all).not.toContain(marker);
  const failed = company.gateway.log().split('\n').filter((line) => line.includes('a source call failed')).map((line) => JSON.parse(line));
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.every(({ requestId }) => typeof requestId === 'string' && requestId !== '')).toBe(true);
});
