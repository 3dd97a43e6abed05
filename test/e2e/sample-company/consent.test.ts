import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inStore, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { startTestGateway, type Answered, type AskOptions } from '../../fixtures/gateway.ts';
import { emailConsentOf } from '../../../sample/contacts.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
afterAll(() => company.stop());

const ask = (query: string, options: AskOptions = {}): Promise<Answered> => company.gateway.ask(query, options);
const asMarketing = (query: string): Promise<Answered> => ask(query, { token: company.gateway.issuer.caller('marketing') });
const nameOf = (number: string): Promise<Answered> => asMarketing(`{ customer(by: { number: "${number}" }) { id profile { name } } }`);

/** The number of a customer who said this to the CRM; each is used by one test. */
const used = new Set<string>(['10001']);
function numberOf(word: ReturnType<typeof emailConsentOf>): string {
  for (let index = 1; ; index += 1) {
    const person = company.people.at(index);
    if (person?.number === undefined || used.has(person.number) || emailConsentOf(person) !== word) continue;
    used.add(person.number);
    return person.number;
  }
}
const idOf = async (number: string): Promise<string> => (await ask(`{ customer(by: { number: "${number}" }) { id } }`)).data.customer.id as string;
const record = async (mutation: string, input: string, options: AskOptions = {}): Promise<Answered> =>
  ask(`mutation { ${mutation}(input: { ${input} }) { recordedAt customer { consents { purpose status source } objections { purpose } restrictions { except } } } }`, options);

describe('where the purpose rests on consent', () => {
  test.each(['denied', 'withdrawn', undefined] as const)('nothing is told of who said %s', async (word) => {
    const { data, errors } = await nameOf(numberOf(word));
    expect(data.customer).toEqual({ id: expect.any(String), profile: null });
    expect(errors).toEqual([{
      message: 'Not permitted: Customer.profile.', path: ['customer', 'profile'], locations: expect.anything(),
      extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'consent', policies: ['law-consent'], ask: ['CMO'] },
    }]);
  });

  test('all that policies permit is told of who agreed', async () => {
    const { data, errors } = await nameOf(numberOf('granted'));
    expect([errors, data.customer.profile.name]).toEqual([[], expect.any(String)]);
  });

  test('a list has those who did not agree, with nothing in them', async () => {
    const { data } = await asMarketing('{ customers(first: 100) { edges { node { id number } } } }');
    const numbers = data.customers.edges.map(({ node }: { node: { number: string | null } }) => node.number);
    const expected = Array.from({ length: 100 }, (_, index) => company.people.at(index)).map((person) => (person !== undefined && emailConsentOf(person) === 'granted' ? person.number : null));
    expect(numbers).toEqual(expected);
    expect(expected).toContain(null);
  });
});

describe('what is recorded here', () => {
  test('withdraws what the CRM has as granted, at the next request', async () => {
    const number = numberOf('granted');
    const id = await idOf(number);
    const { data, errors } = await record('withdrawConsent', `customer: "${id}", purpose: "marketing.email", channel: "email", method: PHONE, evidence: "call of today"`);
    expect(errors).toEqual([]);
    expect(data.withdrawConsent).toEqual({
      recordedAt: expect.any(String),
      customer: {
        consents: [{ purpose: 'marketing.email', status: 'GRANTED', source: 'crm' }, { purpose: 'marketing.email', status: 'WITHDRAWN', source: 'gateway' }],
        objections: [], restrictions: [],
      },
    });
    expect((await nameOf(number)).errors[0]?.extensions['reason']).toBe('consent');
  });

  test('gives no consent that the authority on it does not have', async () => {
    const number = numberOf('denied');
    const id = await idOf(number);
    const { errors } = await record('recordConsent', `customer: "${id}", purpose: "marketing.email", notice: "n", noticeVersion: "1", method: PHONE`);
    expect(errors).toEqual([]);
    expect((await nameOf(number)).errors[0]?.extensions['reason']).toBe('consent');
  });

  test('an objection beats consent, until she takes it back', async () => {
    const number = numberOf('granted');
    const id = await idOf(number);
    await record('recordObjection', `customer: "${id}", purpose: "marketing.email", method: EMAIL`);
    expect((await nameOf(number)).errors[0]?.extensions).toMatchObject({ reason: 'objection', policies: ['law-objection'] });
    await record('recordObjection', `customer: "${id}", purpose: "marketing.email", method: EMAIL, status: LIFTED`);
    expect((await nameOf(number)).errors).toEqual([]);
  });

  test('a restriction stops all but what it excepts', async () => {
    const number = numberOf('granted');
    const id = await idOf(number);
    const { data } = await record('restrictProcessing', `customer: "${id}", except: ["service.billing"], method: PAPER`);
    // The agent who recorded it is under it herself.
    expect(data.restrictProcessing).toEqual({ recordedAt: null, customer: null });
    const { errors } = await ask(`{ customer(by: { number: "${number}" }) { email } }`);
    expect(errors[0]?.extensions).toMatchObject({ reason: 'restriction' });
    const token = company.gateway.issuer.token({ sub: 'bill', kind: 'staff', roles: ['support'], purposes: ['service.billing'] });
    expect((await ask(`{ customer(by: { number: "${number}" }) { email } }`, { token })).errors[0]?.extensions['reason']).toBe('purpose');
    expect((await nameOf(number)).errors[0]?.extensions['reason']).toBe('restriction');
    await record('restrictProcessing', `customer: "${id}", status: LIFTED, method: PAPER`);
    expect((await nameOf(number)).errors).toEqual([]);
  });

  test('is in force at the next request of another process', async () => {
    const number = numberOf('granted');
    const id = await idOf(number);
    const other = await startTestGateway({ ...company.setup, env: { ...company.setup.env, STORE_FILE: `${company.gateway.folder}/store.sqlite` } });
    try {
      const there = (): Promise<Answered> => other.ask(`{ customer(by: { number: "${number}" }) { profile { name } } }`, { token: other.issuer.caller('marketing') });
      expect((await there()).errors).toEqual([]);
      await record('withdrawConsent', `customer: "${id}", purpose: "marketing.email", method: APP`);
      expect((await there()).errors[0]?.extensions['reason']).toBe('consent');
    } finally {
      await other.stop();
    }
  });
});

describe('a customer', () => {
  const own = { number: '10001' };
  const asHerself = (query: string): Promise<Answered> => ask(query, { token: company.gateway.issuer.caller('customer') });

  test('decides for herself and for nobody else', async () => {
    const id = await idOf(own.number);
    const token = company.gateway.issuer.caller('customer');
    expect((await record('recordConsent', `customer: "${id}", purpose: "marketing.email", notice: "n", noticeVersion: "1", method: APP`, { token })).errors).toEqual([]);
    const other = await idOf('10002');
    const refused = await record('recordConsent', `customer: "${other}", purpose: "marketing.email", notice: "n", noticeVersion: "1", method: APP`, { token });
    const unknown = await record('recordConsent', 'customer: "nobody", purpose: "marketing.email", notice: "n", noticeVersion: "1", method: APP', { token });
    expect(refused.text).toBe(unknown.text);
    expect(refused.errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', reason: 'UNKNOWN_CUSTOMER' });
    const { errors } = await record('recordConsent', `customer: "${id}", purpose: "marketing.email", notice: "n", noticeVersion: "1", method: APP, source: "crm"`, { token });
    expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argumentPath: ['input', 'source'] });
    expect((await record('restrictProcessing', `customer: "${id}", method: APP`, { token })).errors[0]?.extensions['code']).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    expect((await asHerself('{ me { consents { purpose source status notice } } }')).data.me.consents).toEqual([
      { purpose: 'marketing.email', source: 'crm', status: 'GRANTED', notice: null },
      { purpose: 'marketing.email', source: 'gateway', status: 'GRANTED', notice: 'n' },
    ]);
  });
});

describe('Global Privacy Control of her own app', () => {
  const token = (number: string): string => company.gateway.issuer.token({
    sub: `customer-${number}`, kind: 'customer', roles: ['customer'], purposes: ['service.support'], customers: [number],
  });
  const signalled = (number: string, signal: string): Promise<Answered> =>
    ask('{ me { number objections { purpose method source evidence } } }', { token: token(number), headers: { 'Sec-GPC': signal } });
  const asAcme = (number: string): Promise<Answered> => ask(`{ customer(by: { number: "${number}" }) { number } }`, {
    token: company.gateway.issuer.token({
      sub: 'acme', kind: 'partner', roles: ['partner-acme'], scope: 'customer:read', purposes: ['partner.share.acme'], customers: [number], view: 'acme',
    }),
  });

  test('is an objection to sharing, from then on and recorded once', async () => {
    const number = numberOf('granted');
    expect((await asAcme(number)).data.customer).toEqual({ number });
    for (let round = 0; round < 2; round += 1) {
      const { data, errors } = await signalled(number, '1');
      expect([errors, data.me]).toEqual([[], { number, objections: [{ purpose: 'partner.share.acme', method: 'SIGNAL', source: 'gpc', evidence: 'Sec-GPC: 1' }] }]);
    }
    const id = await idOf(number);
    expect(inStore(company.gateway, `SELECT id FROM fact WHERE customer = '${id}'`)).toHaveLength(1);
    // To the partner it is as if there were nothing to tell.
    const { data, errors } = await asAcme(number);
    expect([data.customer, errors]).toEqual([{ number: null }, []]);
    expect((await nameOf(number)).errors).toEqual([]);
  });

  test.each(['0', 'true', ''])('is not %j', async (signal) => {
    const number = numberOf('granted');
    expect((await signalled(number, signal)).data.me.objections).toEqual([]);
    expect((await asAcme(number)).data.customer).toEqual({ number });
  });

  test('is not sent by anybody else', async () => {
    const number = numberOf('granted');
    await ask(`{ customer(by: { number: "${number}" }) { number } }`, { headers: { 'Sec-GPC': '1' } });
    expect((await asAcme(number)).data.customer).toEqual({ number });
  });
});

describe('what cannot be recorded', () => {
  test.each([
    ['a purpose that nobody registered', 'purpose: "marketing.fax"', 'purpose'],
    ['a channel that is none', 'purpose: "marketing.email", channel: "E-Mail!"', 'channel'],
    ['a source that is no name', 'purpose: "marketing.email", source: "a b"', 'source'],
    ['a time to come', 'purpose: "marketing.email", collectedAt: "2999-01-01T00:00:00Z"', 'collectedAt'],
    ['an end before the beginning', 'purpose: "marketing.email", collectedAt: "2026-01-01T00:00:00Z", expiresAt: "2025-12-31T00:00:00Z"', 'expiresAt'],
    ['an empty reason', 'purpose: "marketing.email", evidence: " "', 'evidence'],
    ['a document for a reason', `purpose: "marketing.email", evidence: "${'x'.repeat(1001)}"`, 'evidence'],
  ])('is %s', async (_, input, member) => {
    const id = await idOf('10001');
    const before = inStore(company.gateway, 'SELECT id FROM fact').length;
    const { data, errors } = await record('recordConsent', `customer: "${id}", notice: "n", noticeVersion: "1", method: PHONE, ${input}`);
    expect(data).toEqual({ recordConsent: null });
    expect(errors).toMatchObject([{ path: ['recordConsent'], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', member] } }]);
    expect(inStore(company.gateway, 'SELECT id FROM fact')).toHaveLength(before);
  });

  test.each(['marketing', 'partner', 'steward'] as const)('by %s is anything', async (caller) => {
    const { errors } = await record('withdrawConsent', 'customer: "x", purpose: "marketing.email", method: PHONE', { token: company.gateway.issuer.caller(caller) });
    expect(errors).not.toEqual([]);
    expect(['UNAUTHORIZED_FIELD_OR_TYPE', 'GRAPHQL_VALIDATION_FAILED']).toContain(errors[0]?.extensions['code']);
  });
});
