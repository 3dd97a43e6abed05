import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { saysNothing } from '../../fixtures/faulty-answers.ts';
import { lenient, startFaultyCompany, warmUp, type FaultyCompany } from '../../fixtures/faulty-company.ts';
import { passOn } from '../../fixtures/faulty-proxy.ts';
import { knownEverywhere } from '../../fixtures/faulty-records.ts';
import type { Answered } from '../../fixtures/gateway.ts';

const concurrency = 3;
const deadline = 2000;
const requestDeadline = 4000;

jest.setTimeout(30_000);

let company: FaultyCompany;
let keys: readonly { readonly number: string | undefined }[];
const askAll = (fields: string): Promise<Answered> => (
  company.gateway.ask(`query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { ${fields} } }`, { variables: { keys } })
);
const invoices = 'invoices(first: 1) { edges { node { number } } }';

beforeAll(async () => {
  company = await startFaultyCompany({
    // Hanging, the other two would be waited for far longer than the request is.
    limits: { crm: { deadline: '1m' }, billing: { ...lenient, deadline: `${deadline}ms`, concurrency }, support: { deadline: '1m' } },
    server: { requestDeadline: `${requestDeadline}ms` },
  });
  keys = knownEverywhere(company).slice(0, 24).map(({ number }) => ({ number }));
  await warmUp(() => askAll(`number billing { currency } ${invoices} tickets(first: 1) { edges { cursor } }`));
}, 30_000);
afterAll(() => company.stop());
afterEach(() => company.recover());

test('a source that takes one customer at a time is asked for no more at once than it was declared to bear', async () => {
  company.proxies.billing.behave(async (exchange) => {
    await pause(10);
    await passOn(exchange);
  });
  const asked = company.proxies.billing.requests.length;
  const { errors, data } = await askAll(invoices);
  expect(errors).toEqual([]);
  expect(data.customersBy).toHaveLength(keys.length);
  expect(company.proxies.billing.requests.length - asked).toBe(keys.length);
  expect(company.proxies.billing.mostInFlight()).toBe(concurrency);
});

test('waiting in the queue counts towards the deadline, and what it ended is not sent any more', async () => {
  const took = 750;
  company.proxies.billing.behave(async (exchange) => {
    await pause(took);
    await passOn(exchange);
  });
  const asked = company.proxies.billing.requests.length;
  const { errors } = await askAll(invoices);
  const rounds = Math.ceil(deadline / took);
  expect(errors.length).toBeGreaterThanOrEqual(keys.length - concurrency * (rounds - 1));
  expect(errors.length).toBeLessThan(keys.length);
  expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(new Set(['SOURCE_TIMEOUT']));
  expect(company.proxies.billing.requests.length - asked).toBeLessThanOrEqual(concurrency * rounds);
});

test('a request ends at its own deadline even when every source hangs', async () => {
  for (const proxy of Object.values(company.proxies)) proxy.behave(saysNothing);
  const startedAt = Date.now();
  const [one] = keys;
  const { status, data, errors } = await company.gateway.ask(`query ($by: CustomerKey!) {
    customer(by: $by) { number billing { currency } tickets(first: 1) { edges { cursor } } completeness { source { key } status } }
  }`, { variables: { by: one } });
  expect(Date.now() - startedAt).toBeLessThan(15_000);
  expect(status).toBe(200);
  expect(errors.map(({ path, extensions }) => [path, extensions['code']])).toEqual(
    [['number'], ['billing', 'currency'], ['tickets']].map((path) => [['customer', ...path], 'SOURCE_TIMEOUT']),
  );
  expect(data.customer.completeness).toEqual(['crm', 'billing', 'support'].map((key) => ({ source: { key }, status: 'TIMEOUT' })));
});

test('a request whose sources each answer in time, but wave after wave, ends at its deadline too', async () => {
  for (const proxy of Object.values(company.proxies)) {
    proxy.behave(async (exchange) => {
      await pause(1200);
      await passOn(exchange);
    });
  }
  const stranger = knownEverywhere(company)[30];
  const { status, errors } = await company.gateway.ask(`query ($by: CustomerKey!) {
    customer(by: $by) { tickets(first: 1) { edges { node { comments(first: 1) { edges { node { body } } } } } } }
  }`, { variables: { by: { number: stranger?.number } } });
  expect(status).toBe(200);
  expect(errors.map(({ extensions }) => extensions['code'])).toContain('SOURCE_TIMEOUT');
});
