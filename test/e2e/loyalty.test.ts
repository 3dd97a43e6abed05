import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askReport, reportIn, valuesIn } from '../fixtures/access-report.ts';
import { startCompany, type TestCompany } from '../fixtures/company.ts';

/** What the company's fourth system knows: a loyalty programme whose members are known by their customer number. */
const members = [
  { member_no: 'L-1', customer: '10001', level: 'gold', points: 1250, joined: 1_583_000_000 },
  { member_no: 'L-2', customer: '10002', level: 'basic', points: 0, joined: 1_600_000_000 },
];
const bookings = Array.from({ length: 7 }, (_, at) => ({ no: 100 - at, member: 'L-1', points: at % 3 === 0 ? -50 : 20 * (at + 1), booked: `2026-0${6 - Math.floor(at / 2)}-01` }));

// All that IT writes to connect it. No TypeScript.
const files = {
  'sources/loyalty.yaml': `
connector: http
kind: LOYALTY
owner: CMO
region: EU
baseUrl: \${LOYALTY_URL}
auth: { apiKey: { header: X-Programme, value: "\${LOYALTY_KEY}" } }
entities:
  member:
    key: member_no
    read: { get: /members, query: { no: "{keys}" }, rows: members, batch: 20 }
    find:
      number: { get: /members, query: { customer: "{values}" }, rows: members, match: customer, batch: 20 }
  booking:
    key: "no"
    find:
      member:
        get: /members/{value}/bookings
        query: { size: "{size}", page: "{at}" }
        rows: bookings
        match: member
        paging: { page: { first: 1, pages: pages } }
        pageSize: 5
identity:
  entity: member
  identifiers: { number: customer }
map:
  LoyaltyAccount.tier: { from: member.level, as: { enum: { basic: BASIC, silver: SILVER, gold: GOLD } } }
  LoyaltyAccount.points: member.points
  LoyaltyAccount.memberSince: { from: member.joined, as: epochSeconds }
  Customer.loyaltyTransactions: booking
  LoyaltyTransaction.points: booking.points
  LoyaltyTransaction.bookedOn: booking.booked
`,
  'schema/loyalty.graphql': `
extend type Customer {
  loyalty: LoyaltyAccount @class(is: BEHAVIOUR)
  loyaltyTransactions(first: Int! = 20, after: String): LoyaltyTransactionConnection @class(is: BEHAVIOUR)
}
"What the customer has in the loyalty programme."
type LoyaltyAccount @class(is: BEHAVIOUR) { tier: LoyaltyTier points: Int memberSince: DateTime }
enum LoyaltyTier { BASIC SILVER GOLD }
type LoyaltyTransaction implements Record @class(is: BEHAVIOUR) {
  points: Int bookedOn: Date
  source: SourceSystem remoteId: ID remoteUrl: URL remoteCreatedAt: DateTime remoteUpdatedAt: DateTime fetchedAt: DateTime stale: Boolean
}
type LoyaltyTransactionConnection { edges: [LoyaltyTransactionEdge] pageInfo: PageInfo! }
type LoyaltyTransactionEdge { node: LoyaltyTransaction cursor: String! }
`,
  'policies/loyalty.cedar': `
@id("support-reads-loyalty")
@owner("CMO")
@description("Agents see what a customer has in the loyalty programme, to make good what went wrong.")
permit (principal in Role::"support", action == Action::"read", resource)
when {
  context.purpose == Purpose::"service.support" &&
  (resource in Type::"LoyaltyAccount" || resource in Type::"LoyaltyTransaction" ||
   resource in [Field::"Customer.loyalty", Field::"Customer.loyaltyTransactions"])
};
`,
};

let programme: Server;
let company: TestCompany;
const asked: string[] = [];

beforeAll(async () => {
  programme = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://programme.example');
    asked.push(url.pathname);
    response.setHeader('content-type', 'application/json');
    response.statusCode = request.headers['x-programme'] === 'loyalty-key' ? 200 : 401;
    response.end(JSON.stringify(response.statusCode === 200 ? answer(url) : { error: 'who are you?' }));
  });
  await new Promise<void>((resolve) => {
    programme.listen(0, '127.0.0.1', resolve);
  });
  const { port } = programme.address() as AddressInfo;
  company = await startCompany({
    files,
    env: { LOYALTY_URL: `http://127.0.0.1:${port}`, LOYALTY_KEY: 'loyalty-key' },
    edit: {
      'customer360.yaml': (text) => text.replace('sources: [crm, billing, support]', 'sources: [crm, billing, support, loyalty]'),
    },
  });
}, 30_000);
afterAll(async () => {
  await company.stop();
  await new Promise((resolve) => {
    programme.close(resolve);
  });
});

function answer({ pathname, searchParams }: URL): unknown {
  const [, , member] = pathname.split('/');
  if (member === undefined) {
    const [by, values] = searchParams.has('no') ? (['member_no', searchParams.get('no')] as const) : (['customer', searchParams.get('customer')] as const);
    return { members: members.filter((one) => values?.split(',').includes(one[by])) };
  }
  const [size, page] = [Number(searchParams.get('size')), Number(searchParams.get('page'))];
  const own = bookings.filter((one) => one.member === member);
  return { bookings: own.slice((page - 1) * size, page * size), pages: Math.ceil(own.length / size) };
}

describe('a fourth system that was added by configuration alone', () => {
  test('fills its own fields of a customer, beside those of the others', async () => {
    const { data, errors } = await company.gateway.ask(`{ customer(by: { number: "10001" }) {
      profile { name } billing { currency }
      loyalty { tier points memberSince }
      loyaltyTransactions(first: 3) { edges { node { points bookedOn remoteId source { key kind } } } pageInfo { hasNextPage endCursor } }
      completeness { source { key } status } identities { namespace value linkMethod }
    } }`);
    expect(errors).toEqual([]);
    expect(data.customer).toMatchObject({
      profile: { name: 'Käthe Krüger' },
      billing: { currency: 'EUR' },
      loyalty: { tier: 'GOLD', points: 1250, memberSince: '2020-02-29T18:13:20.000Z' },
      loyaltyTransactions: {
        edges: bookings.slice(0, 3).map(({ no, points, booked }) => ({ node: { points, bookedOn: booked, remoteId: String(no), source: { key: 'loyalty', kind: 'LOYALTY' } } })),
        pageInfo: { hasNextPage: true },
      },
      completeness: ['crm', 'billing', 'loyalty'].map((key) => ({ source: { key }, status: 'OK' })),
    });
  });

  test('pages like any other', async () => {
    const query = 'query ($after: String) { customer(by: { number: "10001" }) { loyaltyTransactions(first: 4, after: $after) { edges { node { remoteId } } pageInfo { hasNextPage endCursor } } } }';
    const first = await company.gateway.ask(query);
    const { pageInfo, edges } = first.data.customer.loyaltyTransactions;
    const second = await company.gateway.ask(query, { variables: { after: pageInfo.endCursor } });
    const rest = second.data.customer.loyaltyTransactions;
    expect([...edges, ...rest.edges].map(({ node }: { node: { remoteId: string } }) => node.remoteId)).toEqual(bookings.map(({ no }) => String(no)));
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });

  test('names customers by its own keys', async () => {
    const { data, errors } = await company.gateway.ask('{ customer(by: { external: { namespace: "loyalty", value: "L-2" } }) { number loyalty { tier points } } }');
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({ number: '10002', loyalty: { tier: 'BASIC', points: 0 } });
  });

  test('is listed among the systems', async () => {
    const { data } = await company.gateway.ask('{ sources { key kind health } }');
    expect(data.sources).toContainEqual({ key: 'loyalty', kind: 'LOYALTY', health: 'UP' });
  });

  test('costs its own fields only when it has nothing of a customer', async () => {
    const { data, errors } = await company.gateway.ask('{ customer(by: { number: "10009" }) { number loyalty { tier } completeness { source { key } status } } }');
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({
      number: '10009', loyalty: null, completeness: [{ source: { key: 'crm' }, status: 'OK' }, { source: { key: 'loyalty' }, status: 'NOT_LINKED' }],
    });
  });

  test('does not exist for a partner, whose list nobody has added it to', async () => {
    const { status, errors } = await company.gateway.ask('{ customer(by: { number: "10001" }) { loyalty { tier } } }', { token: company.gateway.issuer.caller('partner') });
    expect([status, errors[0]?.extensions['code']]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  });

  test('is in the report on a customer, which nobody has told of it', async () => {
    const report = reportIn(await askReport(company.gateway, { number: '10001' }));
    expect(valuesIn(report, 'LoyaltyAccount.tier')).toMatchObject([{ value: 'GOLD', type: 'LoyaltyTier', source: 'loyalty', dataClass: 'behaviour' }]);
    expect(valuesIn(report, 'LoyaltyTransaction.points').map(({ value }) => Number(value))).toEqual(bookings.map(({ points }) => points));
    expect(report.complete).toBe(true);
  });

  test('is open to the customer with that report alone, since nobody has written a policy for her; else it is not asked for', async () => {
    const { gateway } = company;
    asked.length = 0;
    const { data, errors } = await gateway.ask('{ customer(by: { number: "10001" }) { number loyalty { tier } loyaltyTransactions { edges { node { points } } } } }', {
      token: gateway.issuer.caller('customer'),
    });
    expect(data.customer).toEqual({ number: '10001', loyalty: null, loyaltyTransactions: null });
    expect(errors.map(({ path, extensions }) => [path?.at(-1), extensions['code'], extensions['reason']])).toEqual(
      ['loyalty', 'loyaltyTransactions'].map((field) => [field, 'UNAUTHORIZED_FIELD_OR_TYPE', 'purpose']),
    );
    expect(asked).toEqual([]);
  });

  test('is open to who may read its class of data', async () => {
    const { gateway } = company;
    const { data, errors } = await gateway.ask('{ customer(by: { number: "10001" }) { loyalty { tier } } }', { token: gateway.issuer.caller('marketing') });
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({ loyalty: { tier: 'GOLD' } });
  });
});
