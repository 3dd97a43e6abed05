import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { emailConsentOf } from '../../sample/contacts.ts';
import { startCompany, type TestCompany } from '../fixtures/company.ts';
import type { Answered } from '../fixtures/gateway.ts';
import { makeTap } from '../fixtures/tap.ts';

/** Ways around field-level authorization that other gateways have had, each tried on this one. */
const tap = makeTap();
let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({
    before: { CRM_URL: tap.before },
    files: {
      'policies/apart.cedar': `
        @id("no-phones") forbid (principal in Role::"support", action == Action::"read", resource == Field::"PhoneContactPoint.value");
        @id("no-streets") forbid (principal in Role::"support", action == Action::"read", resource in Type::"PostalAddress") unless { resource == Field::"PostalAddress.city" };
        @id("no-totals") forbid (principal in Role::"support", action == Action::"read", resource == Field::"Invoice.totalAmount");`,
    },
  });
  // Whose record is whose is settled, so that from now on nothing is asked for but what a query needs.
  await ask(customer('invoices(first: 1) { edges { cursor } } tickets(first: 1) { edges { cursor } } contactPoints { label }'));
}, 30_000);
beforeEach(() => void tap.take());
afterAll(async () => {
  await company.stop();
  await tap.close();
});

type Caller = Parameters<TestCompany['gateway']['issuer']['caller']>[0];
const ask = (query: string, caller: Caller = 'support', variables: Readonly<Record<string, unknown>> = {}): Promise<Answered> =>
  company.gateway.ask(query, { token: company.gateway.issuer.caller(caller), variables });
const customer = (selection: string): string => `{ customer(by: { number: "10001" }) { ${selection} } }`;
/** What the CRM was asked for, in all its requests since the test began. */
const asked = (): string => tap.take().map(({ path, body }) => `${path} ${body}`).join('\n');

describe('members of an interface with rules of their own (GHSA-x33c-7c2v-mrj9)', () => {
  test.each([
    ['through the interface', 'contactPoints { __typename value }'],
    ['through an alias', 'contactPoints { __typename value: value }'],
    ['through the member', 'contactPoints { __typename ... on PhoneContactPoint { value } ... on EmailContactPoint { value } }'],
    ['through the interface within the member', 'contactPoints { __typename ... on PhoneContactPoint { ... on ContactPoint { value } } ... on EmailContactPoint { value } }'],
    ['through another interface', 'contactPoints { __typename ... on Record { ... on ContactPoint { value } } }'],
    ['in two selections that are merged', 'contactPoints { __typename } contactPoints { ... on ContactPoint { value } }'],
    ['where a directive says so', 'contactPoints { __typename ... @include(if: true) { value } }'],
  ])('%s: what is forbidden of one member is of no other', async (_, selection) => {
    const { data, errors, text } = await ask(customer(selection));
    // What counts a phone is its number, which may not be read; so there is none.
    expect(data.customer.contactPoints.filter(({ __typename }: { __typename: string }) => __typename === 'PhoneContactPoint')).toEqual([]);
    expect(data.customer.contactPoints).toContainEqual({ __typename: 'EmailContactPoint', value: 'kaethe.krueger@post.example' });
    for (const { extensions } of errors) expect(extensions['code']).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    expect(text).not.toMatch(/1512|Lindenstra/);
    expect(asked()).not.toMatch(/phone|street/);
  });

  test('in a fragment by name, under several names', async () => {
    const { text } = await ask(`${customer('a: contactPoints { ...F } b: contactPoints { x: value ...F }')} fragment F on ContactPoint { y: value label }`);
    expect(text).toContain('kaethe.krueger@post.example');
    expect(text).not.toMatch(/1512|Lindenstra/);
  });

  test('what may be read of a member is there, and counts it', async () => {
    const { data, text } = await ask(customer('contactPoints { __typename ... on PostalAddress { city streetAddress } }'));
    const addresses = data.customer.contactPoints.filter(({ __typename }: { __typename: string }) => __typename === 'PostalAddress');
    expect(addresses).toContainEqual({ __typename: 'PostalAddress', city: 'Berlin', streetAddress: null });
    expect(text).not.toContain('Lindenstra');
    expect(asked()).not.toContain('street');
  });
});

describe('directives under other names (GHSA-g8jh-vg5j-4h3f)', () => {
  test.each([
    ['a class under an imported name', `
      extend schema @link(url: "https://specs.example/customer360", import: [{ name: "@class", as: "@kind" }])
      extend type Customer { secret: String @kind(is: BEHAVIOUR) }`],
    ['a class under a name of its own', 'directive @kind(is: DataClass!) on FIELD_DEFINITION extend type Customer { secret: Secret } type Secret { word: String @kind(is: BEHAVIOUR) }'],
    ['a directive of the same name that means something else', 'directive @class(is: String) on FIELD_DEFINITION extend type Customer { secret: String @class(is: "none") }'],
    ['no class at all', 'extend type Customer { secret: Secret } type Secret { word: String }'],
  ])('%s stops the start', async (_, sdl) => {
    await expect(startCompany({ files: { 'schema/secret.graphql': sdl } })).rejects.toThrow(/schema\/secret\.graphql/);
  });
});

describe('policies that are merged', () => {
  test('a forbid in one file holds whatever a file before or after it permits', async () => {
    const open = '@id("open") permit (principal in Role::"support", action, resource);';
    for (const name of ['policies/a.cedar', 'policies/z.cedar']) {
      const merged = await startCompany({ files: { [name]: open, 'policies/m.cedar': '@id("closed") forbid (principal, action == Action::"read", resource == Field::"Customer.email");' } });
      try {
        const { data, errors } = await merged.gateway.ask(customer('email'));
        expect([data.customer.email, errors[0]?.extensions['policies']]).toEqual([null, ['closed']]);
      } finally {
        await merged.stop();
      }
    }
  });

  test('two of one name stop the start: neither may take the place of the other', async () => {
    const files = { 'policies/z.cedar': '@id("birth-dates-are-not-for-marketing") permit (principal, action, resource);' };
    await expect(startCompany({ files })).rejects.toThrow(/birth-dates-are-not-for-marketing: this id is already used in policies\/marketing\.cedar/);
  });
});

describe('roles that are nested or invented', () => {
  test.each([
    ['a list in a list', [['marketing']], 401],
    ['an object', { marketing: ['support'] }, 401],
    ['an entity in the policies\' language', ['Role::"marketing"'], 'scope'],
    ['several in one text', ['marketing,support'], 'scope'],
    ['another case', ['Marketing'], 'scope'],
    ['what every object has', ['constructor', '__proto__'], 'scope'],
  ])('%s is no role', async (_, roles, outcome) => {
    const { gateway } = company;
    const token = gateway.issuer.token({ sub: 'x', kind: 'staff', roles, purposes: ['marketing.email'] });
    const { status, data, errors } = await gateway.ask('{ customers(first: 1) { edges { node { id } } } }', { token });
    if (outcome === 401) expect(status).toBe(401);
    else expect([data, errors[0]?.extensions['reason']]).toEqual([{ customers: null }, outcome]);
    expect(asked()).toBe('');
  });
});

describe('reads that are shared', () => {
  test('who did not agree is not read along with who did', async () => {
    const all = Array.from({ length: 200 }, (_, index) => company.people.at(index)).filter((person) => person?.number !== undefined);
    const [yes, no] = ['granted', 'denied'].map((word) => all.find((person) => person !== undefined && emailConsentOf(person) === word));
    const numbers = [yes?.number, no?.number];
    await ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id } }', 'support', { keys: numbers.map((number) => ({ number })) });
    tap.take();
    const { data } = await ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { profile { name } } }', 'marketing', { keys: numbers.map((number) => ({ number })) });
    expect(data.customersBy).toEqual([{ profile: { name: expect.any(String) } }, { profile: null }]);
    const reads = tap.take().map(({ body }) => JSON.parse(body) as { readonly ids: readonly string[]; readonly properties: readonly string[] });
    const ofNames = reads.filter(({ properties }) => properties.includes('first_name'));
    expect(ofNames.map(({ ids }) => ids.length)).toEqual([1]);
  });

  test('a field that is denied is not in the row of one that is permitted, whatever is asked at the same time', async () => {
    const query = customer('email phone profile { name birthDate } segments');
    const answers = await Promise.all(Array.from({ length: 30 }, (_, at) => ask(query, (['support', 'marketing', 'customer'] as const)[at % 3])));
    for (const [at, { data }] of answers.entries()) {
      const { email, phone, profile, segments } = data.customer;
      expect(email).toBe('kaethe.krueger@post.example');
      expect(profile.name).toBe('Käthe Krüger');
      expect([phone, profile.birthDate, segments].map((value) => value !== null)).toEqual([[true, true, false], [false, false, true], [true, true, false]][at % 3]);
    }
  });

  test('the same customer twice in one query, by two keys, is decided the same', async () => {
    const { data, errors } = await ask('{ a: customer(by: { number: "10001" }) { invoices(first: 1) { edges { node { number t: totalAmount } } } } b: customersBy(keys: [{ number: "10001" }]) { invoices(first: 1) { edges { node { totalAmount number } } } } }');
    expect([data.a.invoices.edges[0].node.t, data.b[0].invoices.edges[0].node.totalAmount]).toEqual([null, null]);
    expect(errors.map(({ extensions }) => extensions['policies'])).toEqual([['no-totals'], ['no-totals']]);
  });
});

describe('keys, filters and orders', () => {
  test.each<[string, Caller, string, Readonly<Record<string, unknown>>]>([
    ['a key that may not be looked up by', 'marketing', 'query ($key: CustomerKey!) { customer(by: $key) { id } }', { key: { email: 'kaethe.krueger@post.example' } }],
    ['the same among permitted ones', 'marketing', 'query ($key: CustomerKey!) { customersBy(keys: [$key]) { id } }', { key: { phone: '+4915121234567' } }],
    ['a filter in a variable', 'support', 'query ($where: CustomerFilter) { customers(where: $where) { edges { node { id } } } }', { where: { segment: 'vip' } }],
    ['a filter that is a variable\'s default', 'support', 'query ($where: CustomerFilter = { segment: "vip" }) { customers(where: $where) { edges { node { id } } } }', {}],
    ['an order in a variable', 'support', 'query ($by: CustomerOrder) { customers(orderBy: $by) { edges { node { id } } } }', { by: { field: 'NAME' } }],
    ['a filter under another name', 'support', '{ x: customers(where: { city: "Berlin" }) { edges { node { id } } } }', {}],
  ])('%s asks nobody', async (_, caller, query, variables) => {
    const { data, errors } = await ask(query, caller, variables);
    expect(Object.values(data as object).flat().every((value) => value === null)).toBe(true);
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(asked()).toBe('');
  });
});

describe('a cursor', () => {
  const invoices = (number: string, after = ''): string => `{ customer(by: { number: "${number}" }) { invoices(first: 1${after}) { pageInfo { endCursor } edges { node { number } } } } }`;

  test.each<[string, string, Caller]>([
    ['of another customer', '10002', 'support'],
    ['of another caller', '10001', 'customer'],
  ])('%s opens nothing', async (_, number, caller) => {
    const { data } = await ask(invoices('10001'));
    const cursor = data.customer.invoices.pageInfo.endCursor as string;
    const { data: other, errors } = await ask(invoices(number, `, after: "${cursor}"`), caller);
    expect(other.customer.invoices).toBeNull();
    expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argumentPath: ['after'] });
  });
});
