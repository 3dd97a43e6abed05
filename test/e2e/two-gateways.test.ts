import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emailConsentOf } from '../../sample/contacts.ts';
import type { Person } from '../../sample/people.ts';
import { caseless } from '../../sample/spelling.ts';
import { callsDuring, startCompany, type TestCompany } from '../fixtures/company.ts';
import { startTestGateway, type Answered, type TestGateway } from '../fixtures/gateway.ts';
import { mongodbNeeds, startMongodb, type MongodbServer } from '../fixtures/mongodb-server.ts';
import { aCommandLine } from './cli/command-line.ts';

const title = 'Two gateways with one store in MongoDB';

(mongodbNeeds === undefined ? describe : describe.skip)(mongodbNeeds === undefined ? title : `${title} (needs ${mongodbNeeds})`, () => {
  let server: MongodbServer;
  let company: TestCompany;
  let both: readonly [TestGateway, TestGateway];
  /** The one line of configuration that moves the store. */
  let moved: (text: string) => string;

  beforeAll(async () => {
    server = await startMongodb();
    const url = server.url.replace(/\/?\?/, `/${server.database}?`);
    moved = (text) => text.replace(/sqlite: .*/, `mongodb: "${url}"`);
    company = await startCompany({ edit: { 'customer360.yaml': moved } });
    both = [company.gateway, await startTestGateway(company.setup)];
  }, 60_000);
  afterAll(async () => {
    await both[1].stop();
    await company.stop();
    await server.stop();
  });

  const ask = (side: 0 | 1, query: string, variables: Readonly<Record<string, unknown>> = {}, caller: Parameters<TestGateway['issuer']['caller']>[0] = 'support'): Promise<Answered> =>
    both[side].ask(query, { variables, token: both[side].issuer.caller(caller) });
  const sound = async (answer: Promise<Answered>): Promise<Answered['data']> => {
    const { data, errors } = await answer;
    expect(errors).toEqual([]);
    return data;
  };
  const everywhere = 'id billing { currency } tickets(first: 1) { edges { cursor } } completeness { source { key } status }';
  const sure = ({ index, number, copies: { crm, billing, support } }: Person): boolean =>
    number !== undefined && index % 400 !== 26 && index % 400 !== 27 && crm?.email !== undefined && crm.emailVerified && billing?.number !== undefined &&
    support?.email !== undefined && support.emailVerified && caseless(crm.email) === caseless(support.email);
  const people = (from: number, count: number): readonly Person[] => company.people.all().filter(sure).slice(from, from + count);
  const customer = async (side: 0 | 1, by: object): Promise<Answered['data']> =>
    (await sound(ask(side, `query ($by: CustomerKey!) { customer(by: $by) { ${everywhere} } }`, { by }))).customer;

  test('mint one customer for each person whom both meet first at the same time, by whatever name', async () => {
    const answers = await Promise.all(people(0, 5).flatMap(({ number, copies }) => ([0, 1] as const).flatMap((side) =>
      [{ number }, { email: copies.crm?.email }, { external: { namespace: 'support', value: copies.support?.id } }]
        .map(async (by) => [number, (await customer(side, by)).id] as const))));
    for (const { number } of people(0, 5)) expect(new Set(answers.filter(([asked]) => asked === number).map(([, id]) => id)).size).toBe(1);
    expect(await server.db.collection('customer').countDocuments()).toBe(5);
    expect(await server.db.collection('link').countDocuments()).toBe(5 * 4);
  }, 60_000);

  test('see at their next request what the other has linked, merged, split and barred', async () => {
    const [one, other] = people(10, 2);
    if (one === undefined || other === undefined) throw new Error('there are two');
    const [{ id: a }, { id: b }] = [await customer(0, { number: one.number }), await customer(0, { number: other.number })];
    expect(await callsDuring(company, async () => {
      expect((await sound(ask(1, 'query ($id: ID) { customer(by: { id: $id }) { id } }', { id: a }))).customer).toEqual({ id: a });
    })).toEqual({});

    await sound(ask(0, 'mutation ($into: ID!, $customer: ID!) { mergeCustomers(input: { into: $into, customer: $customer, evidence: "x", numbersDiffer: true }) { event { kind } } }', { into: a, customer: b }, 'steward'));
    expect((await customer(1, { number: other.number })).id).toBe(a);
    await sound(ask(1, 'mutation ($customer: ID!, $merged: ID!) { splitCustomer(input: { customer: $customer, off: { merged: $merged }, evidence: "x" }) { event { kind } } }', { customer: a, merged: b }, 'steward'));
    expect((await customer(0, { number: other.number })).id).toBe(b);

    const record = { namespace: 'support', value: one.copies.support?.id };
    await sound(ask(1, 'mutation ($customer: ID!, $record: ExternalKey!) { splitCustomer(input: { customer: $customer, off: { record: $record }, evidence: "x" }) { event { kind } } }', { customer: a, record }, 'steward'));
    const after = await customer(0, { id: a });
    expect([after.tickets, after.completeness.find(({ source }: { source: { key: string } }) => source.key === 'support').status]).toEqual([null, 'NOT_LINKED']);
    const { linkHistory } = (await sound(ask(0, 'query ($id: ID) { customer(by: { id: $id }) { linkHistory { kind } } }', { id: a }, 'steward'))).customer;
    expect(linkHistory.map(({ kind }: { kind: string }) => kind).filter((kind: string) => kind !== 'LINKED')).toEqual(['MERGED', 'UNMERGED', 'SEPARATED']);
  }, 60_000);

  test('list what either could not link', async () => {
    const { number } = company.people.all().find((person) => person.number !== undefined && person.copies.billing === undefined) ?? {};
    await customer(0, { number });
    const { linkReviews } = await sound(ask(1, '{ linkReviews(first: 50, where: { source: "billing" }) { edges { node { customer { number } reason } } } }', {}, 'steward'));
    expect(linkReviews.edges.map(({ node }: { node: unknown }) => node)).toContainEqual({ customer: { number }, reason: 'NO_MATCH' });
    expect(await callsDuring(company, async () => void (await sound(ask(1, 'query ($number: String) { customer(by: { number: $number }) { billing { currency } } }', { number })))))
      .toEqual({});
  });

  test('heed at their next request what a customer has said to the other', async () => {
    const person = people(20, 40).find((one) => emailConsentOf(one) === 'granted');
    const { id } = await customer(0, { number: person?.number });
    const reasons = async (side: 0 | 1): Promise<readonly unknown[]> =>
      (await ask(side, `{ customer(by: { number: "${person?.number ?? ''}" }) { profile { name } } }`, {}, 'marketing')).errors.map(({ extensions }) => extensions['reason']);
    const say = (side: 0 | 1, mutation: string, more = ''): Promise<unknown> =>
      sound(ask(side, `mutation { ${mutation}(input: { customer: "${id as string}", purpose: "marketing.email", method: PHONE ${more} }) { recordedAt } }`));
    expect([await reasons(0), await reasons(1)]).toEqual([[], []]);
    await say(0, 'recordObjection');
    expect([await reasons(1), await reasons(0)]).toEqual([['objection'], ['objection']]);
    await say(1, 'recordObjection', 'status: LIFTED');
    expect([await reasons(0), await reasons(1)]).toEqual([[], []]);
    await say(1, 'withdrawConsent');
    expect([await reasons(0), await reasons(1)]).toEqual([['consent'], ['consent']]);
  });

  test('refuse a token from the moment that it is revoked', async () => {
    const token = (side: 0 | 1): string => both[side].issuer.token({ sub: 'yara', kind: 'staff', roles: ['support'], purposes: ['service.support'], jti: 'lost' });
    const statuses = async (): Promise<readonly number[]> => Promise.all(([0, 1] as const).map(async (side) => (await both[side].ask('{ sources { key } }', { token: token(side) })).status));
    expect(await statuses()).toEqual([200, 200]);
    const config = await readFile(join(import.meta.dirname, '../../config/customer360.yaml'), 'utf8');
    const line = await aCommandLine({ 'customer360.yaml': moved(config) });
    try {
      expect(await line.run('token', 'revoke', '--issuer', 'https://login.sample-company.example', '--id', 'lost')).toMatchObject({ code: 0, err: '' });
    } finally {
      await line.remove();
    }
    expect(await statuses()).toEqual([401, 401]);
  });

  test('know at their next request what the other has approved, and what it has revoked', async () => {
    const phone = async (side: 0 | 1): Promise<unknown> => (await ask(side, '{ customer(by: { number: "10001" }) { phone } }', {}, 'marketing')).data.customer.phone;
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const input = { fields: ['Customer.phone'], purpose: 'marketing.email', reason: 'call back', until };
    const { requestAccess: { id } } = await sound(ask(0, 'mutation ($input: RequestAccessInput!) { requestAccess(input: $input) { id } }', { input }, 'marketing'));
    expect([await phone(0), await phone(1)]).toEqual([null, null]);
    await sound(ask(1, 'mutation ($id: ID!) { approveAccess(input: { request: $id }) { state } }', { id }, 'lead'));
    expect([await phone(0), await phone(1)]).toEqual(['+4915121234567', '+4915121234567']);
    await sound(ask(0, 'mutation ($id: ID!) { revokeAccess(input: { request: $id, note: "over" }) { state } }', { id }, 'lead'));
    expect([await phone(1), await phone(0)]).toEqual([null, null]);
  });

  test('have all that either disclosed in one audit trail', async () => {
    const before = await server.db.collection('audit_entry').countDocuments({ kind: 'disclosure' });
    const answers = await Promise.all(([0, 1, 0, 1] as const).map((side) => ask(side, '{ customer(by: { number: "10001" }) { number } }')));
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    const entries = await server.db.collection('audit_entry').find({ kind: 'disclosure' }).toArray();
    expect(entries).toHaveLength(before + 4);
    const told = JSON.stringify(entries);
    for (const id of ids) expect(told).toContain(String(id));
  });

  test('ask each source once for fifty whom nobody knows', async () => {
    const keys = Array.from({ length: 50 }, (_, at) => ({ email: `nobody${at}@nowhere.example` }));
    expect(await callsDuring(company, async () => {
      expect((await sound(ask(0, 'query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id } }', { keys }))).customersBy).toEqual(keys.map(() => null));
    })).toEqual({ 'crm search': 1, 'billing accounts': 1, 'support graphql': 1, 'support requestersByEmail': 1 });
  });

  test('ask each source as often as its batches need for fifty whom nobody has met yet', async () => {
    const keys = people(200, 50).map(({ copies }) => ({ email: copies.crm?.email }));
    const calls = await callsDuring(company, async () => {
      expect((await sound(ask(1, 'query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { number billing { currency } } }', { keys }))).customersBy).toHaveLength(50);
    });
    // Found by e-mail; their records and who shares an address; then the accounts by number, and the accounts themselves.
    expect(calls['crm search']).toBeLessThanOrEqual(2);
    expect(calls['billing accounts']).toBeLessThanOrEqual(3);
    expect(calls).not.toHaveProperty('support requestersByEmail');
  }, 60_000);
});
