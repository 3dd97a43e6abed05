import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inStore, startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { AskOptions, Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
beforeEach(() => {
  inStore(company.gateway, 'DELETE FROM audit_intent');
  inStore(company.gateway, 'DELETE FROM audit_outcome');
});
afterAll(() => company.stop());

interface Entry {
  readonly id: string;
  readonly customers: readonly string[];
  readonly permitted: readonly string[];
  readonly denied: readonly { readonly field: string; readonly reason: string }[];
}

const ask = (query: string, options: AskOptions = {}): Promise<Answered> => company.gateway.ask(query, options);
const entries = (table = 'audit_intent'): readonly Entry[] =>
  inStore(company.gateway, `SELECT entry FROM ${table} ORDER BY at`).map(({ entry }) => JSON.parse(String(entry)) as Entry);
const everything = `query Desk { customer(by: { number: "10001" }) {
  id number email phone profile { name birthDate } segments billing { balance } invoices(first: 1) { edges { node { number } } }
  tickets(first: 1) { edges { node { name } } } contactPoints { value } } }`;

describe('the trail', () => {
  test('says who saw what of whom, and why', async () => {
    const token = company.gateway.issuer.token({
      sub: 'yara', kind: 'staff', roles: ['support'], purposes: ['service.support', 'service.billing'], jti: 'token-1', act: { sub: 'desk-app' },
    });
    const { data, headers } = await ask(everything, { token, headers: { 'x-purpose': 'service.support' } });
    expect(entries()).toEqual([{
      id: expect.any(String),
      at: expect.any(Number),
      requestId: headers.get('x-request-id'),
      caller: { issuer: 'https://login.sample-company.example', subject: 'yara', kind: 'staff', actor: 'desk-app', tokenId: 'token-1' },
      purpose: 'service.support',
      legalBasis: 'contract',
      operation: { name: 'Desk', sha256: createHash('sha256').update(everything).digest('hex') },
      customers: [data.customer.id],
      refused: [],
      permitted: expect.arrayContaining(['Customer.email', 'Profile.birthDate', 'BillingSummary.balance', 'Invoice.number', 'Ticket.name']),
      denied: [{ field: 'Customer.segments', reason: 'scope' }],
      policyVersion: expect.stringMatching(/^[0-9a-f]{16}$/),
    }]);
    expect(entries()[0]?.permitted).not.toContain('Customer.segments');
  });

  test('holds no value of a customer', async () => {
    await ask(everything);
    const trail = JSON.stringify([entries(), entries('audit_outcome')]).toLowerCase();
    expect(entries()).toHaveLength(1);
    for (const value of ['käthe', 'kaethe', 'krüger', '4915121234567', '1984', '17.61', 'INV-10001', 'Parcel', 'Lindenstraße', '"10001"', 'cus_00ARfCyCWmuA6y']) {
      expect(trail).not.toContain(value.toLowerCase());
    }
  });

  test('names every customer once, however often she was asked for', async () => {
    const { data } = await ask('{ customersBy(keys: [{ number: "10001" }, { number: "10002" }, { number: "10001" }, { number: "99999" }]) { id } other: customer(by: { number: "10002" }) { id } }');
    expect(entries()).toHaveLength(1);
    expect(entries()[0]?.customers).toEqual([data.customersBy[0].id, data.customersBy[1].id]);
  });

  test('names everybody on a listed page', async () => {
    const { data } = await ask('{ customers(first: 5) { edges { node { id profile { name } } } } }', { token: company.gateway.issuer.caller('marketing') });
    expect(entries()[0]?.customers).toEqual(data.customers.edges.map((edge: { readonly node: { readonly id: string } }) => edge.node.id));
  });

  test('also knows who asked for nobody, or for what she may not see', async () => {
    await ask('{ customer(by: { number: "99999" }) { email } }');
    await ask('{ customers { edges { node { email } } } }');
    expect(entries().map(({ customers, denied }) => ({ customers, denied }))).toEqual([
      { customers: [], denied: [] },
      { customers: [], denied: [{ field: 'Query.customers', reason: 'scope' }] },
    ]);
  });

  test('knows by which name a customer was asked for in vain', async () => {
    const token = company.gateway.issuer.caller('marketing');
    await ask('{ customer(by: { email: "kaethe.krueger@post.example" }) { profile { name } } }', { token });
    const { data } = await ask('{ customersBy(keys: [{ email: "kaethe.krueger@post.example" }, { number: "10002" }]) { id profile { name } } }', { token });
    expect(entries().map(({ customers, permitted, denied }) => ({ customers, permitted, denied }))).toEqual([
      { customers: [], permitted: [], denied: [{ field: 'CustomerKey.email', reason: 'scope' }] },
      {
        customers: [data.customersBy[1].id],
        permitted: ['Customer.id', 'Customer.profile', 'Profile.name', 'Query.customersBy'],
        denied: [{ field: 'CustomerKey.email', reason: 'scope' }],
      },
    ]);
  });

  test('says afterwards how the sources fared', async () => {
    await ask('{ customer(by: { number: "10001" }) { profile { name } billing { balance } } }');
    const [intent] = entries();
    // Nobody waits for an outcome, but the trail is written in order.
    await ask('{ customer(by: { number: "99999" }) { id } }');
    expect(entries('audit_outcome')).toContainEqual({
      intent: intent?.id, at: expect.any(Number), sources: [{ source: 'billing', status: 'OK' }, { source: 'crm', status: 'OK' }],
    });
  });

  test('has nothing of what discloses nothing', async () => {
    await ask('{ __typename __schema { queryType { name } } }');
    await ask('{ nonsense }');
    expect(entries()).toEqual([]);
  });
});

describe('what cannot be recorded is not disclosed:', () => {
  const refuse = "CREATE TRIGGER no_audit BEFORE INSERT ON audit_intent BEGIN SELECT raise(ABORT, 'the disk is full'); END";

  test.each(['marketing', 'support', 'partner', 'customer'] as const)('%s gets an error and no data, until it can be recorded again', async (caller) => {
    const options = { token: company.gateway.issuer.caller(caller) };
    const query = '{ customer(by: { number: "10001" }) { number profile { name } } }';
    inStore(company.gateway, refuse);
    const { status, data, errors, text, headers } = await ask(query, options);
    inStore(company.gateway, 'DROP TRIGGER no_audit');
    expect({ status, data }).toEqual({ status: 500, data: undefined });
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: headers.get('x-request-id') } }]);
    expect(text).not.toMatch(/Käthe|10001|disk|sqlite/i);
    expect(await ask(query, options)).toMatchObject({ status: 200, data: { customer: { number: '10001' } }, errors: [] });
  });

  test('a lost outcome costs nobody anything', async () => {
    inStore(company.gateway, refuse.replace('audit_intent', 'audit_outcome'));
    const query = '{ customer(by: { number: "10001" }) { profile { name } } }';
    const answers = [await ask(query), ...await Promise.all([ask(query), ask(query), ask(query)])];
    inStore(company.gateway, 'DROP TRIGGER no_audit');
    for (const { status, errors } of answers) expect({ status, errors }).toEqual({ status: 200, errors: [] });
    expect(entries()).toHaveLength(4);
  });
});
