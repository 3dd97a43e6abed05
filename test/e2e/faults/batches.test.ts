import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Person } from '../../../sample/people.ts';
import { changes, says, withLists } from '../../fixtures/faulty-answers.ts';
import { startFaultyCompany, systems, type FaultyCompany, type System } from '../../fixtures/faulty-company.ts';
import { knownEverywhere } from '../../fixtures/faulty-records.ts';
import { passOn, type Fault } from '../../fixtures/faulty-proxy.ts';
import type { Answered } from '../../fixtures/gateway.ts';

const query = `query ($keys: [CustomerKey!]!) {
  customersBy(keys: $keys) { profile { name } billing { currency } tickets(first: 1) { edges { node { name } } } }
}`;
const fieldOf = { crm: ['profile', 'name'], billing: ['billing', 'currency'], support: ['tickets'] } as const;

let company: FaultyCompany;
let fifty: readonly Person[];
let whole: Answered;
const askAll = (): Promise<Answered> => company.gateway.ask(query, { variables: { keys: fifty.map(({ number }) => ({ number })) } });

beforeAll(async () => {
  company = await startFaultyCompany();
  fifty = knownEverywhere(company).slice(0, 50);
  whole = await askAll();
}, 30_000);
afterAll(() => company.stop());
afterEach(() => company.recover());

test('the fifty customers are all known everywhere', () => {
  expect(fifty).toHaveLength(50);
  expect(whole.errors).toEqual([]);
  expect(whole.data.customersBy.every((customer: Readonly<Record<System, unknown>> | null) => customer !== null)).toBe(true);
});

describe('a key for which a source refuses the whole batch', () => {
  const refusals = {
    crm: says(400, { 'content-type': 'application/json' }, '{"error":{"code":"bad_request","message":"bad id"}}'),
    billing: says(422, { 'content-type': 'application/json' }, '{"error":{"code":"bad_request","message":"bad id"}}'),
    support: says(200, { 'content-type': 'application/json' }, '{"errors":[{"message":"bad id","extensions":{"code":"BAD_USER_INPUT"}}],"data":null}'),
  } as const;
  const cases = (['crm', 'billing', 'support'] as const).flatMap((system) => [0, 23, 49].map((place) => ({ system, place })));

  test.each(cases)('spoils that key only: $system, place $place', async ({ system, place }) => {
    company.proxies[system].behave(poisonedBy(idOf(fifty[place], system), refusals[system]));
    const asked = company.proxies[system].requests.length;
    const { data, errors } = await askAll();
    expect(errors.map(({ path, extensions }) => ({ path, code: extensions['code'] }))).toEqual([
      { path: ['customersBy', place, ...fieldOf[system]], code: 'SOURCE_UNAVAILABLE' },
    ]);
    expect(data.customersBy).toEqual(whole.data.customersBy.map((customer: unknown, index: number) => (index === place ? expect.anything() : customer)));
    // Halving fifty six times, in at most four calls each.
    expect(company.proxies[system].requests.length - asked).toBeLessThan(30);
  });
});

test.each(['crm', 'billing'] as const)('a row of somebody else within a batch of %s spoils the key that it came for only', async (system) => {
  const stray = idOf(fifty[7], system);
  company.proxies[system].behave(changes((answer) => JSON.parse(JSON.stringify(answer).replaceAll(`"${stray}"`, '"somebody-else"'))));
  const { data, errors } = await askAll();
  expect(errors.map(({ path, extensions }) => ({ path, code: extensions['code'] }))).toEqual([
    { path: ['customersBy', 7, ...fieldOf[system]], code: 'SOURCE_MALFORMED' },
  ]);
  expect(data.customersBy).toEqual(whole.data.customersBy.map((customer: unknown, index: number) => (index === 7 ? expect.anything() : customer)));
});

test.each(['crm', 'billing'] as const)('half a batch of %s is noticed, and the other half asked for again', async (system) => {
  company.proxies[system].behave(changes((answer) => withLists(answer, (rows) => (rows.length === 50 ? rows.slice(0, 25) : rows))));
  const asked = company.proxies[system].requests.length;
  expect((await askAll()).text).toBe(whole.text);
  expect(company.proxies[system].requests.length - asked).toBe(2);
});

test.each(systems)('half a batch of %s is noticed while customers are looked for, and costs nobody a link', async (system) => {
  const strangers = knownEverywhere(company).slice(50).filter((_, index) => index % systems.length === systems.indexOf(system)).slice(0, 20);
  expect(strangers).toHaveLength(20);
  const before = company.stored();
  company.proxies[system].behave(changes((answer) => withLists(answer, (rows) => (rows.length === 20 ? rows.slice(0, 10) : rows))));
  const { data, errors } = await company.gateway.ask(query, { variables: { keys: strangers.map(({ number }) => ({ number })) } });
  expect(errors).toEqual([]);
  for (const customer of data.customersBy) expect(customer).toEqual({ profile: expect.anything(), billing: expect.anything(), tickets: expect.anything() });
  expect(company.stored()).toEqual({ ...before, customers: before.customers + 20 });
});

test('half a batch whose other half cannot be had costs those keys, each with its code', async () => {
  let calls = 0;
  company.proxies.crm.behave((exchange) => {
    calls += 1;
    const half = changes((answer) => withLists(answer, (rows) => rows.slice(0, 25)));
    return calls === 1 ? half(exchange) : says(500, {}, '')(exchange);
  });
  const { data, errors } = await askAll();
  expect(errors).toHaveLength(25);
  expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(new Set(['SOURCE_UNAVAILABLE']));
  const spoiled = new Set(errors.map(({ path }) => path?.[1]));
  const rest = (customers: readonly unknown[]): readonly unknown[] => customers.filter((_, index) => !spoiled.has(index));
  expect(rest(data.customersBy)).toEqual(rest(whole.data.customersBy));
});

function idOf(person: Person | undefined, system: System): string {
  const id = person?.copies[system]?.id;
  if (id === undefined) throw new Error(`not known in ${system}`);
  return id;
}

/** Refuses every request that holds the text. */
function poisonedBy(text: string, refusal: Fault): Fault {
  return (exchange) => (`${exchange.request.target}${exchange.request.body}`.includes(text) ? refusal(exchange) : passOn(exchange));
}
