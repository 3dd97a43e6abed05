import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsDuring, recordFacts, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { aConsent, aRelation } from '../../fixtures/facts.ts';
import type { Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
/** The gateway's ids of the first hundred customers, by number. */
let ids: ReadonlyMap<string, string>;
beforeAll(async () => {
  company = await startCompany({
    edit: {
      'customer360.yaml': (text) => text.replace('roles: [', 'roles: [regional, '),
      'purposes.yaml': (text) => `${text}
research:
  legalBasis: consent
  scope: row
  owner: CMO
  description: Asking customers about products.
  dataClasses: [identifier, profile]
`,
    },
    files: {
      'policies/regional.cedar': `
        @id("regional") permit (principal in Role::"regional", action in [Action::"see", Action::"read"], resource)
        when { context.purpose == Purpose::"service.support" && principal.regions.containsAny(context.customer.regions) };
        @id("regional-merges") permit (principal in Role::"regional", action == Action::"change", resource) when { context.purpose == Purpose::"service.support" };
        @id("regional-finds") permit (principal in Role::"regional", action in [Action::"lookup", Action::"list", Action::"filter", Action::"order"], resource)
        when { context.purpose == Purpose::"service.support" };`,
      'policies/research.cedar': `
        @id("research") permit (principal in Role::"marketing", action, resource) when { context.purpose == Purpose::"research" };`,
    },
  });
  const numbers = Array.from({ length: 100 }, (_, at) => String(10_001 + at));
  const { data } = await company.gateway.ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id number } }', { variables: { keys: numbers.map((number) => ({ number })) } });
  ids = new Map(data.customersBy.map(({ id, number }: { id: string; number: string }) => [number, id]));
  await recordFacts(company.gateway, [
    ...['10003', '10007', '10042', '10090'].map((number) => [idOf(number), aRelation({ relation: 'REGION', party: 'north', status: 'HOLDS' })] as const),
    [idOf('10008'), aRelation({ relation: 'REGION', party: 'south', status: 'HOLDS' })],
    [idOf('10009'), aRelation({ relation: 'REGION', party: 'north', status: 'ENDED' })],
    ...['10005', '10006', '10080'].map((number) => [idOf(number), aConsent({ purpose: 'research', channel: undefined, status: 'GRANTED' })] as const),
    [idOf('10020'), aRelation({ relation: 'PARTNER', party: 'acme', status: 'HOLDS' })],
    [idOf('10021'), aRelation({ relation: 'PARTNER', party: 'apex', status: 'HOLDS' })],
  ]);
}, 60_000);
afterAll(() => company.stop());

const idOf = (number: string): string => ids.get(number) ?? '';
const tokenOf = {
  north: () => company.gateway.issuer.token({ sub: 'nora', kind: 'staff', roles: ['regional'], purposes: ['service.support'], regions: ['north'] }),
  nowhere: () => company.gateway.issuer.token({ sub: 'nils', kind: 'staff', roles: ['regional'], purposes: ['service.support'] }),
  research: () => company.gateway.issuer.token({ sub: 'rosa', kind: 'staff', roles: ['marketing'], purposes: ['research'] }),
  acme: () => company.gateway.issuer.caller('partner'),
};
const ask = (who: keyof typeof tokenOf, query: string): Promise<Answered> => company.gateway.ask(query, { token: tokenOf[who]() });
/** All that an answer tells but for the request's id. */
const told = ({ status, text, headers }: Answered): unknown => [status, text, [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name))];

describe.each([
  ['an agent of a region', 'north', '10003', '10008'],
  ['an agent of no region', 'nowhere', undefined, '10003'],
  ['a purpose that refuses whole customers', 'research', '10005', '10004'],
  ['a partner', 'acme', '10001', '10021'],
] as const)('for %s', (_, who, seen, refused) => {
  if (seen !== undefined) {
    test('there is who is hers', async () => {
      expect((await ask(who, `{ customer(by: { number: "${seen}" }) { number profile { name } } }`)).data.customer).toEqual({ number: seen, profile: { name: expect.any(String) } });
    });
  }

  test('who is refused is answered like who is not there: the same text, and no call', async () => {
    const query = (number: string): string => `{ customer(by: { number: "${number}" }) { id number profile { name } } }`;
    const answers: Answered[] = [];
    for (const number of [refused, '99999', '10500']) {
      expect(await callsDuring(company, async () => void answers.push(await ask(who, query(number))))).toEqual({});
    }
    const [first, ...others] = answers.map(told);
    expect(answers[0]?.data).toEqual({ customer: null });
    for (const other of others) expect(other).toEqual(first);
  });

  test('and is one null among several keys', async () => {
    const known = seen === undefined ? '' : `{ number: "${seen}" }`;
    const { data, errors } = await ask(who, `{ customersBy(keys: [{ number: "${refused}" } ${known} { number: "99999" }]) { number } }`);
    expect([data.customersBy, errors]).toEqual([[null, ...(seen === undefined ? [] : [{ number: seen }]), null], []]);
  });
});

test('a partner sees who is recorded as its customer, and loses her when that ends', async () => {
  const query = '{ customer(by: { number: "10020" }) { number } }';
  expect((await ask('acme', query)).data.customer).toEqual({ number: '10020' });
  await recordFacts(company.gateway, [[idOf('10020'), aRelation({ relation: 'PARTNER', party: 'acme', status: 'ENDED', at: Date.now() })]]);
  expect((await ask('acme', query)).data.customer).toBeNull();
});

describe('a list', () => {
  const list = (first: number, after?: string): string =>
    `{ customers(first: ${first}${after === undefined ? '' : `, after: "${after}"`}) { edges { node { number } } pageInfo { hasNextPage endCursor } } }`;
  const numbersIn = ({ data }: Answered): readonly string[] => data.customers.edges.map(({ node }: { node: { number: string } }) => node.number);

  test.each([
    ['north', 2, ['10003', '10007'], true],
    ['north', 3, ['10003', '10007', '10042'], true],
    // Nobody behind the fourth may be seen, so there is no next page, however many customers there are.
    ['north', 4, ['10003', '10007', '10042', '10090'], false],
    ['north', 5, ['10003', '10007', '10042', '10090'], false],
    ['research', 2, ['10005', '10006'], true],
    ['research', 3, ['10005', '10006', '10080'], false],
    ['nowhere', 3, [], false],
  ] as const)('for %s of %i goes on until it is full or there is nobody left', async (who, first, numbers, hasNext) => {
    const answer = await ask(who, list(first));
    expect(answer.errors).toEqual([]);
    expect([numbersIn(answer), answer.data.customers.pageInfo.hasNextPage]).toEqual([numbers, hasNext]);
  });

  test('is walked to its end, each once', async () => {
    const found: string[] = [];
    for (let after: string | undefined, more = true; more;) {
      const answer: Answered = await ask('north', list(1, after));
      found.push(...numbersIn(answer));
      after = answer.data.customers.pageInfo.endCursor as string;
      more = answer.data.customers.pageInfo.hasNextPage as boolean;
    }
    expect(found).toEqual(['10003', '10007', '10042', '10090']);
  });
});

test('a change of links is refused for who may not be seen as for who is not there', async () => {
  const merge = (id: string): string => `mutation { mergeCustomers(input: { into: "${idOf('10003')}", customer: "${id}", evidence: "x" }) { event { kind } } }`;
  const [refused, unknown] = [await ask('north', merge(idOf('10008'))), await ask('north', merge('nobody'))];
  expect(refused.errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', reason: 'UNKNOWN_CUSTOMER' });
  expect(told(refused)).toEqual(told(unknown));
});
