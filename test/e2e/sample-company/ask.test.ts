import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsDuring, startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
afterAll(() => company.stop());

const customer10001 = 'customer(by: { number: "10001" })';

describe('the one query', () => {
  test('is answered in full, from three systems, for a support agent', async () => {
    const { status, data, errors } = await company.gateway.ask(`{ ${customer10001} {
      id profile { name } billing { currency balance }
      invoices(first: 2) { edges { node { number totalAmount } } }
      tickets(first: 2) { edges { node { name status } } }
      completeness { source { key } status }
    } }`);
    expect(status).toBe(200);
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      profile: { name: 'Käthe Krüger' },
      billing: { currency: 'EUR', balance: '17.61' },
      invoices: { edges: [{ node: { number: 'INV-10001-0064', totalAmount: '17.61' } }, { node: { number: 'INV-10001-0063', totalAmount: '17.61' } }] },
      tickets: { edges: [{ node: { name: 'Parcel has not arrived', status: 'CLOSED' } }, { node: { name: 'Please stop the newsletter', status: 'CLOSED' } }] },
      completeness: ['crm', 'billing', 'support'].map((key) => ({ source: { key }, status: 'OK' })),
    });
  });
});

describe('how a query may be written', () => {
  test('aliases ask one field several times with different arguments', async () => {
    const { data, errors } = await company.gateway.ask(`{
      ${customer10001} {
        one: invoices(first: 1) { edges { node { number } } }
        two: invoices(first: 2) { edges { node { n: number number } } }
        sum: billing { balance } currency: billing { currency }
      }
      other: customer(by: { number: "10002" }) { number }
    }`);
    expect(errors).toEqual([]);
    expect(data.customer.one.edges).toEqual([{ node: { number: 'INV-10001-0064' } }]);
    expect(data.customer.two.edges).toEqual(['INV-10001-0064', 'INV-10001-0063'].map((number) => ({ node: { n: number, number } })));
    expect(data.customer).toMatchObject({ sum: { balance: '17.61' }, currency: { currency: 'EUR' } });
    expect(data.other).toEqual({ number: '10002' });
  });

  test('aliased edges and nodes of one connection select on their own', async () => {
    const { data, errors } = await company.gateway.ask(
      `{ ${customer10001} { invoices(first: 1) { a: edges { node { number } } b: edges { x: node { currency } y: node { status } cursor } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data.customer.invoices).toEqual({
      a: [{ node: { number: 'INV-10001-0064' } }],
      b: [{ x: { currency: 'EUR' }, y: { status: expect.any(String) }, cursor: expect.any(String) }],
    });
  });

  test('fragments, named and inline, are merged with what stands beside them', async () => {
    const { data, errors } = await company.gateway.ask(`
      query Look { ${customer10001} { ...names profile { familyName } ... on Customer { number } } }
      fragment names on Customer { profile { ...given } number }
      fragment given on Profile { givenName }
    `);
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({ profile: { givenName: 'Käthe', familyName: 'Krüger' }, number: '10001' });
  });

  test('inline fragments give each kind of contact point its own fields', async () => {
    const { data, errors } = await company.gateway.ask(`{ ${customer10001} { contactPoints {
      __typename value ... on PostalAddress { city country } ... on EmailContactPoint { verifiedAt source { key } } ... on Record { remoteId }
    } } }`);
    expect(errors).toEqual([]);
    expect(data.customer.contactPoints).toEqual(expect.arrayContaining([
      { __typename: 'PhoneContactPoint', value: '+4915121234567', remoteId: '0035g0000008ct8' },
      { __typename: 'PostalAddress', value: 'Lindenstraße 12 10969 Berlin DE', city: 'Berlin', country: 'DE', remoteId: '0035g0000008ct8' },
      {
        __typename: 'EmailContactPoint', value: 'kaethe.krueger@post.example', verifiedAt: expect.stringMatching(/Z$/),
        source: { key: 'crm' }, remoteId: '0035g0000008ct8',
      },
      { __typename: 'EmailContactPoint', value: 'kaethe.krueger@post.example', verifiedAt: null, source: { key: 'billing' }, remoteId: 'cus_00ARfCyCWmuA6y' },
    ]));
  });

  test.each([
    [true, { number: '10001' }],
    [false, { number: '10001', profile: { name: 'Käthe Krüger' }, kind: 'PERSON' }],
  ])('@skip(if: %s) and its opposite @include decide by variable', async (less, expected) => {
    const { data, errors } = await company.gateway.ask(
      `query ($less: Boolean!, $more: Boolean!) { ${customer10001} { number profile @skip(if: $less) { name } ... @include(if: $more) { kind } } }`,
      { variables: { less, more: !less } },
    );
    expect(errors).toEqual([]);
    expect(data.customer).toEqual(expected);
  });

  test('variables stand for keys, whole or in part, and for page sizes', async () => {
    const { data, errors } = await company.gateway.ask(
      `query ($by: CustomerKey!, $number: String, $first: Int!) {
        whole: customer(by: $by) { number } part: customer(by: { number: $number }) { number invoices(first: $first) { edges { cursor } } }
      }`,
      { variables: { by: { number: '10002' }, number: '10001', first: 3 } },
    );
    expect(errors).toEqual([]);
    expect(data.whole).toEqual({ number: '10002' });
    expect(data.part.invoices.edges).toHaveLength(3);
  });

  test.each([
    ['a key that is not there', 'query ($it: String) { customer(by: { number: $it }) { number } }', {}, 'by'],
    ['a key that is null', 'query ($it: String) { customer(by: { number: $it }) { number } }', { it: null }, 'by'],
    ['one of several keys', 'query ($it: String) { customersBy(keys: [{ number: "10002" }, { number: $it }]) { number } }', {}, 'keys'],
    ['a page size', 'query ($it: Int) { customer(by: { number: "10001" }) { invoices(first: $it) { edges { cursor } } } }', { it: null }, 'first'],
    ['a direction', 'query ($it: OrderDirection) { customers(orderBy: { field: SINCE, direction: $it }) { edges { cursor } } }', { it: null }, 'orderBy'],
  ])('a variable that cannot stand for %s is told before anything is asked, and its neighbours are not logged', async (_, query, variables, argument) => {
    const calls = await callsDuring(company, async () => {
      const { status, data, errors } = await company.gateway.ask(query, { variables });
      expect({ status, data }).toEqual({ status: 400, data: undefined });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: [argument] } }]);
    });
    expect(calls).toEqual({});
    expect(company.gateway.log()).not.toContain('10002');
  });

  test('__typename is answered at every level', async () => {
    const { data, errors } = await company.gateway.ask(`{ __typename ${customer10001} {
      __typename profile { __typename } billing { __typename } completeness { __typename source { __typename } }
      invoices(first: 1) { __typename pageInfo { __typename } edges { __typename node { __typename lineItems { __typename } source { __typename } } } }
    } }`);
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      __typename: 'Query',
      customer: {
        __typename: 'Customer', profile: { __typename: 'Profile' }, billing: { __typename: 'BillingSummary' },
        invoices: {
          __typename: 'InvoiceConnection', pageInfo: { __typename: 'PageInfo' },
          edges: [{ __typename: 'InvoiceEdge', node: { __typename: 'Invoice', source: { __typename: 'SourceSystem' } } }],
        },
      },
    });
    expect(data.customer.invoices.edges[0].node.lineItems[0]).toEqual({ __typename: 'InvoiceLineItem' });
    expect(data.customer.completeness[0]).toEqual({ __typename: 'SourceStatus', source: { __typename: 'SourceSystem' } });
  });

  test('of several operations, the named one is run', async () => {
    const response = await fetch(`${company.gateway.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${company.gateway.issuer.caller('support')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: `query A { ${customer10001} { number } } query B { ${customer10001} { kind } }`, operationName: 'B' }),
    });
    expect(await response.json()).toEqual({ data: { customer: { kind: 'PERSON' } } });
  });

  test('introspection describes the schema, alone and beside data', async () => {
    const { data, errors } = await company.gateway.ask(`{
      __schema { queryType { name } } __type(name: "CustomerFilter") { inputFields { name } } ${customer10001} { number }
    }`);
    expect(errors).toEqual([]);
    expect(data).toEqual({
      __schema: { queryType: { name: 'Query' } },
      __type: { inputFields: ['segment', 'city', 'country', 'lifecycleStage', 'createdSince'].map((name) => ({ name })) },
      customer: { number: '10001' },
    });
  });
});

test('the systems are listed with their state', async () => {
  const { data, errors } = await company.gateway.ask('{ sources { key kind owner region health lastError } }');
  expect(errors).toEqual([]);
  expect(data.sources).toEqual([
    { key: 'crm', kind: 'CRM', owner: 'CMO', region: 'EU', health: 'UP', lastError: null },
    { key: 'billing', kind: 'BILLING', owner: 'CFO', region: 'EU', health: 'UP', lastError: null },
    { key: 'support', kind: 'SUPPORT', owner: 'CIO', region: 'EU', health: 'UP', lastError: null },
  ]);
});
