import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
afterAll(() => company.stop());

const given = Symbol('given');
const absent = Symbol('absent');

/** What each caller gets of customer 10001: `given`, the reason for which it is denied, or `absent` where there is no such field for it. */
const parts: readonly (readonly [field: string, marketing: unknown, support: unknown, partner: unknown, customer: unknown])[] = [
  ['id', given, given, given, given],
  ['number', given, given, given, given],
  ['kind', given, given, absent, given],
  ['since', given, given, absent, given],
  ['email', given, given, given, given],
  ['phone', 'scope', given, absent, given],
  ['segments', given, 'scope', absent, 'purpose'],
  ['lifecycleStage', given, 'scope', absent, 'purpose'],
  ['scores { type value }', given, 'scope', absent, 'purpose'],
  ['profile { name }', given, given, given, given],
  ['profile { language }', given, given, given, given],
  ['profile { birthDate }', 'scope', given, absent, given],
  ['contactPoints { value }', 'scope', given, absent, given],
  ['identities { namespace value }', 'scope', given, absent, given],
  ['billing { currency }', given, given, absent, given],
  ['billing { lifetimeRevenue }', given, given, absent, given],
  ['billing { balance }', 'scope', given, absent, given],
  ['invoices(first: 1) { edges { node { number } } }', 'scope', given, absent, given],
  ['payments(first: 1) { edges { node { amount } } }', 'scope', given, absent, given],
  ['paymentMethods(first: 1) { edges { node { last4 } } }', 'scope', given, absent, given],
  ['tickets(first: 1) { edges { node { name } } }', 'scope', given, absent, given],
  ['tickets(first: 1) { edges { node { comments(first: 1) { edges { node { body } } } } } }', 'scope', given, absent, 'scope'],
  ['satisfaction(first: 1) { edges { node { score } } }', given, given, absent, given],
  ['satisfaction(first: 1) { edges { node { comment } } }', 'scope', given, absent, given],
  ['completeness { status } number', given, given, absent, 'purpose'],
  ['provenance { path } number', given, given, absent, 'purpose'],
];

describe.each(['marketing', 'support', 'partner', 'customer'] as const)('%s gets', (caller) => {
  const column = { marketing: 1, support: 2, partner: 3, customer: 4 }[caller];

  test.each(parts.map((row) => [row[0], row[column]] as const))('of %s its part', async (field, expected) => {
    const { gateway } = company;
    const { status, data, errors } = await gateway.ask(`{ customer(by: { number: "10001" }) { ${field} } }`, { token: gateway.issuer.caller(caller) });
    if (expected === absent) {
      expect([status, data, errors[0]?.extensions['code']]).toEqual([400, undefined, 'GRAPHQL_VALIDATION_FAILED']);
      return;
    }
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
    expect('policies' in (errors[0]?.extensions ?? {})).toBe(caller === 'marketing' || caller === 'support');
  });
});

/** Follows the one thing that was selected down to where the answer ends. */
function leafOf(value: unknown, path: readonly (string | number)[]): readonly [unknown, readonly (string | number)[]] {
  if (value === null || typeof value !== 'object') return [value, path];
  const [[name, inner] = ['', undefined]] = Object.entries(value);
  return leafOf(inner, [...path, Array.isArray(value) ? Number(name) : name]);
}

test('completeness says of which systems nothing may be seen', async () => {
  const { gateway } = company;
  const { data } = await gateway.ask('{ customer(by: { number: "10001" }) { number invoices { edges { cursor } } completeness { source { key } status } } }', {
    token: gateway.issuer.caller('marketing'),
  });
  expect(data.customer.completeness).toEqual([{ source: { key: 'crm' }, status: 'OK' }, { source: { key: 'billing' }, status: 'DENIED' }]);
});

test('a denial names the policy that forbids, to staff', async () => {
  const { gateway } = company;
  const { errors } = await gateway.ask('{ customer(by: { number: "10001" }) { profile { birthDate } } }', { token: gateway.issuer.caller('marketing') });
  expect(errors[0]?.extensions).toEqual({ code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope', policies: ['birth-dates-are-not-for-marketing'], ask: ['CIO'] });
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
