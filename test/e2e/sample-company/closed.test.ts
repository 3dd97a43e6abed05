import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsDuring, inStore, startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';

/** Nothing is open because something was not set. */
const query = '{ customer(by: { number: "10001" }) { id number email profile { name } } }';
const policyFiles = ['consent', 'customer', 'marketing', 'partner-acme', 'privacy', 'steward', 'support'].map((name) => `policies/${name}.cedar`);

describe.each([
  ['no policy file', Object.fromEntries(policyFiles.map((name) => [name, null]))],
  ['empty policy files', Object.fromEntries(policyFiles.map((name) => [name, '']))],
])('with %s', (_, files) => {
  let company: TestCompany;
  beforeAll(async () => {
    company = await startCompany({ files });
  }, 30_000);
  afterAll(() => company.stop());

  test.each(['support', 'marketing', 'customer', 'steward'] as const)('%s gets nothing, and nobody is asked', async (caller) => {
    const answers: Answered[] = [];
    const calls = await callsDuring(company, async () => {
      for (const text of [query, '{ me { id } }', '{ customers(first: 1) { edges { node { id } } } }', '{ sources { key } }', '{ linkReviews(first: 1) { edges { cursor } } }']) {
        answers.push(await company.gateway.ask(text, { token: company.gateway.issuer.caller(caller) }));
      }
    });
    for (const { data, errors } of answers) {
      expect(Object.values(data as object)).toEqual([null]);
      expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    }
    expect(calls).toEqual({});
  });
});

describe('the sample company', () => {
  let company: TestCompany;
  beforeAll(async () => {
    company = await startCompany({
      files: {
        'policies/failing.cedar': `@id("fails") forbid (principal, action == Action::"read", resource == Field::"Customer.email")
          when { context.customer.regions.contains("north") && 9223372036854775807 + 1 > 0 };`,
      },
    });
  }, 30_000);
  afterAll(() => company.stop());

  test.each([
    ['no purpose', []],
    ['a purpose that nobody registered', ['world.domination']],
  ])('tells nothing to a token with %s', async (_, purposes) => {
    const calls = await callsDuring(company, async () => {
      const { status, data, errors } = await company.gateway.ask(query, { token: company.gateway.issuer.token({ sub: 'x', kind: 'staff', roles: ['support'], purposes }) });
      expect([status, data, errors[0]?.extensions['code']]).toEqual([403, undefined, 'PURPOSE_NOT_ALLOWED']);
    });
    expect(calls).toEqual({});
  });

  test('denies where a forbid fails for a customer, and not where it does not come to that', async () => {
    const { data } = await company.gateway.ask(query);
    expect(data.customer.email).toBe('kaethe.krueger@post.example');
    inStore(company.gateway, `INSERT INTO fact (id, customer, at, recorded_at, entry) SELECT 'r', '${data.customer.id}', 1, 1, json_object('id', 'r', 'customer', '${data.customer.id}', 'recordedAt', 1, 'actor', 'x',
      'fact', json_object('kind', 'relation', 'relation', 'REGION', 'party', 'north', 'status', 'HOLDS', 'source', 'x', 'method', 'IMPORTED', 'at', 1))`);
    const after = await company.gateway.ask(query);
    expect([after.data.customer.email, after.data.customer.number]).toEqual([null, '10001']);
    expect(after.errors[0]?.extensions).toMatchObject({ code: 'UNAUTHORIZED_FIELD_OR_TYPE' });
  });

  test('tells nothing while the store cannot say what is known of a customer', async () => {
    inStore(company.gateway, 'ALTER TABLE fact RENAME TO gone');
    try {
      const { status, data, errors, text } = await company.gateway.ask(query);
      expect([status, data, errors[0]?.extensions['code']]).toEqual([500, undefined, 'INTERNAL_SERVER_ERROR']);
      expect(text).not.toMatch(/fact|10001|kaethe/);
    } finally {
      inStore(company.gateway, 'ALTER TABLE gone RENAME TO fact');
    }
    expect((await company.gateway.ask(query)).data.customer.number).toBe('10001');
  });
});
