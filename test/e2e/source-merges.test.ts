import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../fixtures/company.ts';
import type { Answered } from '../fixtures/gateway.ts';

interface Member {
  readonly no: string;
  readonly customer: string | null;
  readonly points: number;
  readonly merged: readonly string[];
}

/** A loyalty programme that merges members: it answers the old number with the member that stayed. */
const members = new Map<string, Member>(['10001', '10002', '10004', '10005'].map((customer, at) => [`L-${customer}`, { no: `L-${customer}`, customer, points: at, merged: [] }]));
const merge = (from: string, into: Member): void => {
  members.delete(from);
  members.set(into.no, { ...into, merged: [...into.merged, from] });
};

const files = {
  'sources/loyalty.yaml': `
connector: http
kind: LOYALTY
baseUrl: \${LOYALTY_URL}
auth: none
entities:
  member:
    key: "no"
    read: { get: /members, query: { no: "{keys}" }, rows: members, batch: 20, merged: merged }
    find: { number: { get: /members, query: { customer: "{values}" }, rows: members, match: customer, batch: 20 } }
identity: { entity: member, identifiers: { number: customer } }
map: { LoyaltyAccount.points: member.points }
`,
  'schema/loyalty.graphql': `
extend type Customer { loyalty: LoyaltyAccount @class(is: BEHAVIOUR) }
type LoyaltyAccount @class(is: BEHAVIOUR) { points: Int }
`,
  'policies/loyalty.cedar': `
@id("support-reads-loyalty")
permit (principal in Role::"support", action == Action::"read", resource)
when { context.purpose == Purpose::"service.support" && (resource in Type::"LoyaltyAccount" || resource == Field::"Customer.loyalty") };
`,
};

let programme: Server;
let company: TestCompany;

beforeAll(async () => {
  programme = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://programme.example');
    const asked = (name: string): readonly string[] => searchParams.get(name)?.split(',') ?? [];
    const found = [...members.values()].filter(({ no, customer, merged }) =>
      [no, ...merged].some((one) => asked('no').includes(one)) || (customer !== null && asked('customer').includes(customer)));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ members: found }));
  });
  await once(programme.listen(0, '127.0.0.1'), 'listening');
  company = await startCompany({
    files,
    edit: {
      'purposes.yaml': (text) => text.replace('financial, service, consent]', 'financial, service, consent, behaviour]'),
      'customer360.yaml': (text) => text.replace('sources: [crm, billing, support]', 'sources: [crm, billing, support, loyalty]').replace('absentFor: 5m', 'absentFor: 0ms'),
    },
    env: { LOYALTY_URL: `http://127.0.0.1:${(programme.address() as AddressInfo).port}` },
  });
}, 30_000);
afterAll(async () => {
  await company.stop();
  programme.close();
});

const points = (number: string): Promise<Answered> =>
  company.gateway.ask('query ($number: String) { customer(by: { number: $number }) { id loyalty { points } completeness { source { key } status } } }', { variables: { number } });
const asSteward = (query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Answered> =>
  company.gateway.ask(query, { variables, token: company.gateway.issuer.caller('steward') });
const historyOf = async (id: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  (await asSteward('query ($id: ID) { customer(by: { id: $id }) { linkHistory { kind record { value } to { value } actor evidence } } }', { id })).data.customer.linkHistory;
const keysOf = async (id: string): Promise<readonly string[]> => {
  const { data } = await asSteward('query ($id: ID) { customer(by: { id: $id }) { identities { namespace value } } }', { id });
  return data.customer.identities.flatMap(({ namespace, value }: { namespace: string; value: string }) => (namespace === 'loyalty' ? [value] : []));
};
const reviewed = async (): Promise<readonly unknown[]> =>
  (await asSteward('{ linkReviews(first: 50, where: { source: "loyalty" }) { edges { node { customer { number } reason candidates { value } } } } }')).data.linkReviews.edges.map(({ node }: { node: unknown }) => node);

test('a link follows a record that its source merged into another one, on record, and can be taken back', async () => {
  const before = await points('10001');
  expect(before.data.customer).toMatchObject({ loyalty: { points: 0 } });
  const { id } = before.data.customer;
  merge('L-10001', { no: 'L-9', customer: '10001', points: 900, merged: [] });
  for (let again = 0; again < 2; again += 1) {
    const { data, errors } = await points('10001');
    expect([data.customer.loyalty, errors]).toEqual([{ points: 900 }, []]);
    expect(data.customer.completeness).toContainEqual({ source: { key: 'loyalty' }, status: 'OK' });
  }
  expect(await keysOf(id)).toEqual(['L-9']);
  expect((await historyOf(id)).filter(({ kind }) => kind === 'MOVED')).toEqual([
    { kind: 'MOVED', record: { value: 'L-10001' }, to: { value: 'L-9' }, actor: 'loyalty', evidence: 'loyalty answers the key L-10001 with the record L-9' },
  ]);

  const back = await asSteward('mutation ($input: SplitCustomerInput!) { splitCustomer(input: $input) { event { kind record { value } to { value } } } }', {
    input: { customer: id, off: { moved: { namespace: 'loyalty', value: 'L-9' } }, evidence: 'the programme merged the wrong two' },
  });
  expect(back.errors).toEqual([]);
  expect(back.data.splitCustomer.event).toEqual({ kind: 'MOVED', record: { value: 'L-9' }, to: { value: 'L-10001' } });
  expect(await keysOf(id)).toEqual(['L-10001']);
  // The programme has nobody else under the old number, and the other one is barred: nothing is shown, and somebody has to look.
  const { data, errors } = await points('10001');
  expect(data.customer.loyalty).toEqual({ points: null });
  expect(errors).toEqual([expect.objectContaining({ path: ['customer', 'loyalty', 'points'], extensions: { code: 'SOURCE_MALFORMED', source: 'loyalty' } })]);
  expect(await keysOf(id)).toEqual(['L-10001']);
  expect(await reviewed()).toContainEqual({ customer: { number: '10001' }, reason: 'MERGED_ELSEWHERE', candidates: [{ value: 'L-9' }] });
});

test('one that was merged into a record with another number is not shown, and her link stays where it is', async () => {
  const { id } = (await points('10002')).data.customer;
  merge('L-10002', { no: 'L-8', customer: '10099', points: 800, merged: [] });
  for (let again = 0; again < 2; again += 1) {
    const { data, errors, text } = await points('10002');
    expect(data.customer).toMatchObject({ id, loyalty: { points: null } });
    expect(errors).toEqual([expect.objectContaining({ extensions: { code: 'SOURCE_MALFORMED', source: 'loyalty' } })]);
    expect(text).not.toContain('800');
  }
  expect(await keysOf(id)).toEqual(['L-10002']);
  expect(await reviewed()).toContainEqual({ customer: { number: '10002' }, reason: 'IDENTIFIERS_DIFFER', candidates: [{ value: 'L-8' }] });
});

test('one that was merged into another customer\'s record is shown to nobody until the two customers are merged', async () => {
  const [{ id }, { id: other }] = [(await points('10004')).data.customer, (await points('10005')).data.customer];
  merge('L-10004', { no: 'L-10005', customer: null, points: 5, merged: [] });
  expect((await points('10005')).data.customer.loyalty).toEqual({ points: 5 });
  expect((await points('10004')).errors).toEqual([expect.objectContaining({ extensions: { code: 'SOURCE_MALFORMED', source: 'loyalty' } })]);
  expect(await reviewed()).toContainEqual({ customer: { number: '10004' }, reason: 'MERGED_ELSEWHERE', candidates: [{ value: 'L-10005' }] });

  const merged = await asSteward('mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) { customer { id } } }', {
    input: { into: other, customer: id, evidence: 'the programme merged them too', numbersDiffer: true },
  });
  expect(merged.errors).toEqual([]);
  const { data, errors } = await points('10004');
  expect([data.customer.id, data.customer.loyalty, errors]).toEqual([other, { points: 5 }, []]);
});
