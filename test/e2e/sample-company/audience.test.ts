import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, validateSchema, type IntrospectionQuery } from 'graphql';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({
    // The policy is wide open: what the partner does not get, it does not get because it does not exist for it.
    files: { 'policies/open.cedar': '@id("open") permit (principal in Role::"partner-acme", action, resource);' },
    edit: {
      'purposes.yaml': (text) => text.replace('dataClasses: [identifier, profile, contact]\n', 'dataClasses: [identifier, profile, contact, financial]\n'),
      'customer360.yaml': (text) => text.replace(/acme:\n(?: {4}.*\n)+/, `acme:
    documents: off
    introspection: true
    fields: [Query.customer, Customer.number, Customer.contactPoints, EmailContactPoint.value, Customer.invoices, Invoice.number, Invoice.lineItems, InvoiceLineItem.totalAmount]
`),
    },
  });
}, 30_000);
afterAll(() => company.stop());

const asPartner = (query: string): Promise<Answered> => company.gateway.ask(query, { token: company.gateway.issuer.caller('partner') });

test('an audience gets the fields of its list', async () => {
  const { data, errors } = await asPartner('{ customer(by: { number: "10001" }) { id number invoices(first: 1) { edges { node { number lineItems { totalAmount } } } } } }');
  expect(errors).toEqual([]);
  expect(data.customer).toEqual({
    id: expect.any(String), number: '10001', invoices: { edges: [{ node: { number: 'INV-10001-0064', lineItems: [{ totalAmount: '9.90' }, { totalAmount: '4.90' }] } }] },
  });
});

test('of a list of several kinds it gets those that exist for it, and no trace of the others', async () => {
  const { data, errors } = await asPartner('{ customer(by: { number: "10001" }) { contactPoints { __typename value ... on EmailContactPoint { mail: value } } } }');
  expect(errors).toEqual([]);
  const [address] = [{ __typename: 'EmailContactPoint', value: 'kaethe.krueger@post.example', mail: 'kaethe.krueger@post.example' }];
  expect(data.customer.contactPoints).toEqual([address, address, address]);
});

describe('what is not on the list does not exist:', () => {
  test.each([
    'customer(by: { number: "10001" }) { emial email }',
    'customer(by: { number: "10001" }) { contactPoints { ... on PhoneContactPoint { value } } }',
    'customer(by: { number: "10001" }) { contactPoints { ... on EmailContactPoint { verifiedAt } } }',
    'customer(by: { number: "10001" }) { invoices { edges { node { totalAmount } } } }',
    'customer(by: { email: "kaethe.krueger@post.example" }) { number }',
    'customer(by: { external: { namespace: "crm", value: "1" } }) { number }',
    'customersBy(keys: [{ number: "10001" }]) { number }',
    'customers { edges { node { number } } }',
    'sources { key }',
  ])('%s', async (field) => {
    const { status, data, errors, text } = await asPartner(`{ ${field} }`);
    expect({ status, data }).toEqual({ status: 400, data: undefined });
    expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
    expect(text).not.toMatch(/Did you mean[^?]*"(email|customers|customersBy|sources|PhoneContactPoint|external|totalAmount)"/);
  });
});

describe('what is not on the list is answered like what was never there:', () => {
  test.each<[string, string, (word: string) => string]>([
    ['a field', 'email', (word) => `{ customer(by: { number: "10001" }) { ${word} } }`],
    ['a field that is nearly spelt', 'emial', (word) => `{ customer(by: { number: "10001" }) { ${word} } }`],
    ['a field of a type that is there', 'totalAmount', (word) => `{ customer(by: { number: "10001" }) { invoices { edges { node { ${word} } } } } }`],
    ['a root field', 'customers', (word) => `{ ${word} { edges { cursor } } }`],
    ['a mutation', 'recordConsent', (word) => `mutation { ${word}(input: {}) { recordedAt } }`],
    ['a type', 'PhoneContactPoint', (word) => `{ customer(by: { number: "10001" }) { contactPoints { ... on ${word} { value } } } }`],
    ['a type of variables', 'CustomerFilter', (word) => `query ($where: ${word}) { customer(by: { number: "10001" }) { number } }`],
    ['a key', 'phone', (word) => `{ customer(by: { ${word}: "x" }) { number } }`],
    ['an argument', 'orderBy', (word) => `{ customer(by: { number: "10001" }, ${word}: SINCE) { number } }`],
  ])('%s', async (_, hidden, query) => {
    const nonsense = 'q'.repeat(hidden.length);
    const [one, other] = await Promise.all([hidden, nonsense].map((word) => asPartner(query(word))));
    expect(one?.status).toBe(400);
    // What is like a word that is there may be suggested: that is on the list.
    const suggestion = / Did you mean ([^?]*)\?/g;
    const suggested = [...(one?.text ?? '').matchAll(suggestion)].flatMap(([, names = '']) => names.match(/\w{3,}/g) ?? []);
    expect(['customer', 'Customer', 'CustomerKey', 'ContactPoint', 'EmailContactPoint']).toEqual(expect.arrayContaining(suggested));
    const told = (answer: Answered | undefined): unknown => [answer?.status, answer?.text.replaceAll(hidden, nonsense).replaceAll(suggestion, '')];
    expect(told(one)).toEqual(told(other));
  });
});

test('introspection shows a whole schema of what is on the list, from which a client can be generated', async () => {
  const { data, errors } = await asPartner(getIntrospectionQuery());
  expect(errors).toEqual([]);
  const schema = buildClientSchema(data as IntrospectionQuery);
  expect(validateSchema(schema)).toEqual([]);
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && 'getFields' in type)
    .flatMap((type) => ('getFields' in type ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : []));
  expect(fields.sort()).toEqual([
    'ContactPoint.value', 'Customer.contactPoints', 'Customer.id', 'Customer.invoices', 'Customer.number', 'CustomerKey.id', 'CustomerKey.number',
    'EmailContactPoint.value', 'Invoice.lineItems', 'Invoice.number', 'InvoiceConnection.edges', 'InvoiceConnection.pageInfo', 'InvoiceEdge.cursor',
    'InvoiceEdge.node', 'InvoiceLineItem.totalAmount', 'Node.id', 'PageInfo.endCursor', 'PageInfo.hasNextPage', 'PageInfo.hasPreviousPage', 'PageInfo.startCursor',
    'Query.customer',
  ]);
});

test('other audiences are not touched by it', async () => {
  const { data, errors } = await company.gateway.ask('{ customer(by: { number: "10001" }) { contactPoints { __typename } } }');
  expect(errors).toEqual([]);
  expect(new Set(data.customer.contactPoints.map((one: { __typename: string }) => one.__typename))).toEqual(
    new Set(['EmailContactPoint', 'PhoneContactPoint', 'PostalAddress', 'SocialHandle']),
  );
});
