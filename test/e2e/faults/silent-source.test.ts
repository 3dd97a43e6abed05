import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { saysNothing } from '../../fixtures/faulty-answers.ts';
import { lenient, startFaultyCompany, warmUp, type FaultyCompany } from '../../fixtures/faulty-company.ts';
import { readScrape, sumOf } from '../../fixtures/scrape.ts';

const maxInFlight = 16;
const tickets = '{ customer(by: { number: "10001" }) { number tickets(first: 1) { edges { node { name } } } } }';
const numberAlone = '{ customer(by: { number: "10001" }) { number } }';

let company: FaultyCompany;
beforeAll(async () => {
  // Silent after a second and a quarter, while nothing but the deadline would end a call.
  const limits = { ...lenient, deadline: '10s' };
  company = await startFaultyCompany({ limits: { crm: limits, billing: limits, support: limits }, server: { maxInFlight }, settings: { telemetry: { metrics: { port: 0 } } } });
  await warmUp(() => company.gateway.ask(tickets));
}, 30_000);
afterAll(() => company.stop());

test('one source that has fallen silent does not fill the gateway: who needs it is told at once, and who does not is answered', async () => {
  company.proxies.support.behave(saysNothing);
  const waiting = Array.from({ length: maxInFlight / 4 }, () => company.gateway.ask(tickets));
  await pause(1500);
  for (let times = 0; times < 2 * maxInFlight; times += 1) {
    const { status, data, errors } = await company.gateway.ask(tickets);
    expect([status, data.customer.number, data.customer.tickets]).toEqual([200, '10001', null]);
    expect(errors.map(({ extensions }) => [extensions['code'], extensions['source']])).toEqual([['SOURCE_UNAVAILABLE', 'support']]);
    expect(await company.gateway.ask(numberAlone)).toMatchObject({ status: 200, data: { customer: { number: '10001' } }, errors: [] });
  }
  const series = readScrape(await (await fetch(company.gateway.metricsUrl ?? '')).text());
  expect(sumOf(series, 'customer360_source_overloads_total', { source: 'support' })).toBe(2 * maxInFlight);
  // Those who have begun to wait are waited with.
  for (const { errors } of await Promise.all(waiting)) expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['SOURCE_TIMEOUT']);
  await company.recover();
  expect((await warmUp(() => company.gateway.ask(tickets))).data.customer.tickets.edges).toHaveLength(1);
}, 60_000);
