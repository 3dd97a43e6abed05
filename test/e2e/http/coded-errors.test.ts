import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({ edit: { 'customer360.yaml': (text) => text.replace('self: { fields: all, introspection: true }', 'self: { fields: all }') } });
}, 30_000);
afterAll(() => company.stop());

/** What is wrong with a request, and what a client is told of it: random requests found all of these answered as faults of the gateway. */
const query = '{ __typename }';
const persisted = (persistedQuery: unknown): object => ({ query, extensions: { persistedQuery } });

test.each<[string, object, string]>([
  ['the schema, of who may not look at it', { query: '{ __schema { types { name } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['the schema where there is none', { query: '{ customer(by: { number: "10001" }) { profile { __schema { types { name } } } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['the hash of something else', persisted({ version: 1, sha256Hash: 'a'.repeat(64) }), 'BAD_REQUEST'],
  ['another version of hashes', persisted({ version: 2, sha256Hash: 'a'.repeat(64) }), 'BAD_REQUEST'],
  ['a hash that is none', persisted({ version: 1, sha256Hash: { length: 64 } }), 'BAD_REQUEST'],
  ['something instead of a hash', persisted(5), 'BAD_REQUEST'],
])('%s is told by its code, and not who says so', async (_, body, code) => {
  const response = await fetch(`${company.gateway.url}/graphql`, {
    method: 'POST', headers: { authorization: `Bearer ${company.gateway.issuer.caller('customer')}`, 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  const text = await response.text();
  const { errors } = JSON.parse(text) as { readonly errors: readonly { readonly extensions: { readonly code: string } }[] };
  expect([response.status, ...new Set(errors.map(({ extensions }) => extensions.code))]).toEqual([400, code]);
  expect(text).not.toMatch(/apollo/i);
});
