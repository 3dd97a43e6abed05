import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { says } from '../../fixtures/faulty-answers.ts';
import { startFaultyCompany, type FaultyCompany } from '../../fixtures/faulty-company.ts';
import { passOn } from '../../fixtures/faulty-proxy.ts';
import type { Answered } from '../../fixtures/gateway.ts';

const failures = 3;
const budget = 0.1;
const json = { 'content-type': 'application/json' };

let company: FaultyCompany;
const askFor = (fields: string): Promise<Answered> => company.gateway.ask(`{ customer(by: { number: "10001" }) { ${fields} } }`);
const codesOf = ({ errors }: Answered): readonly unknown[] => errors.map(({ extensions }) => extensions['code']);

beforeAll(async () => {
  company = await startFaultyCompany({
    limits: {
      crm: { deadline: '1s', retry: { attempts: 1 }, breaker: { failures, openFor: '2s' } },
      billing: { deadline: '1s', retry: { attempts: 5, budget, backoff: '1ms' }, breaker: { failures: 10_000 } },
      support: { deadline: '3s', retry: { attempts: 2, backoff: '1ms' } },
    },
    server: { requestDeadline: '5s' },
  });
  const linked = await askFor('number billing { currency } tickets(first: 1) { edges { cursor } }');
  expect(linked.errors).toEqual([]);
}, 30_000);
afterAll(() => company.stop());

test('a source that goes on failing is left alone, and asked again after a while', async () => {
  const { crm } = company.proxies;
  const healthOfCrm = async (): Promise<unknown> => {
    const { data } = await company.gateway.ask('{ sources { key health lastError } }');
    return data.sources.find(({ key }: { readonly key: string }) => key === 'crm');
  };
  crm.behave(says(500, json, '{}'));
  const asked = crm.requests.length;
  for (let call = 0; call < failures + 5; call += 1) expect(codesOf(await askFor('number'))).toEqual(['SOURCE_UNAVAILABLE']);
  expect(crm.requests.length - asked).toBe(failures);
  expect(await healthOfCrm()).toEqual({ key: 'crm', health: 'DOWN', lastError: 'SOURCE_UNAVAILABLE' });

  await crm.recover();
  let answered = await askFor('number');
  const patience = Date.now() + 15_000;
  while (answered.errors.length > 0 && Date.now() < patience) {
    await pause(20);
    answered = await askFor('number');
  }
  expect(answered.data).toEqual({ customer: { number: '10001' } });
  // What was asked while the source was left alone did not reach it.
  expect(crm.requests.length - asked).toBe(failures + 1);
  expect(await healthOfCrm()).toEqual({ key: 'crm', health: 'UP', lastError: 'SOURCE_UNAVAILABLE' });
}, 30_000);

test('retries stay within their budget, however many calls fail', async () => {
  const { billing } = company.proxies;
  billing.behave(says(500, json, '{}'));
  const [asked, calls, saved, startedAt] = [billing.requests.length, 100, 10, Date.now()];
  for (let call = 0; call < calls; call += 1) expect(codesOf(await askFor('billing { currency }'))).toEqual(['SOURCE_UNAVAILABLE']);
  const seconds = Math.ceil((Date.now() - startedAt) / 1000);
  const retries = billing.requests.length - asked - calls;
  expect(retries).toBeGreaterThanOrEqual(saved);
  expect(retries).toBeLessThanOrEqual(saved + budget * calls + seconds);
  await billing.recover();
}, 60_000);

test('a source that says when to come back is asked again then, and not before', async () => {
  const { support } = company.proxies;
  const times: number[] = [];
  support.behave((exchange) => {
    times.push(Date.now());
    return times.length === 1 ? says(429, { 'retry-after': '1' }, '')(exchange) : passOn(exchange);
  });
  const { errors } = await askFor('tickets(first: 1) { edges { cursor } }');
  expect(errors).toEqual([]);
  const [first = 0, second = 0] = times;
  expect(times).toHaveLength(2);
  expect(second - first).toBeGreaterThanOrEqual(1000);
});

test('a source that wants to be left alone beyond the deadline is, and nobody waits', async () => {
  const { support } = company.proxies;
  support.behave(says(429, { 'retry-after': '60' }, ''));
  const asked = support.requests.length;
  const startedAt = Date.now();
  expect(codesOf(await askFor('tickets(first: 1) { edges { cursor } }'))).toEqual(['SOURCE_RATE_LIMITED']);
  expect(Date.now() - startedAt).toBeLessThan(3_000);
  expect(support.requests.length - asked).toBe(1);
});
