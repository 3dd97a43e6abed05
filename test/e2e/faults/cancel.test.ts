import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { saysNothing } from '../../fixtures/faulty-answers.ts';
import { startFaultyCompany, systems, type FaultyCompany } from '../../fixtures/faulty-company.ts';
import { knownEverywhere } from '../../fixtures/faulty-records.ts';

// So long that only a cancelled call can end within a test's time.
const patient = { deadline: '5m', concurrency: 1, breaker: { failures: 1 } };
const fieldOf = { crm: 'number', billing: 'billing { currency }', support: 'tickets(first: 1) { edges { cursor } }' } as const;

let company: FaultyCompany;

beforeAll(async () => {
  company = await startFaultyCompany({ limits: { crm: patient, billing: patient, support: patient }, server: { requestDeadline: '5m', idleTimeout: '6m' } });
  const linked = await company.gateway.ask(`{ customer(by: { number: "10001" }) { ${Object.values(fieldOf).join(' ')} } }`);
  expect(linked.errors).toEqual([]);
}, 30_000);
afterAll(() => company.stop());
afterEach(() => company.recover());

test.each(systems)('when the client goes away, its call to %s is cancelled, and is not held against the system', async (system) => {
  const proxy = company.proxies[system];
  const query = `{ customer(by: { number: "10001" }) { ${fieldOf[system]} } }`;
  proxy.behave(saysNothing);
  const [arrived, abandoned, leaving] = [proxy.next('arrived'), proxy.next('abandoned'), new AbortController()];
  const asked = company.gateway.ask(query, { signal: leaving.signal });
  await arrived;
  leaving.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  await abandoned;
  expect(proxy.inFlight()).toBe(0);

  // One failure would have opened the breaker.
  await proxy.recover();
  expect((await company.gateway.ask(query)).errors).toEqual([]);
});

test('when the client goes away while customers are looked for, the search is cancelled and nobody is made up', async () => {
  const { crm } = company.proxies;
  const before = company.stored();
  crm.behave(saysNothing);
  const [arrived, abandoned, leaving] = [crm.next('arrived'), crm.next('abandoned'), new AbortController()];
  const asked = company.gateway.ask(`{ customer(by: { number: "${knownEverywhere(company)[5]?.number}" }) { number } }`, { signal: leaving.signal });
  await arrived;
  leaving.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  await abandoned;
  await company.gateway.ask('{ sources { key } }');
  expect(company.stored()).toEqual(before);
});

test('when the client goes away while a report is made, nothing of it goes on', async () => {
  const { crm } = company.proxies;
  crm.behave(saysNothing);
  const [arrived, abandoned, leaving] = [crm.next('arrived'), crm.next('abandoned'), new AbortController()];
  const asked = company.gateway.ask('{ accessReport(by: { number: "10001" }) { complete } }', { signal: leaving.signal, token: company.gateway.issuer.caller('privacy') });
  await arrived;
  leaving.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  await abandoned;
  expect(crm.inFlight()).toBe(0);
});

test('what waits in the queue for a client that has gone is never sent', async () => {
  const { billing } = company.proxies;
  const keys = knownEverywhere(company).slice(0, 10).map(({ number }) => ({ number }));
  const query = 'query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { invoices(first: 1) { edges { cursor } } } }';
  expect((await company.gateway.ask(query, { variables: { keys } })).errors).toEqual([]);

  billing.behave(saysNothing);
  const before = billing.requests.length;
  const [arrived, abandoned, leaving] = [billing.next('arrived'), billing.next('abandoned'), new AbortController()];
  const asked = company.gateway.ask(query, { variables: { keys }, signal: leaving.signal });
  await arrived;
  leaving.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  await abandoned;
  await billing.recover();
  expect((await company.gateway.ask(query, { variables: { keys } })).errors).toEqual([]);
  expect(billing.requests.length - before).toBe(1 + keys.length);
});

test('a client that goes away is no failure of the gateway', () => {
  expect(company.gateway.log()).not.toContain('a request failed');
});
