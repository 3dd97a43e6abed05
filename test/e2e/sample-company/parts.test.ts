import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
});
afterAll(() => company.stop());

const given = Symbol('given');

/** What each caller gets of customer 10001: `given`, or the reason for which it is denied. */
const parts: readonly (readonly [field: string, marketing: unknown, support: unknown, customer: unknown])[] = [
  ['id', given, given, given],
  ['number', given, given, given],
  ['kind', given, given, given],
  ['since', given, given, given],
  ['email', given, given, given],
  ['phone', 'scope', given, given],
  ['segments', given, 'scope', 'scope'],
  ['lifecycleStage', given, 'scope', 'scope'],
  ['scores { type value }', given, 'scope', 'scope'],
  ['profile { name }', given, given, given],
  ['profile { birthDate }', 'scope', given, given],
  ['contactPoints { value }', 'scope', given, given],
  ['identities { namespace value }', 'scope', given, given],
  ['billing { currency }', given, given, given],
  ['billing { lifetimeRevenue }', given, given, given],
  ['billing { balance }', 'scope', given, given],
  ['invoices(first: 1) { edges { node { number } } }', 'scope', given, given],
  ['payments(first: 1) { edges { node { amount } } }', 'scope', given, given],
  ['paymentMethods(first: 1) { edges { node { last4 } } }', 'scope', given, given],
  ['tickets(first: 1) { edges { node { name } } }', 'scope', given, given],
  ['tickets(first: 1) { edges { node { comments(first: 1) { edges { node { body } } } } } }', 'scope', given, 'scope'],
  ['satisfaction(first: 1) { edges { node { score } } }', given, given, given],
  ['satisfaction(first: 1) { edges { node { comment } } }', 'scope', given, given],
  ['completeness { status } number', given, given, 'scope'],
  ['provenance { path } number', given, given, 'scope'],
];

describe.each(['marketing', 'support', 'customer'] as const)('%s gets', (caller) => {
  const column = { marketing: 1, support: 2, customer: 3 }[caller];

  test.each(parts.map((row) => [row[0], row[column]] as const))('of %s its part', async (field, expected) => {
    const { gateway } = company;
    const { status, data, errors } = await gateway.ask(`{ customer(by: { number: "10001" }) { ${field} } }`, { token: gateway.issuer.caller(caller) });
    expect(status).toBe(200);
    const [leaf, path] = leafOf(data.customer, ['customer']);
    if (expected === given) {
      expect(errors).toEqual([]);
      expect(leaf).toEqual(expect.anything());
      return;
    }
    expect(leaf).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ path, extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: expected } });
    // Only staff are told which policies decided.
    expect('policies' in (errors[0]?.extensions ?? {})).toBe(caller !== 'customer');
  });
});

/** Follows the one thing that was selected down to where the answer ends. */
function leafOf(value: unknown, path: readonly (string | number)[]): readonly [unknown, readonly (string | number)[]] {
  if (value === null || typeof value !== 'object') return [value, path];
  const [[name, inner] = ['', undefined]] = Object.entries(value);
  return leafOf(inner, [...path, Array.isArray(value) ? Number(name) : name]);
}

test('a denial names the policy that forbids, to staff', async () => {
  const { gateway } = company;
  const { errors } = await gateway.ask('{ customer(by: { number: "10001" }) { profile { birthDate } } }', { token: gateway.issuer.caller('marketing') });
  expect(errors[0]?.extensions).toEqual({ code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope', policies: ['birth-dates-are-not-for-marketing'] });
});

test('what the caller may see for another purpose only is denied for its purpose', async () => {
  const { gateway } = company;
  const token = gateway.issuer.token({
    sub: 'mona', kind: 'staff', roles: ['marketing', 'support'], purposes: ['marketing.email', 'service.support'],
  });
  const query = '{ customer(by: { number: "10001" }) { segments phone } }';
  const reasons = async (purpose: string): Promise<unknown> => {
    const { data, errors } = await gateway.ask(query, { token, headers: { 'x-purpose': purpose } });
    return { data: data.customer, reasons: errors.map(({ path, extensions }) => [path?.at(-1), extensions['reason']]) };
  };
  expect(await reasons('marketing.email')).toEqual({ data: { segments: ['newsletter', 'vip', 'loyal'], phone: null }, reasons: [['phone', 'purpose']] });
  expect(await reasons('service.support')).toEqual({ data: { segments: null, phone: '+4915121234567' }, reasons: [['segments', 'purpose']] });
});

describe('the partner', () => {
  const ask = (query: string): ReturnType<TestCompany['gateway']['ask']> =>
    company.gateway.ask(query, { token: company.gateway.issuer.caller('partner') });

  test('gets all that its contract names', async () => {
    const { data, errors } = await ask('{ customer(by: { number: "10001" }) { id number profile { name language } } }');
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({ id: expect.any(String), number: '10001', profile: { name: 'Käthe Krüger', language: 'de-DE' } });
  });

  test.each([
    'customer(by: { number: "10001" }) { email }', 'customer(by: { number: "10001" }) { profile { birthDate } }',
    'customer(by: { number: "10001" }) { completeness { status } }', 'customer(by: { number: "10001" }) { invoices { edges { node { number } } } }',
    'customer(by: { email: "kaethe.krueger@post.example" }) { number }', 'customers { edges { node { number } } }', 'sources { key }',
  ])('has no %s in its schema', async (field) => {
    const { status, data, errors, text } = await ask(`{ ${field} }`);
    expect(status).toBe(400);
    expect(data).toBeUndefined();
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(text).not.toMatch(/Did you mean "(?!customer")/);
  });

  test('cannot introspect', async () => {
    const { errors } = await ask('{ __schema { types { name } } }');
    expect(errors.every(({ extensions }) => extensions['code'] === 'GRAPHQL_VALIDATION_FAILED')).toBe(true);
    expect(errors).not.toHaveLength(0);
  });
});
