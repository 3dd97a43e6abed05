import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditEntries, forgetAudit } from '../../fixtures/audit.ts';
import { lenient, startFaultyCompany, warmUp, type FaultyCompany } from '../../fixtures/faulty-company.ts';
import { knownEverywhere } from '../../fixtures/faulty-records.ts';
import type { Answered } from '../../fixtures/gateway.ts';

const concurrency = 4;
const queue = 8;
const allowed = concurrency + queue;

let company: FaultyCompany;
let keys: readonly { readonly number: string | undefined }[];
const invoices = 'invoices(first: 1) { edges { node { number } } }';
const askAbout = (count: number, fields: string): Promise<Answered> => (
  company.gateway.ask(`query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { ${fields} } }`, { variables: { keys: keys.slice(0, count) } })
);
const callsDuring = async (work: () => Promise<unknown>): Promise<Readonly<Record<'crm' | 'billing' | 'support', number>>> => {
  const counts = (): readonly number[] => [company.proxies.crm, company.proxies.billing, company.proxies.support].map(({ requests }) => requests.length);
  const before = counts();
  await work();
  const [crm = 0, billing = 0, support = 0] = counts().map((count, place) => count - (before[place] ?? 0));
  return { crm, billing, support };
};

beforeAll(async () => {
  company = await startFaultyCompany({
    limits: { billing: { ...lenient, concurrency, queue } },
    files: { 'policies/lists.cedar': '@id("support-lists") @owner("CIO") permit (principal in Role::"support", action == Action::"list", resource) when { context.purpose == Purpose::"service.support" };' },
  });
  keys = knownEverywhere(company).slice(0, 2 * allowed).map(({ number }) => ({ number }));
  // Their links are found: of a customer in whom a system is only looked for, it is not known what she takes.
  await warmUp(() => askAbout(keys.length, 'number billing { currency } tickets(first: 1) { edges { cursor } }'));
}, 30_000);
afterAll(() => company.stop());

test('what takes more calls of a source than it has places and room to wait is refused whole, before any source is asked', async () => {
  forgetAudit(company.gateway);
  let answered: Answered | undefined;
  const calls = await callsDuring(async () => {
    answered = await askAbout(allowed + 1, `number ${invoices}`);
  });
  expect(answered?.status).toBe(400);
  expect(answered?.errors.map(({ extensions }) => extensions)).toEqual([{ code: 'COST_LIMIT_EXCEEDED', limit: 'calls', source: 'billing', got: allowed + 1, allowed }]);
  expect(calls).toEqual({ crm: 0, billing: 0, support: 0 });
  expect(auditEntries(company.gateway, 'disclosure')).toEqual([]);
});

test('what just fits is answered', async () => {
  const { status, errors, data } = await askAbout(allowed, `number ${invoices}`);
  expect([status, errors]).toEqual([200, []]);
  expect(data.customersBy).toHaveLength(allowed);
});

test('many customers in few calls are no matter', async () => {
  const { status, errors } = await askAbout(keys.length, 'number profile { name } billing { currency } tickets(first: 1) { edges { cursor } }');
  expect([status, errors]).toEqual([200, []]);
});

test('what is asked for twice is asked once, and so counts once; what differs counts by itself', async () => {
  const twice = (one: string, other: string): Promise<Answered> => company.gateway.ask(
    `query ($keys: [CustomerKey!]!) { one: customersBy(keys: $keys) { ${one} } other: customersBy(keys: $keys) { ${other} } }`, { variables: { keys: keys.slice(0, allowed) } },
  );
  expect((await twice(invoices, invoices)).errors).toEqual([]);
  expect((await twice(invoices, invoices.replace('1', '2'))).errors.map(({ extensions }) => extensions['got'])).toEqual([2 * allowed]);
});

test('of whom it is not known whether the source knows them is not counted', async () => {
  const unlinked = knownEverywhere(company).slice(2 * allowed, 4 * allowed).map(({ number }) => ({ number }));
  const { status, data } = await company.gateway.ask(`query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { number ${invoices} } }`, { variables: { keys: unlinked } });
  expect(status).toBe(200);
  expect(data.customersBy.map(({ number }: { readonly number: string }) => ({ number }))).toEqual(unlinked);
});

test('customers of a list are counted once the list is there', async () => {
  const list = (first: number): Promise<Answered> => company.gateway.ask(`{ customers(first: ${first}) { edges { node { number ${invoices} } } } }`);
  await list(2 * allowed);
  const calls = await callsDuring(async () => {
    const { status, errors } = await list(2 * allowed);
    expect({ status, errors: errors.map(({ extensions }) => extensions['code']) }).toEqual({ status: 400, errors: ['COST_LIMIT_EXCEEDED'] });
  });
  expect(calls).toEqual({ crm: 1, billing: 0, support: 0 });
});
