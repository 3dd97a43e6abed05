import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addressOf } from '../../../sample/contacts.ts';
import type { Person } from '../../../sample/people.ts';
import { callsDuring, startCompany, withoutConsent, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({ edit: withoutConsent });
}, 30_000);
afterAll(() => company.stop());

const asMarketing = (query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Answered> =>
  company.gateway.ask(query, { variables, token: company.gateway.issuer.caller('marketing') });

async function listed(marks: string, node = 'number'): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { data, errors } = await asMarketing(`{ customers(first: 100 ${marks}) { edges { node { ${node} } } } }`);
  expect(errors).toEqual([]);
  return data.customers.edges.map((edge: { readonly node: Readonly<Record<string, unknown>> }) => edge.node);
}

/** The first hundred customers of whom something is true, by number. */
const those = (is: (person: Person) => boolean): readonly (string | undefined)[] =>
  company.people.all().filter((person) => person.number !== undefined && is(person)).slice(0, 100).map(({ number }) => number);

describe('marketing filters by', () => {
  test.each<[string, (person: Person) => boolean]>([
    ['segment: "vip"', ({ segments }) => segments.includes('vip')],
    ['city: "Berlin"', (person) => addressOf(person)?.city === 'Berlin'],
    ['city: "A Coruña"', (person) => addressOf(person)?.city === 'A Coruña'],
    ['country: "DK"', (person) => addressOf(person)?.country === 'DK'],
    ['lifecycleStage: "churned"', ({ lifecycleStage }) => lifecycleStage === 'churned'],
    ['createdSince: "2025-06-01"', ({ createdAt }) => createdAt >= Date.UTC(2025, 5, 1)],
    ['segment: "loyal", country: "DE", lifecycleStage: "loyal"', (person) =>
      person.segments.includes('loyal') && person.lifecycleStage === 'loyal' && addressOf(person)?.country === 'DE'],
    ['segment: "vip", city: null', ({ segments }) => segments.includes('vip')],
  ])('%s', async (where, is) => {
    const numbers = (await listed(`where: { ${where} }`)).map(({ number }) => number);
    expect(numbers.length).toBeGreaterThan(3);
    expect(numbers).toEqual(those(is));
  });

  test.each(['segment: "nobody"', 'city: "Berlin&segment=vip"', 'city: "%"', 'city: "Berlin\\u0000"'])('%s, which holds for nobody', async (where) => {
    expect(await listed(`where: { ${where} }`)).toEqual([]);
  });
});

describe('marketing orders by', () => {
  test.each([
    ['field: SINCE', 1],
    ['field: SINCE, direction: DESC', -1],
  ])('%s', async (orderBy, sign) => {
    const days = (await listed(`orderBy: { ${orderBy} }`, 'since')).map(({ since }) => Date.parse(String(since)));
    expect(days).toHaveLength(100);
    expect(days).toEqual(days.toSorted((a, b) => sign * (a - b)));
    expect(days[0]).not.toBe(days.at(-1));
  });

  test.each([
    ['field: NAME', 1],
    ['field: NAME, direction: DESC', -1],
  ])('%s', async (orderBy, sign) => {
    const nodes = await listed(`orderBy: { ${orderBy} } where: { country: "DE" }`, 'profile { familyName }');
    const names = nodes.map(({ profile }) => (profile as { readonly familyName: string }).familyName);
    const collator = new Intl.Collator('en');
    expect(names).toEqual(names.toSorted((a, b) => sign * collator.compare(a, b)));
    expect(names[0]).not.toBe(names.at(-1));
  });
});

test('one query joins value and service history to a segment, in one wave a system', async () => {
  const query = `{ customers(first: 20, where: { segment: "vip" }, orderBy: { field: SINCE, direction: DESC }) { edges { node {
    number profile { name } segments scores { type value } billing { currency lifetimeRevenue }
    satisfaction(first: 1) { edges { node { metric score scale } } } completeness { source { key } status }
  } } pageInfo { hasNextPage } } }`;
  const { data, errors } = await asMarketing(query);
  expect(errors).toEqual([]);
  const nodes = data.customers.edges.map((edge: { node: unknown }) => edge.node);
  expect(nodes).toHaveLength(20);
  for (const { number, profile, segments, billing, satisfaction, completeness } of nodes) {
    const person = company.people.at(Number(number) - 10_001);
    expect(profile.name).toBe(`${person?.givenName} ${person?.home.familyName}`);
    expect(segments).toContain('vip');
    const status = new Map(completeness.map((one: { source: { key: string }; status: string }) => [one.source.key, one.status]));
    expect(status.get('crm')).toBe('OK');
    if (status.get('billing') === 'OK') expect(billing).toEqual({ currency: person?.home.country.currency, lifetimeRevenue: expect.stringMatching(/^\d+(\.\d+)?$/) });
    else expect([billing, status.get('billing')]).toEqual([null, 'NOT_LINKED']);
    if (status.get('support') !== 'OK') expect([satisfaction, status.get('support')]).toEqual([null, 'NOT_LINKED']);
  }
  expect(nodes.filter((node: { billing: unknown }) => node.billing !== null).length).toBeGreaterThan(10);

  const again = await callsDuring(company, () => asMarketing(query));
  // The CRM says first who is on the page, and then what may be read of them.
  expect(again).toMatchObject({ 'crm list': 1, 'crm batch-read': 1, 'billing accounts': 1, 'support graphql': 1 });
  expect(Object.keys(again).sort()).toEqual(['billing accounts', 'crm batch-read', 'crm list', 'support graphql', 'support satisfaction']);
});

test('aliased nodes of a list select on their own', async () => {
  const { data, errors } = await asMarketing('{ customers(first: 3) { edges { a: node { number } b: node { number kind } } } }');
  expect(errors).toEqual([]);
  expect(data.customers.edges[1]).toEqual({ a: { number: '10002' }, b: { number: '10002', kind: expect.any(String) } });
});

describe('a right to read is not a right to search:', () => {
  test.each([
    ['support may not list', 'support', ''],
    ['support may not filter', 'support', 'where: { city: "Berlin" }'],
    ['a customer may not list', 'customer', ''],
  ] as const)('%s', async (_, caller, marks) => {
    const { gateway } = company;
    const { data, errors } = await gateway.ask(`{ customers(first: 1 ${marks}) { edges { node { number } } } }`, { token: gateway.issuer.caller(caller) });
    expect(data).toEqual({ customers: null });
    expect(errors).toMatchObject([{ path: ['customers'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope' } }]);
  });

  test('who may list may still not filter or order by a field that no policy lets it filter or order by', async () => {
    const restricted = await startCompany({
      files: {
        'policies/marketing.cedar': `
          @id("reads") permit (principal in Role::"marketing", action in [Action::"see", Action::"read"], resource);
          @id("lists") permit (principal in Role::"marketing", action == Action::"list", resource == Field::"Query.customers");
          @id("filters") permit (principal in Role::"marketing", action == Action::"filter", resource == Field::"Customer.segments");
          @id("orders") permit (principal in Role::"marketing", action == Action::"order", resource == Field::"Customer.since");
        `,
      },
      edit: withoutConsent,
    });
    try {
      const { gateway } = restricted;
      const token = gateway.issuer.caller('marketing');
      const ask = (marks: string): Promise<Answered> => gateway.ask(`{ customers(first: 1 ${marks}) { edges { node { number } } } }`, { token });
      for (const allowed of ['', 'where: { segment: "vip" }', 'orderBy: { field: SINCE }']) expect((await ask(allowed)).errors).toEqual([]);
      for (const denied of [
        'where: { city: "Berlin" }', 'where: { segment: "vip", city: "Berlin" }', 'where: { createdSince: "2025-01-01" }', 'orderBy: { field: NAME }',
      ]) {
        const { data, errors } = await ask(denied);
        expect(data).toEqual({ customers: null });
        expect(errors).toMatchObject([{ path: ['customers'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }]);
      }
    } finally {
      await restricted.stop();
    }
  });
});

describe('what the leading source does not declare does not exist:', () => {
  test.each(['where: { email: "x" }', 'where: { birthDate: "2000-01-01" }', 'orderBy: { field: BALANCE }', 'orderBy: { direction: ASC }'])('%s', async (marks) => {
    const { status, errors } = await asMarketing(`{ customers(${marks}) { edges { node { number } } } }`);
    expect(status).toBe(400);
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  test('a filter and an order that are taken out of its file', async () => {
    const narrower = await startCompany({
      edit: { ...withoutConsent, 'sources/crm.yaml': (text) => withoutConsent['sources/crm.yaml']?.(text).replace(/ +segment: \{ query.*\n/, '').replace(/ +NAME: \{ asc.*\n/, '') ?? '' },
    });
    try {
      const { gateway } = narrower;
      const ask = (marks: string): Promise<Answered> =>
        gateway.ask(`{ customers(first: 1 ${marks}) { edges { node { segments } } } }`, { token: gateway.issuer.caller('marketing') });
      expect(await ask('where: { city: "Berlin" } orderBy: { field: SINCE }')).toMatchObject({ status: 200, errors: [] });
      for (const gone of ['where: { segment: "vip" }', 'orderBy: { field: NAME }']) {
        expect(await ask(gone)).toMatchObject({ status: 400, data: undefined, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
      }
    } finally {
      await narrower.stop();
    }
  });

  test.each([
    ['{ where: { country: "Denmark" } }', { country: 'Denmark' }],
    ['{ where: { createdSince: "yesterday" } }', { createdSince: 'yesterday' }],
  ])('%s is not of its type', async (_, where) => {
    const { status, errors } = await asMarketing('query ($where: CustomerFilter) { customers(where: $where) { edges { node { number } } } }', { where });
    expect(status).toBe(400);
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
  });
});
