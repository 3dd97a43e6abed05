import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { callsDuring, startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
beforeAll(async () => {
  // Acme may do less than everybody else, the person herself more.
  const edit = (text: string): string => text
    .replace('limits: { rate:', 'limits: { depth: 2, fields: 5, tokens: 100, rootFields: 2, aliases: 3, directives: 1, cost: 20, keys: 3, rate:')
    .replace('self: { fields: all,', 'self: { limits: { cost: 1000000, first: 200 }, fields: all,')
    .concat('\nlimits: { cost: 2000 }\n');
  company = await startCompany({ edit: { 'customer360.yaml': edit } });
}, 30_000);
afterAll(() => company.stop());

const times = (count: number, text: (at: number) => string): string => Array.from({ length: count }, (_, at) => text(at)).join(' ');
const number = 'customer(by: { number: "10001" })';
const customers = (first: number, second: number): string => `{ customers(first: ${first}) { edges { node { invoices(first: ${second}) { edges { node { number } } } } } } }`;

/** Asks, and sees that no system was. */
async function refused(document: string, caller: 'support' | 'marketing' | 'partner' | 'customer', variables?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  let answered: Awaited<ReturnType<TestCompany['gateway']['ask']>> | undefined;
  const token = company.gateway.issuer.caller(caller);
  const calls = await callsDuring(company, async () => {
    answered = await company.gateway.ask(document, { token, ...(variables === undefined ? {} : { variables }) });
  });
  expect({ calls, data: answered?.data }).toEqual({ calls: {}, data: undefined });
  expect(answered?.errors).toHaveLength(1);
  return { status: answered?.status, ...answered?.errors[0]?.extensions };
}

const beyond = (limit: string, got: number | undefined, allowed: number): unknown =>
  ({ status: 400, code: 'COST_LIMIT_EXCEEDED', limit, ...(got === undefined ? {} : { got }), allowed });

describe('an operation is refused before anything is asked', () => {
  test.each<[string, string, unknown]>([
    ['with too many root fields', `{ ${times(31, (at) => `c${at}: ${number} { number }`)} }`, beyond('rootFields', 31, 30)],
    ['with too many root fields in fragments', `{ ...a ... on Query { ...b } ${number} { number } } fragment a on Query { ${times(20, (at) => `a${at}: __typename`)} } fragment b on Query { ${times(10, (at) => `b${at}: __typename`)} }`, beyond('rootFields', 31, 30)],
    ['with too many aliases', `{ ${number} { ${times(61, (at) => `a${at}: number`)} } }`, beyond('aliases', 61, 60)],
    ['with a field too often', `{ ${number} { ${times(100, () => 'number')} } }`, beyond('aliases', 99, 60)],
    ['with too many directives at one place', `{ ${number} { number ${times(6, () => '@include(if: true)')} } }`, beyond('directives', 6, 5)],
    ['with directives that are not there', `{ __typename ${times(50, () => '@aa')} }`, beyond('directives', 50, 5)],
    ['that costs too much', customers(100, 20), beyond('cost', 5 + 100 * (5 + 5 + 20), 2000)],
  ])('%s', async (_, document, expected) => {
    expect(await refused(document, 'marketing')).toEqual(expected);
  });

  test('that costs too much by its variables, and no other of the same document', async () => {
    const document = 'query ($keys: [CustomerKey!]!, $first: Int!) { customersBy(keys: $keys) { number tickets(first: $first) { edges { node { name } } } } }';
    const keys = [10001, 10002, 10003].map((one) => ({ number: String(one) }));
    for (const first of [100, 3, 100]) {
      if (first === 3) expect(await company.gateway.ask(document, { variables: { keys, first } })).toMatchObject({ status: 200, errors: [] });
      else expect(await refused(document, 'support', { keys: Array.from({ length: 50 }, () => keys[0]), first })).toEqual(beyond('cost', 50 * (5 + 5 + 100), 2000));
    }
  });

  test.each<[string, string, unknown]>([
    ['too deep', `{ ${number} { profile { name } } }`, beyond('depth', undefined, 2)],
    ['too many fields', `{ ${number} { id number email a: number b: number } }`, beyond('fields', undefined, 5)],
    ['too many root fields', `{ a: ${number} { number } b: ${number} { number } c: ${number} { number } }`, beyond('rootFields', 3, 2)],
    ['too many aliases', `{ ${number} { a: number b: number c: number d: number } }`, beyond('aliases', 4, 3)],
    ['too many directives', `{ ${number} { number @include(if: true) @skip(if: false) } }`, beyond('directives', 2, 1)],
    ['too dear', `{ ${times(2, (at) => `c${at}: customersBy(keys: [{ number: "10001" }, { number: "10002" }, { number: "10003" }]) { number }`)} }`, beyond('cost', 30, 20)],
    ['too many tokens', `{ ${number} { ${times(95, () => 'number')} } }`, { status: 400, code: 'GRAPHQL_PARSE_FAILED' }],
  ])('%s for a partner with limits of its own', async (_, document, expected) => {
    expect(await refused(document, 'partner')).toEqual(expected);
  });

  test('a page that is longer than the audience may ask for', async () => {
    const page = '{ me { invoices(first: 150) { edges { node { number } } } } }';
    expect((await company.gateway.ask(page, { token: company.gateway.issuer.caller('customer') })).errors).toEqual([]);
    expect((await company.gateway.ask(`{ ${number} { invoices(first: 150) { edges { node { number } } } } }`)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['first'] } }]);
  });

  test('what one audience may not, another may', async () => {
    const wide = `{ a: ${number} { number } b: ${number} { number } c: ${number} { number } }`;
    expect(await company.gateway.ask(wide)).toMatchObject({ status: 200, errors: [] });
    const dear = '{ me { invoices(first: 200) { edges { node { number lineItems { description } } } } } }';
    expect(await company.gateway.ask(dear, { token: company.gateway.issuer.caller('customer') })).toMatchObject({ status: 200, errors: [] });
  });
});

describe('asking for the schema', () => {
  const circular = '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }';

  test('is answered as tools ask', async () => {
    const { status, errors, data } = await company.gateway.ask(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true }));
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    expect(data.__schema.types.map(({ name }: { readonly name: string }) => name)).toContain('Customer');
    expect((await company.gateway.ask('{ a: __type(name: "Customer") { name } b: __type(name: "Invoice") { name } }')).data).toEqual({ a: { name: 'Customer' }, b: { name: 'Invoice' } });
  });

  test.each<[string, string, unknown]>([
    ['in circles', circular, { status: 400, code: 'GRAPHQL_VALIDATION_FAILED' }],
    ['over and over', `{ ${times(20, (at) => `a${at}: __schema { types { name } }`)} }`, beyond('introspectionAliases', 20, 0)],
    ['over and over within', `{ __schema { types { ${times(20, (at) => `a${at}: fields { name }`)} } } }`, beyond('introspectionAliases', 20, 0)],
    ['over and over in a fragment', `{ __schema { types { ...T } } } fragment T on __Type { ${times(20, (at) => `a${at}: fields { name }`)} }`, beyond('introspectionAliases', 20, 0)],
  ])('%s is not', async (_, document, expected) => {
    expect(await refused(document, 'support')).toEqual(expected);
  });

  test('is not for an audience that may not, nor is it told what else there would be', async () => {
    const ask = (document: string): Promise<unknown> => company.gateway.ask(document, { token: company.gateway.issuer.caller('partner') }).then(({ status, text }) => ({ status, text }));
    expect(await ask('{ __schema { types { name } } }')).toMatchObject({ status: 400 });
    for (const [document, near] of [[`{ ${number} { numbr } }`, 'number'], [`{ ${number} { profle { name } } }`, 'profile'], ['{ custmer(by: { number: "1" }) { number } }', 'customersBy'], ['{ customer(by: { numbr: "1" }) { number } }', '"number"']] as const) {
      const { status, text } = await ask(document) as { readonly status: number; readonly text: string };
      expect({ status, says: text.includes(near) || text.includes('mean') }).toEqual({ status: 400, says: false });
    }
    expect((await company.gateway.ask(`{ ${number} { numbr } }`)).text).toContain('Did you mean');
  });
});
