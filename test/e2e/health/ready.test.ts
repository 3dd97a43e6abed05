import { afterEach, describe, expect, test } from '@jest/globals';
import { serveCrm } from '../../../sample/crm.ts';
import type { Served } from '../../../sample/serve.ts';
import { companyTime, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { mongodbNeeds, startMongodb } from '../../fixtures/mongodb-server.ts';

interface Told {
  readonly status: number;
  readonly text: string;
  readonly body: { readonly status: string; readonly checks: Readonly<Record<string, string>>; readonly policyVersion: string };
}

async function ready({ gateway }: Pick<TestCompany, 'gateway'>): Promise<Told> {
  const response = await fetch(`${gateway.url}/health/ready`);
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) };
}

async function until(company: Pick<TestCompany, 'gateway'>, status: number): Promise<Told> {
  for (;;) {
    const told = await ready(company);
    if (told.status === status) return told;
    await new Promise((done) => setTimeout(done, 50));
  }
}

let started: TestCompany | undefined;
afterEach(() => started?.stop());
const start = async (setup: Parameters<typeof startCompany>[0]): Promise<TestCompany> => (started = await startCompany(setup));

/** The CRM is required, and left alone for a moment after its first failures. */
const requiring = { 'sources/crm.yaml': (text: string) => text.replace('region: EU', 'region: EU\nrequired: true').replace('deadline: 20s', 'deadline: 20s\n  retry: { attempts: 1 }\n  breaker: { failures: 2, openFor: 300ms }') };

describe('/health/ready', () => {
  test('tells what was looked at, and by which policies is decided', async () => {
    const company = await start({});
    expect(await ready(company)).toMatchObject({ status: 200, body: { status: 'ready', checks: { store: 'ok', audit: 'ok', sources: 'ok' }, policyVersion: expect.stringMatching(/^[0-9a-f]{16}$/) } });
  });

  test('says no while a required source is gone, and yes by itself when it is back, though nobody asks for customers meanwhile', async () => {
    const company = await start({ edit: requiring });
    expect(await ready(company)).toMatchObject({ status: 200 });
    await company.crm.close();
    for (let times = 0; times < 3; times += 1) await company.gateway.ask('{ customer(by: { number: "10002" }) { profile { name } } }');
    const { text, body } = await until(company, 503);
    expect(body).toMatchObject({ status: 'not ready', checks: { store: 'ok', sources: 'SOURCE_UNAVAILABLE' } });
    // Whoever asks has no token: no system, no address, no credential.
    for (const marker of ['crm', '127.0.0.1', 'ECONNREFUSED', 'crm-token']) expect(text).not.toContain(marker);
    await company.gateway.logged('"sources":{"crm":"SOURCE_UNAVAILABLE"},"msg":"not ready"');
    const back: Served = await serveCrm({ port: Number(new URL(company.crm.url).port), people: company.people, credentials: 'crm-token', clock: () => companyTime });
    try {
      await until(company, 200);
      await company.gateway.logged('"msg":"ready again"');
      expect((await company.gateway.ask('{ customer(by: { number: "10002" }) { number } }')).errors).toEqual([]);
    } finally {
      await back.close();
    }
  });

  test('says no from the start where a required source refuses the credentials', async () => {
    const company = await start({ edit: requiring, env: { CRM_TOKEN: 'another-token' } });
    const { status, text, body } = await ready(company);
    expect([status, body.checks]).toEqual([503, { store: 'ok', audit: 'ok', sources: 'SOURCE_UNAVAILABLE' }]);
    expect(text).not.toContain('another-token');
    expect(company.gateway.log()).not.toContain('another-token');
  });

  test('is not about sources that are not required', async () => {
    const company = await start({});
    await Promise.all([company.crm.close(), company.billing.close(), company.support.close()]);
    for (let times = 0; times < 6; times += 1) await company.gateway.ask('{ customer(by: { number: "10002" }) { profile { name } } }');
    expect(await ready(company)).toMatchObject({ status: 200, body: { checks: { sources: 'ok' } } });
  });

  test('asks a required source for what nobody has, and not for every question', async () => {
    const company = await start({ edit: requiring });
    const calls = (): number => [...company.crm.calls.values()].reduce((sum, count) => sum + count, 0);
    await Promise.all(Array.from({ length: 50 }, () => ready(company)));
    for (let times = 0; times < 20; times += 1) await ready(company);
    expect(calls()).toBeGreaterThan(0);
    expect(calls()).toBeLessThan(5);
  });

  const withMongodb = mongodbNeeds === undefined ? test : test.skip;
  withMongodb(`says no while the store is gone, without its address${mongodbNeeds === undefined ? '' : ` (needs ${mongodbNeeds})`}`, async () => {
    const server = await startMongodb();
    const url = server.url.replace(/\/?\?/, `/${server.database}?`);
    const company = await start({ edit: { 'customer360.yaml': (text) => text.replace(/sqlite: .*/, `mongodb: "${url}"`) } });
    expect((await ready(company)).status).toBe(200);
    await server.stop();
    const { text, body } = await until(company, 503);
    expect(body.checks).toEqual({ store: 'unavailable', audit: 'ok', sources: 'ok' });
    expect(text).not.toContain('127.0.0.1');
  }, 60_000);
});
