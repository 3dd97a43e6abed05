import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { callsDuring, inStore, startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';
import { makeTestIssuer } from '../../fixtures/tokens.ts';

const query = '{ customer(by: { number: "10001" }) { number } }';
let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({
    // Here she may name herself in any way, so that it is not for lack of this right that nobody else is found.
    edit: { 'policies/customer.cedar': (text) => text.replace('action == Action::"lookup", resource == Field::"Customer.number"', 'action == Action::"lookup", resource') },
  });
}, 30_000);
afterAll(() => company.stop());

describe('without a good token', () => {
  const claims = { sub: 'yara', kind: 'staff', roles: ['support'], purposes: ['service.support'] };
  const hourAgo = Math.floor(Date.now() / 1000) - 3600;

  async function answerTo(authorization: string | undefined): Promise<Readonly<Record<string, unknown>>> {
    let response: Response | undefined;
    const calls = await callsDuring(company, async () => {
      response = await fetch(`${company.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
        body: JSON.stringify({ query }),
      });
    });
    return { status: response?.status, challenge: response?.headers.get('www-authenticate'), body: await response?.json(), calls };
  }

  const invalid = {
    status: 401, challenge: 'Bearer', calls: {},
    body: { errors: [{ message: 'A valid bearer token is required.', extensions: { code: 'UNAUTHENTICATED' } }] },
  };

  test.each<[string, () => string | undefined]>([
    ['no header', () => undefined],
    ['an empty one', () => ''],
    ['another scheme', () => 'Basic eWFyYTp5YXJh'],
    ['garbage', () => 'Bearer garbage'],
    ['three empty parts', () => 'Bearer ..'],
    ['two tokens', () => `Bearer ${company.gateway.issuer.token(claims)} ${company.gateway.issuer.token(claims)}`],
    ['a token that was signed by somebody else', () => `Bearer ${makeTestIssuer().token(claims)}`],
    ['a token for another service', () => `Bearer ${company.gateway.issuer.token({ ...claims, aud: 'warehouse' })}`],
    ['a token of another issuer', () => `Bearer ${company.gateway.issuer.token({ ...claims, iss: 'https://login.elsewhere.example' })}`],
    ['a token that is not good yet', () => `Bearer ${company.gateway.issuer.token({ ...claims, nbf: hourAgo + 7200 })}`],
    ['a token for no kind of caller', () => `Bearer ${company.gateway.issuer.token({ ...claims, kind: 'god' })}`],
    ['a token for an audience that is not here', () => `Bearer ${company.gateway.issuer.token({ ...claims, kind: 'partner', view: 'globex' })}`],
    ['a partner\'s token for the inside view', () => `Bearer ${company.gateway.issuer.token({ ...claims, kind: 'partner', view: 'internal' })}`],
    ['a token with a changed payload', () => {
      const [head, , signature] = company.gateway.issuer.token(claims).split('.');
      const payload = Buffer.from(JSON.stringify({ ...claims, aud: 'customer360', iss: 'https://login.sample-company.example', exp: hourAgo + 7200 }));
      return `Bearer ${head}.${payload.toString('base64url')}.${signature}`;
    }],
  ])('the answer to %s is 401 and tells nothing, and no system is asked', async (_, header) => {
    expect(await answerTo(header())).toEqual(invalid);
  });

  test('the answer to an expired one says that it has expired, and no more', async () => {
    expect(await answerTo(`Bearer ${company.gateway.issuer.token({ ...claims, exp: hourAgo })}`)).toEqual({
      status: 401, challenge: 'Bearer error="invalid_token", error_description="expired"', calls: {},
      body: { errors: [{ message: 'The token has expired.', extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  });
});

describe('the purpose', () => {
  const ask = (purposes: readonly string[], header?: string): Promise<Answered> =>
    company.gateway.ask(query, {
      token: company.gateway.issuer.token({ sub: 'yara', kind: 'staff', roles: ['support', 'marketing'], purposes }),
      ...(header === undefined ? {} : { headers: { 'x-purpose': header } }),
    });

  test.each<[string, readonly string[], string | undefined, string]>([
    ['that the token lacks', ['service.support'], 'marketing.email', 'PURPOSE_NOT_ALLOWED'],
    ['that nobody has registered', ['service.support', 'world.domination'], 'world.domination', 'PURPOSE_NOT_ALLOWED'],
    ['that is empty', ['service.support'], '', 'PURPOSE_NOT_ALLOWED'],
    ['that is two', ['service.support', 'marketing.email'], 'service.support, marketing.email', 'PURPOSE_NOT_ALLOWED'],
    ['of a token with none', [], undefined, 'PURPOSE_NOT_ALLOWED'],
    ['that is left open by a token with two', ['service.support', 'marketing.email'], undefined, 'PURPOSE_REQUIRED'],
  ])('%s is refused', async (_, purposes, header, code) => {
    const { status, data, errors } = await ask(purposes, header);
    expect({ status, data, codes: errors.map(({ extensions }) => extensions['code']) }).toEqual({ status: 403, data: undefined, codes: [code] });
  });

  test('is the token\'s only one, or the one in the header', async () => {
    for (const answered of [await ask(['service.support']), await ask(['service.support', 'marketing.email'], 'marketing.email')]) {
      expect(answered).toMatchObject({ status: 200, data: { customer: { number: '10001' } }, errors: [] });
    }
  });

  test.each<[string, string, string | undefined, string]>([
    ['is the one that a scope names', 'openid dpv:CommunicationForCustomerCare', undefined, 'none'],
    ['is the header\'s, when a scope names it', 'dpv:CommunicationForCustomerCare dpv:DirectMarketing', 'marketing.email', 'none'],
    ['is left open by two scopes', 'dpv:CommunicationForCustomerCare dpv:DirectMarketing', undefined, 'PURPOSE_REQUIRED'],
    ['is not one that no scope names', 'dpv:CommunicationForCustomerCare', 'marketing.email', 'PURPOSE_NOT_ALLOWED'],
    ['is none for a scope that nobody has registered', 'dpv:FraudPreventionAndDetection', undefined, 'PURPOSE_NOT_ALLOWED'],
  ])('of a token without purposes %s', async (_, scope, header, refusal) => {
    const token = company.gateway.issuer.token({ sub: 'yara', kind: 'staff', roles: ['support', 'marketing'], scope });
    const { data, errors } = await company.gateway.ask(query, { token, ...(header === undefined ? {} : { headers: { 'x-purpose': header } }) });
    expect([data, errors[0]?.extensions['code'] ?? 'none']).toEqual([refusal === 'none' ? { customer: { number: '10001' } } : undefined, refusal]);
  });

  test('that is registered but gives no right leaves nothing readable', async () => {
    const { data, errors } = await ask(['service.billing']);
    expect(data).toEqual({ customer: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'purpose' } }]);
  });
});

describe('who may see some customers only', () => {
  let ids: Readonly<Record<string, string>>;
  let links: number;
  const stored = (): number => Number(inStore(company.gateway, 'SELECT count(*) AS links FROM link')[0]?.['links']);
  beforeAll(async () => {
    const { data } = await company.gateway.ask('{ her: customer(by: { number: "10001" }) { id } other: customer(by: { number: "10004" }) { id billing { currency } } }');
    ids = { her: data.her.id, other: data.other.id };
  });
  beforeEach(() => {
    links = stored();
  });

  /** Asks as one of them, and makes sure that asking makes nothing happen. */
  async function quietly(caller: 'partner' | 'customer', by: unknown): Promise<Answered> {
    const answers: Answered[] = [];
    const calls = await callsDuring(company, async () => {
      answers.push(await company.gateway.ask('query ($by: CustomerKey!) { customer(by: $by) { id } }', { variables: { by }, token: company.gateway.issuer.caller(caller) }));
    });
    expect(calls).toEqual({});
    expect(stored()).toBe(links);
    const [answer] = answers;
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }

  test.each<[string, () => unknown]>([
    ['somebody else\'s number', () => ({ number: '10004' })],
    ['the number of somebody whom nobody asked for yet', () => ({ number: '10900' })],
    ['a number that nobody has', () => ({ number: '99999' })],
    ['somebody else\'s id', () => ({ id: ids['other'] })],
    ['an id that nobody has', () => ({ id: '00000000-0000-4000-8000-000000000000' })],
    ['somebody else\'s address', () => ({ email: company.people.at(3)?.email })],
    ['somebody else\'s phone number', () => ({ phone: '+4553123456' })],
    ['somebody else\'s key in the CRM', () => ({ external: { namespace: 'crm', value: company.people.at(3)?.copies.crm?.id } })],
    ['somebody else\'s number as a key', () => ({ external: { namespace: 'number', value: '10004' } })],
  ])('finds nobody by %s', async (_, by) => {
    const { status, data, errors } = await quietly('customer', by());
    expect({ status, data, errors }).toEqual({ status: 200, data: { customer: null }, errors: [] });
  });

  test('finds herself by her number and id', async () => {
    expect((await quietly('customer', { number: '10001' })).data.customer).toEqual({ id: ids['her'] });
    expect((await quietly('customer', { id: ids['her'] })).data.customer).toEqual({ id: ids['her'] });
  });

  test('finds nobody as a partner outside its contract, and is told the same of who is not there', async () => {
    const other = await quietly('partner', { number: '10004' });
    const nobody = await quietly('partner', { number: '99999' });
    expect(other.text).toBe(nobody.text);
    expect(other.data).toEqual({ customer: null });
  });

  test('is refused a way of looking up that her contract does not name, whoever it is about', async () => {
    const own = await quietly('partner', { id: ids['her'] });
    const other = await quietly('partner', { id: ids['other'] });
    expect(own.text).toBe(other.text);
    expect(own.errors).toMatchObject([{ path: ['customer'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope' } }]);
  });

  test('may name several, and gets her own', async () => {
    const { gateway } = company;
    const { data, errors } = await gateway.ask('{ customersBy(keys: [{ number: "10002" }, { number: "10004" }, { number: "10001" }]) { number } }', {
      token: gateway.issuer.caller('partner'),
    });
    expect(errors).toEqual([]);
    expect(data.customersBy).toEqual([{ number: '10002' }, null, { number: '10001' }]);
  });

  test('sees nobody when the token names nobody', async () => {
    const token = company.gateway.issuer.token({ sub: 'x', kind: 'customer', roles: ['customer'], purposes: ['service.support'] });
    expect(await company.gateway.ask(query, { token })).toMatchObject({ status: 200, data: { customer: null }, errors: [] });
  });
});
