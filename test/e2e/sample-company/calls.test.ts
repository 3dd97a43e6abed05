import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { callsDuring, startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';
import { makeTap } from '../../fixtures/tap.ts';

const billingConcurrency = 4;
const tap = makeTap();
let company: TestCompany;
/** Fifty customers whom all three systems know and whose links are stored. */
let numbers: readonly string[];

beforeAll(async () => {
  company = await startCompany({
    before: { CRM_URL: tap.before, BILLING_URL: tap.before, SUPPORT_URL: tap.before },
    edit: { 'sources/billing.yaml': (text) => text.replace(/concurrency: \d+/, `concurrency: ${billingConcurrency}`) },
  });
  const known: { readonly number: string; readonly identities: readonly { readonly namespace: string }[] }[] = [];
  for (const start of [10001, 10101]) {
    const asked = Array.from({ length: 100 }, (_, at) => String(start + at));
    await askFor(asked, 'billing { currency } tickets(first: 1) { edges { cursor } }');
    known.push(...(await askFor(asked, 'number identities { namespace }')).data.customersBy);
  }
  numbers = known
    .filter(({ identities }) => ['crm', 'billing', 'support'].every((source) => identities.some(({ namespace }) => namespace === source)))
    .slice(0, 50)
    .map(({ number }) => number);
}, 30_000);
beforeEach(() => void tap.take());
afterAll(async () => {
  await company.stop();
  await tap.close();
});

const askFor = (asked: readonly string[], selection: string): Promise<Answered> =>
  company.gateway.ask(`query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { ${selection} } }`, {
    variables: { keys: asked.map((number) => ({ number })) },
  });

/** The upstream calls of one query that must succeed. */
async function callsOf(query: string, caller: Parameters<TestCompany['gateway']['issuer']['caller']>[0] = 'support'): Promise<Readonly<Record<string, number>>> {
  return callsDuring(company, async () => {
    const { status } = await company.gateway.ask(query, { token: company.gateway.issuer.caller(caller) });
    expect(status).toBe(200);
  });
}

describe('fifty customers', () => {
  test('are enough to tell', () => {
    expect(numbers).toHaveLength(50);
  });

  test('take as many calls an entity as batches are needed', async () => {
    const calls = await callsDuring(company, async () => {
      const { data, errors } = await askFor(numbers, 'profile { name } billing { balance } contactPoints { value } tickets(first: 2) { edges { node { name } } }');
      expect(errors).toEqual([]);
      expect(data.customersBy).toHaveLength(50);
    });
    expect(calls).toEqual({
      'crm batch-read': 1, // 50 of 100
      'billing accounts': 1, // 50 of 50
      'support graphql': 4, // requesters: 50 of 50; tickets: 20, 20 and 10 in one document each
      'support requesters': 1,
      'support tickets': 50,
    });
  });

  test('are asked for in all systems in one wave', async () => {
    // None of the six is answered before all of them have been asked.
    tap.holdUntil(6);
    const { errors } = await askFor(numbers, 'contactPoints { value } billing { balance } tickets(first: 1) { edges { node { name } } }');
    expect(errors).toEqual([]);
    expect(tap.take()).toHaveLength(6);
  });

  test('have invoices asked for one by one, never more at once than is declared', async () => {
    tap.peak();
    tap.holdUntil(billingConcurrency);
    const calls = await callsDuring(company, async () => {
      const { data, errors } = await askFor(numbers, 'number invoices(first: 1) { edges { node { number } } }');
      expect(errors).toEqual([]);
      for (const { number, invoices } of data.customersBy) {
        for (const { node } of invoices.edges) expect(node.number ?? `INV-${String(number)}-`).toContain(`INV-${String(number)}-`);
      }
    });
    expect(calls).toEqual({ 'crm batch-read': 1, 'billing invoices': 50 });
    expect(tap.peak()).toBeLessThanOrEqual(billingConcurrency + 1);
  });

  test('who are met for the first time are searched for together', async () => {
    const strangers = Array.from({ length: 50 }, (_, at) => String(10301 + at));
    const calls = await callsDuring(company, async () => {
      expect((await askFor(strangers, 'billing { currency } tickets(first: 1) { edges { cursor } }')).errors).toEqual([]);
    });
    // By number, by address, and who else has the address: a handful of calls a system, not one a person.
    const { 'support tickets': fields, ...requests } = calls;
    expect(fields).toBeGreaterThan(20);
    for (const count of Object.values(requests)) expect(count).toBeLessThanOrEqual(8);
  });

  test('take one wave more for what lies a level deeper', async () => {
    const { data, errors } = await askFor(numbers.slice(0, 20), 'tickets(first: 1) { edges { node { comments(first: 5) { edges { node { body } } } } } }');
    expect(errors).toEqual([]);
    const tickets = (data.customersBy as readonly { readonly tickets: { readonly edges: readonly unknown[] } }[]).flatMap((one) => one.tickets.edges);
    expect(tickets.length).toBeGreaterThan(1);
    expect(tap.take()).toHaveLength(2);
  });
});

describe('what is not selected is not asked:', () => {
  test.each([
    ['id', {}],
    ['identities { namespace value }', {}],
    ['billing { balance }', { 'billing accounts': 1 }],
    ['billing { balance currency } sum: billing { overdue }', { 'billing accounts': 1 }],
    ['profile { name }', { 'crm batch-read': 1 }],
    ['email', { 'crm batch-read': 1 }],
    ['invoices(first: 1) { edges { node { number } } }', { 'billing invoices': 1 }],
    ['refunds(first: 1) { edges { node { amount } } }', { 'billing refunds': 1 }],
    ['tickets(first: 1) { edges { node { name } } }', { 'support graphql': 1, 'support tickets': 1 }],
    ['number @skip(if: true) id', {}],
  ])('%s', async (selection, calls) => {
    expect(await callsOf(`{ customer(by: { number: "10001" }) { ${selection} } }`)).toEqual(calls);
  });

  test('the CRM is asked for the selected properties and those that prove whose they are', async () => {
    await callsOf('{ customer(by: { number: "10001" }) { profile { givenName } lifecycleStage phone } }');
    const [request, ...more] = tap.take();
    expect(more).toEqual([]);
    // lifecycleStage is denied to support, and so not among them.
    expect(propertiesIn(request?.body)).toEqual(['address.country', 'first_name', 'id', 'phone']);
  });

  test('the support desk is asked for the selected fields', async () => {
    await callsOf('{ customer(by: { number: "10001" }) { tickets(first: 1) { edges { node { name } } } } }');
    const [request] = tap.take();
    expect(request?.body).toContain('subject');
    expect(request?.body).not.toMatch(/description|assignee|priority|email/);
  });

  test('other sources are asked for their opinion only when it is selected', async () => {
    expect(await callsOf('{ customer(by: { number: "10001" }) { email provenance { path rule } } }')).toEqual({ 'crm batch-read': 1 });
    expect(await callsOf('{ customer(by: { number: "10001" }) { email provenance { alternatives { agrees } } } }')).toEqual({
      'crm batch-read': 1, 'billing accounts': 1, 'support graphql': 1, 'support requesters': 1,
    });
  });
});

describe('what is denied is not asked:', () => {
  test.each([
    ['marketing', 'invoices(first: 1) { edges { node { number } } } tickets(first: 1) { edges { node { name } } } phone contactPoints { value }', {}],
    // One for her consent, and then one for what it opens.
    ['marketing', 'profile { name birthDate } billing { balance }', { 'crm batch-read': 2 }],
    ['support', 'segments scores { value }', {}],
    ['customer', 'segments provenance { path }', {}],
    ['partner', 'number profile { name }', { 'crm batch-read': 1 }],
  ] as const)('%s: %s', async (caller, selection, calls) => {
    expect(await callsOf(`{ customer(by: { number: "10001" }) { ${selection} } }`, caller)).toEqual(calls);
  });

  test('not even as a property of a row that is read anyway', async () => {
    await callsOf('{ customer(by: { number: "10001" }) { profile { name birthDate } phone } }', 'marketing');
    expect(tap.take().map(({ body }) => propertiesIn(body))).toEqual([['email_consent', 'email_consent_at', 'id'], ['first_name', 'id', 'last_name']]);
  });

  test('a page says what those on it consent to, and is asked for no more where that does not decide', async () => {
    const asMarketing = (node: string): ReturnType<typeof company.gateway.ask> =>
      company.gateway.ask(`{ customers(first: 5) { edges { node { ${node} } } } }`, { token: company.gateway.issuer.caller('marketing') });
    const { data } = await asMarketing('number email');
    const emails = data.customers.edges.map(({ node }: { node: { email: unknown } }) => node.email);
    expect(new Set(emails.map((email: unknown) => email === null))).toEqual(new Set([true, false]));
    tap.take();
    expect(await callsDuring(company, () => asMarketing('number profile { name }'))).toEqual({ 'crm list': 1, 'crm batch-read': 1 });
    const [page, records] = tap.take();
    expect(page?.path).toMatch(/email_consent,email_consent_at/);
    expect(propertiesIn(records?.body)).not.toContain('email_consent');
    await asMarketing('__typename');
    expect(tap.take()[0]?.path).not.toMatch(/consent/);
  });

  test('nor is a list that may not be filtered so', async () => {
    const { gateway } = company;
    const calls = await callsDuring(company, async () => {
      const { data } = await gateway.ask('{ customers(where: { city: "Berlin" }) { edges { node { id } } } }');
      expect(data).toEqual({ customers: null });
    });
    expect(calls).toEqual({});
  });
});

test('who was searched for once is not searched for again', async () => {
  const query = '{ customer(by: { number: "10998" }) { number billing { currency } tickets(first: 1) { edges { node { name } } } } }';
  const first = await callsOf(query);
  const again = await callsOf(query);
  expect(first).toHaveProperty('crm search');
  expect(again).toEqual({ 'crm batch-read': 1, 'billing accounts': 1, 'support graphql': 1, 'support tickets': 1 });
});

test('one customer, named several times and selected several times, is read once', async () => {
  const calls = await callsOf(`{
    a: customer(by: { number: "10001" }) { profile { name } billing { balance } }
    b: customer(by: { external: { namespace: "crm", value: "0035g0000008ct8" } }) { profile { name } billing { balance } }
  }`);
  expect(calls).toEqual({ 'crm batch-read': 1, 'billing accounts': 1 });
});

function propertiesIn(body: string | undefined): readonly string[] {
  return [...(JSON.parse(body ?? '{}') as { readonly properties: readonly string[] }).properties].sort();
}
