import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, print } from 'graphql';
import { customersOf, type Disclosure } from '../../../src/audit/entry.ts';
import { auditEntries, forgetAudit } from '../../fixtures/audit.ts';
import { inStore, recordFacts, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { aConsent } from '../../fixtures/facts.ts';
import type { AskOptions, Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
beforeEach(() => forgetAudit(company.gateway));
afterAll(() => company.stop());

const ask = (query: string, options: AskOptions = {}): Promise<Answered> => company.gateway.ask(query, options);
const entries = (): readonly Disclosure[] => auditEntries(company.gateway, 'disclosure');
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
      kind: 'disclosure',
      id: expect.any(String),
      at: expect.any(Number),
      requestId: headers.get('x-request-id'),
      caller: { issuer: 'https://login.sample-company.example', subject: 'yara', kind: 'staff', audience: 'internal', roles: ['support'], actor: 'desk-app', tokenId: 'token-1' },
      purpose: 'service.support',
      legalBasis: 'contract',
      operation: { kind: 'query', name: 'Desk', sha256: createHash('sha256').update(print(parse(everything.replaceAll('"10001"', '""').replaceAll('first: 1', 'first: 0')))).digest('hex') },
      asked: { permitted: ['Query.customer'], masked: [], denied: [] },
      told: [{
        customers: [data.customer.id],
        permitted: expect.arrayContaining(['BillingSummary.balance', 'Invoice.number', 'Profile.birthDate', 'Ticket.name']),
        masked: [],
        denied: [{ field: 'Customer.segments', reason: 'scope' }],
      }],
      consents: [],
      access: [],
      emergencies: [],
      refused: [],
      policyVersion: expect.stringMatching(/^[0-9a-f]{16}$/),
    }]);
    expect(entries()[0]?.told[0]?.permitted).not.toContain('Customer.segments');
  });

  test('says of each customer what was told of her, and on which consent', async () => {
    const numbers = ['10001', '10002', '10003'];
    const ids = await Promise.all(numbers.map(idOf));
    await recordFacts(company.gateway, [[ids[2] ?? '', aConsent({ status: 'WITHDRAWN', source: 'preference-centre' })]]);
    forgetAudit(company.gateway);
    const expected = await allowed(numbers);
    expect(expected).toEqual(new Set(ids.slice(0, 2)));
    const [entry] = entries();
    expect(new Map(entry?.told.flatMap(({ customers, permitted }) => customers.map((id) => [id, permitted.includes('Customer.email')])))).toEqual(new Map(ids.map((id) => [id, expected.has(id)])));
    expect(entry?.consents).toEqual(expect.arrayContaining([...expected].map((customer) => ({ customer, purpose: 'marketing.email', source: 'crm', at: expect.any(Number) }))));
    expect(new Set(entry?.consents.map(({ customer }) => customer))).toEqual(expected);
    expect(entry?.told.find(({ customers }) => customers.includes(ids[2] ?? ''))?.denied).toEqual([{ field: 'Customer.email', reason: 'consent' }]);
    expect(JSON.stringify(entry)).not.toContain('authority');
  });

  test('names the record of a consent that the gateway keeps', async () => {
    const id = await idOf('10001');
    await recordFacts(company.gateway, [[id, aConsent({ purpose: 'marketing.email', source: 'preference-centre', at: 1_700_000_000_000 })]]);
    const [record] = inStore(company.gateway, `SELECT id FROM fact WHERE customer = '${id}'`);
    forgetAudit(company.gateway);
    expect(await allowed(['10001'])).toEqual(new Set([id]));
    expect(entries()[0]?.consents).toContainEqual({ customer: id, purpose: 'marketing.email', source: 'preference-centre', record: record?.['id'], at: 1_700_000_000_000 });
    expect(entries()[0]?.consents).toHaveLength(2);
  });

  test('holds no value of a customer', async () => {
    await ask(everything);
    const trail = JSON.stringify(inStore(company.gateway, 'SELECT * FROM audit_entry')).toLowerCase();
    expect(entries()).toHaveLength(1);
    for (const value of ['käthe', 'kaethe', 'krüger', '4915121234567', '1984', '17.61', 'INV-10001', 'Parcel', 'Lindenstraße', '"10001"', 'cus_00ARfCyCWmuA6y']) {
      expect(trail).not.toContain(value.toLowerCase());
    }
  });

  test('tells questions apart, and not about whom they were by a number that was written into them', async () => {
    const hashOf = async (query: string, options?: AskOptions): Promise<string | undefined> => {
      await ask(query, options);
      return entries().at(-1)?.operation.sha256;
    };
    const hash = await hashOf('{ customer(by: { number: "10001" }) { number } }');
    expect(await hashOf('{ customer(by: { number: "10002" }) { number } }')).toBe(hash);
    expect(await hashOf('{ customer(by: { number: "10001" }) { phone } }')).not.toBe(hash);
  });

  test('names a customer who asks by a pseudonym, the same each time, and staff by their subject', async () => {
    const subjectOf = async (token: string): Promise<string> => {
      await ask('{ customer(by: { number: "10001" }) { number } }', { token });
      return entries().at(-1)?.caller.subject ?? '';
    };
    const { issuer } = company.gateway;
    const other = issuer.token({ sub: 'customer-10002', kind: 'customer', roles: ['customer'], purposes: ['service.support'], customers: ['10001'] });
    const [first, again, another] = [await subjectOf(issuer.caller('customer')), await subjectOf(issuer.caller('customer')), await subjectOf(other)];
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect([again === first, another === first]).toEqual([true, false]);
    expect([await subjectOf(issuer.caller('support')), await subjectOf(issuer.caller('partner'))]).toEqual(['yara', 'acme']);
  });

  test('names every customer once, however often she was asked for', async () => {
    const { data } = await ask('{ customersBy(keys: [{ number: "10001" }, { number: "10002" }, { number: "10001" }, { number: "99999" }]) { id } other: customer(by: { number: "10002" }) { id } }');
    expect(entries()).toHaveLength(1);
    expect(entries().flatMap(customersOf)).toEqual([data.customersBy[0].id, data.customersBy[1].id]);
  });

  test('names everybody on a listed page', async () => {
    const { data } = await ask('{ customers(first: 5) { edges { node { id profile { name } } } } }', { token: company.gateway.issuer.caller('marketing') });
    expect(new Set(entries().flatMap(customersOf))).toEqual(new Set(data.customers.edges.map((edge: { readonly node: { readonly id: string } }) => edge.node.id)));
  });

  test('also knows who asked for nobody, or for what she may not see', async () => {
    await ask('{ customer(by: { number: "99999" }) { email } }');
    await ask('{ customers { edges { node { email } } } }');
    expect(entries().map(({ told, asked }) => ({ told, asked }))).toEqual([
      { told: [], asked: { permitted: ['Query.customer'], masked: [], denied: [] } },
      { told: [], asked: { permitted: [], masked: [], denied: [{ field: 'Query.customers', reason: 'scope' }] } },
    ]);
  });

  test('knows by which name a customer was asked for in vain', async () => {
    const token = company.gateway.issuer.caller('marketing');
    await ask('{ customer(by: { email: "kaethe.krueger@post.example" }) { profile { name } } }', { token });
    const { data } = await ask('{ customersBy(keys: [{ email: "kaethe.krueger@post.example" }, { number: "10002" }]) { id profile { name } } }', { token });
    const denied = [{ field: 'CustomerKey.email', reason: 'scope' }];
    expect(entries().map(({ told, asked }) => ({ told, asked }))).toEqual([
      { told: [], asked: { permitted: [], masked: [], denied } },
      {
        told: [{ customers: [data.customersBy[1].id], permitted: ['Customer.id', 'Customer.profile', 'Profile.name'], masked: [], denied: [] }],
        asked: { permitted: ['Query.customersBy'], masked: [], denied },
      },
    ]);
  });

  test('says afterwards how the sources fared', async () => {
    await ask('{ customer(by: { number: "10001" }) { profile { name } billing { balance } } }');
    const [disclosure] = entries();
    // Nobody waits for an outcome, but the trail is written in order.
    await ask('{ customer(by: { number: "99999" }) { id } }');
    expect(auditEntries(company.gateway, 'outcome')).toContainEqual({
      kind: 'outcome', id: expect.any(String), at: expect.any(Number), disclosures: [disclosure?.id], purpose: 'service.support',
      sources: [{ source: 'billing', status: 'OK' }, { source: 'crm', status: 'OK' }],
    });
  });

  test('has nothing of what discloses nothing', async () => {
    await ask('{ __typename __schema { queryType { name } } }');
    await ask('{ nonsense }');
    expect(entries()).toEqual([]);
  });
});

describe('what cannot be recorded is not disclosed:', () => {
  const refuse = "CREATE TRIGGER no_audit BEFORE INSERT ON audit_entry BEGIN SELECT raise(ABORT, 'the disk is full'); END";

  test.each(['marketing', 'support', 'partner', 'customer'] as const)('%s gets an error and no data, until it can be recorded again', async (caller) => {
    const options = { token: company.gateway.issuer.caller(caller) };
    const query = '{ customer(by: { number: "10001" }) { number profile { name } } }';
    inStore(company.gateway, refuse);
    const { status, data, errors, text, headers } = await ask(query, options);
    inStore(company.gateway, 'DROP TRIGGER no_audit');
    expect({ status, data }).toEqual({ status: 503, data: undefined });
    expect(errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE', requestId: headers.get('x-request-id') } }]);
    expect(text).not.toMatch(/Käthe|10001|disk|sqlite/i);
    expect(await ask(query, options)).toMatchObject({ status: 200, data: { customer: { number: '10001' } }, errors: [] });
  });
});

/** The gateway's id of a customer. */
async function idOf(number: string): Promise<string> {
  return (await ask('query ($number: String) { customer(by: { number: $number }) { id } }', { variables: { number } })).data.customer.id;
}

/** Whose address marketing is told for its e-mails, of these customers. */
async function allowed(numbers: readonly string[]): Promise<ReadonlySet<string>> {
  const { data } = await ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id email } }', {
    token: company.gateway.issuer.caller('marketing'), headers: { 'x-purpose': 'marketing.email' }, variables: { keys: numbers.map((number) => ({ number })) },
  });
  return new Set(data.customersBy.flatMap(({ id, email }: { readonly id: string; readonly email: string | null }) => (email === null ? [] : [id])));
}
