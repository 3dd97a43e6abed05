import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { changes } from '../../fixtures/faulty-answers.ts';
import type { Answered } from '../../fixtures/gateway.ts';
import { sound, startCachingCompany, statuses, type CachingCompany } from './company.ts';

let company: CachingCompany;

beforeAll(async () => {
  company = await startCachingCompany({
    billing: { account: '{ maxAge: 1h, staleIfError: 2h }', invoice: '{ maxAge: 1h }' },
    // Over as soon as they are there: what is kept serves when the source fails, and for nothing else.
    crm: { contact: '{ maxAge: 1ms, staleIfError: 2h }' },
    support: { ticket: '{ maxAge: 1ms, staleIfError: 2h }' },
  });
  await sound(about('10001', 'id billing { currency } tickets(first: 1) { edges { cursor } }'));
}, 60_000);
afterAll(() => company.stop());
afterEach(async () => {
  for (const proxy of Object.values(company.proxies)) await proxy.recover();
});

const about = (number: string, fields: string, token = company.gateway.issuer.caller('support')): Promise<Answered> =>
  company.gateway.ask(`{ customer(by: { number: "${number}" }) { ${fields} } }`, { token });
const customer = async (fields: string): Promise<Answered['data']> => (await sound(about('10001', fields))).customer;
const where = 'provenance { path observedAt stale } completeness { source { key } status }';

test('a row is answered without asking its source, and says when it was read', async () => {
  const first = await customer(`billing { currency balance } ${where}`);
  const requests = await company.requestsDuring(async () => {
    const again = await customer(`billing { currency balance } ${where}`);
    expect(again).toEqual(first);
    expect(again.provenance).toEqual(['billing.balance', 'billing.currency'].map((path) => ({ path, observedAt: expect.any(String), stale: false })));
    expect(statuses(again.completeness)).toEqual(['billing OK']);
    // Fewer fields of it, asked for in another document by another caller.
    expect((await customer('billing { currency }')).billing.currency).toBe(first.billing.currency);
  });
  expect(requests).toEqual({});
});

test('a page of rows is answered likewise, each with the time of its reading', async () => {
  const page = 'invoices(first: 2) { edges { node { number fetchedAt stale } } pageInfo { hasNextPage } }';
  const first = await customer(page);
  expect(await company.requestsDuring(async () => expect(await customer(page)).toEqual(first))).toEqual({});
  expect(first.invoices.edges[0].node.stale).toBe(false);
});

test('fields that were not asked for are asked for', async () => {
  await customer('billing { currency }');
  expect(await company.requestsDuring(() => customer('billing { currency delinquent }'))).toEqual({ billing: 1 });
});

test('a row that is too old is asked for again; where the source fails it is answered, marked, and no error', async () => {
  const fields = `profile { name } tickets(first: 1) { edges { node { name fetchedAt stale } } } ${where}`;
  const first = await customer(fields);
  expect(await company.requestsDuring(() => customer(fields))).toEqual({ crm: 1, support: 1 });
  const last = await customer(fields);

  await company.proxies.crm.refuse();
  await company.proxies.support.refuse();
  const stale = await customer(fields);
  expect(stale.profile).toEqual(first.profile);
  expect(statuses(stale.completeness)).toEqual(['crm STALE', 'support STALE']);
  expect(stale.provenance).toEqual(last.provenance.map((one: object) => ({ ...one, stale: true })));
  const [{ node: ticket }] = last.tickets.edges;
  expect(stale.tickets.edges).toEqual([{ node: { ...ticket, stale: true } }]);
});

test('whose row was never read, has none when the source fails', async () => {
  await sound(about('10002', 'id'));
  await company.proxies.crm.refuse();
  const { data, errors } = await about('10002', 'number profile { name }');
  expect([data.customer.profile, errors.map(({ extensions }) => extensions['code'])]).toEqual([{ name: null }, ['SOURCE_UNAVAILABLE', 'SOURCE_UNAVAILABLE']]);
});

test('consent that a source is the authority on is asked for each time, whatever is kept of the row', async () => {
  const marketing = company.gateway.issuer.caller('marketing');
  const consenting = company.people.all().slice(0, 60).map(({ number }) => number ?? '');
  const given = [];
  for (const number of consenting) {
    const { data, errors } = await about(number, 'email', marketing);
    if (errors.length === 0 && data.customer?.email !== null) given.push(number);
  }
  const [number = ''] = given;
  expect(number).not.toBe('');
  const withdrawn = changes((answer) => JSON.parse(JSON.stringify(answer).replaceAll(/"email_consent":"[a-z]+"/gi, '"email_consent":"withdrawn"')));
  company.proxies.crm.behave(withdrawn);
  const denied = await about(number, 'email', marketing);
  expect([denied.data.customer.email, denied.errors.map(({ extensions }) => extensions['reason'])]).toEqual([null, ['consent']]);
  // And when the source cannot say so, nobody has consented, though a row of before is there.
  await company.proxies.crm.refuse();
  const unsaid = await about(number, 'email', marketing);
  expect([unsaid.data.customer.email, unsaid.errors.map(({ extensions }) => extensions['reason'])]).toEqual([null, ['consent']]);
});

test('who is who is asked of the sources: a record is not linked by what it said before', async () => {
  const steward = company.gateway.issuer.caller('steward');
  const { id } = await customer('id');
  const account = company.people.all()[5]?.copies.billing?.id ?? '';
  const link = `mutation { linkCustomer(input: { customer: "${id}", record: { namespace: "billing", value: "${account}" }, evidence: "x" }) { event { kind } } }`;
  const { billing = 0, crm = 0 } = await company.requestsDuring(() => company.gateway.ask(link, { token: steward }));
  expect([billing > 0, crm > 0]).toEqual([true, true]);
  await company.proxies.billing.refuse();
  const { errors } = await company.gateway.ask(link, { token: steward });
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['SOURCE_UNAVAILABLE']);
});
