import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsDuring, inStore, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { startTestGateway, type Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({
    edit: { 'customer360.yaml': (text) => text.replace('kinds: [staff, partner, customer]', 'kinds: [staff, service, partner, customer]') },
  });
}, 30_000);
afterAll(() => company.stop());

const issuer = 'https://login.sample-company.example';
const ask = (query: string, claims: Readonly<Record<string, unknown>>, variables: Readonly<Record<string, unknown>> = {}): Promise<Answered> =>
  company.gateway.ask(query, { token: company.gateway.issuer.token(claims), variables });
const customer = (sub: string, customers?: readonly string[]): Readonly<Record<string, unknown>> => ({
  sub, kind: 'customer', roles: ['customer'], purposes: ['service.support'], ...(customers === undefined ? {} : { customers }),
});
const support = { sub: 'yara', kind: 'staff', roles: ['support'], purposes: ['service.support'] };
const me = '{ me { id number email } }';
const customersStored = (): number => Number(inStore(company.gateway, 'SELECT count(*) AS n FROM customer')[0]?.['n']);

describe('me', () => {
  test('is the customer whom the token names, and from then on whom its issuer and subject are linked to', async () => {
    const first = await ask(me, customer('ada', ['10011']));
    expect(first.errors).toEqual([]);
    expect(first.data.me).toMatchObject({ number: '10011' });
    expect(inStore(company.gateway, `SELECT customer, value, method FROM link WHERE namespace = '${issuer}'`)).toMatchObject([
      { customer: first.data.me.id, value: 'ada', method: 'TOKEN' },
    ]);
    // Her token need not say it again.
    expect((await ask(me, customer('ada'))).data.me).toEqual(first.data.me);
    const byId = await ask('query ($id: ID) { customer(by: { id: $id }) { number } }', { ...customer('ada') }, { id: first.data.me.id });
    expect(byId.errors).toEqual([expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAUTHORIZED_FIELD_OR_TYPE' }) })]);
  });

  test('is nobody for a linked subject whose token names another number, nor for one that names none, two, or somebody unknown', async () => {
    await ask(me, customer('bea', ['10012']));
    const calls = await callsDuring(company, async () => {
      for (const claims of [customer('bea', ['10013']), customer('cleo'), customer('cleo', ['10012', '10013'])]) {
        const { data, errors } = await ask(me, claims);
        expect([data, errors]).toEqual([{ me: null }, []]);
      }
    });
    expect(calls).toEqual({});
    expect((await ask(me, customer('dora', ['99999']))).data.me).toBeNull();
  });

  test('is nobody for staff', async () => {
    const { data, errors } = await ask('{ me { id } }', support);
    expect([data, errors]).toEqual([{ me: null }, []]);
  });
});

describe('a service', () => {
  const service = { sub: 'desk-app', kind: 'service', roles: ['support'], purposes: ['service.support'], act: { sub: 'yara' } };
  const query = 'query ($by: CustomerKey!) { customer(by: $by) { number } }';

  test('finds those who are known, and its asking makes nobody known and no system work', async () => {
    const before = customersStored();
    const calls = await callsDuring(company, async () => {
      for (const by of [{ number: '10021' }, { email: 'kaethe.krueger@post.example' }, { external: { namespace: 'crm', value: '0035g0000008ct8' } }]) {
        const { data, errors } = await ask(query, service, { by });
        expect([data, errors]).toEqual([{ customer: null }, []]);
      }
    });
    expect([calls, customersStored()]).toEqual([{}, before]);
    await ask(query, support, { by: { number: '10021' } });
    expect((await ask(query, service, { by: { number: '10021' } })).data.customer).toEqual({ number: '10021' });
  });

  test('has the human behind it in the history of what it does', async () => {
    const steward = { ...service, roles: ['steward'], purposes: ['identity.stewardship'], sub: 'link-tool' };
    const { data: { customer: { id } } } = await ask('{ customer(by: { number: "10022" }) { id } }', support);
    const input = { customer: id, off: { record: { namespace: 'support', value: '7' } }, evidence: 'x' };
    const { data } = await ask('mutation ($input: SplitCustomerInput!) { splitCustomer(input: $input) { event { actor } } }', steward, { input });
    expect(data.splitCustomer.event.actor).toBe(`yara for link-tool (${issuer})`);
  });
});

describe('whom nobody knows', () => {
  const fifty = (name: string): readonly unknown[] => Array.from({ length: 50 }, (_, at) => ({ email: `${name}${at}@nowhere.example` }));
  const many = 'query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id } }';

  test('is asked for in one call a system, if it takes so many, and not again for a while', async () => {
    const asking = async (): Promise<void> => {
      const { data, errors } = await ask(many, support, { keys: fifty('nobody') });
      expect([data.customersBy, errors]).toEqual([Array.from({ length: 50 }, () => null), []]);
    };
    expect(await callsDuring(company, asking)).toEqual({ 'crm search': 1, 'billing accounts': 1, 'support graphql': 1, 'support requestersByEmail': 1 });
    expect(await callsDuring(company, asking)).toEqual({});
    expect(inStore(company.gateway, "SELECT 1 FROM link WHERE value LIKE '%nowhere%'")).toEqual([]);
  });

  test('is asked for again when the time for that has come', async () => {
    const { env, files } = company.setup;
    const gateway = await startTestGateway({ env, files: { ...files, 'customer360.yaml': String(files['customer360.yaml']).replace('unknownFor: 30s', 'unknownFor: 0ms') } });
    try {
      for (let again = 0; again < 2; again += 1) {
        const calls = await callsDuring(company, () => gateway.ask(many, { variables: { keys: fifty('stranger') } }));
        expect(calls).toMatchObject({ 'crm search': 1, 'billing accounts': 1, 'support requestersByEmail': 1 });
      }
    } finally {
      await gateway.stop();
    }
  });
});

describe('a revoked token', () => {
  test('is refused at its next request, by every process, and no other is', async () => {
    const { gateway, setup } = company;
    const other = await startTestGateway({ ...setup, env: { ...setup.env, STORE_FILE: join(gateway.folder, 'store.sqlite') } });
    try {
      const query = '{ customer(by: { number: "10001" }) { number } }';
      const [bad, good] = [gateway.issuer.token({ ...support, jti: 'bad' }), gateway.issuer.token({ ...support, jti: 'good' })];
      expect((await gateway.ask(query, { token: bad })).status).toBe(200);
      inStore(gateway, `INSERT INTO revocation VALUES ('${issuer}', 'bad', 0, 'test')`);
      const refused = await gateway.ask(query, { token: bad });
      expect([refused.status, refused.errors]).toEqual([401, [{ message: 'A valid bearer token is required.', extensions: { code: 'UNAUTHENTICATED' } }]]);
      expect((await gateway.ask(query, { token: good })).status).toBe(200);
      expect((await other.ask(query, { token: other.issuer.token({ ...support, jti: 'bad' }) })).status).toBe(401);
      expect((await other.ask(query, { token: other.issuer.token({ ...support, jti: 'good' }) })).status).toBe(200);
    } finally {
      await other.stop();
    }
  });
});
