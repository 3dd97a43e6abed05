import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { invoiceRows, refundRows } from '../../../sample/accounts.ts';
import { addressOf } from '../../../sample/contacts.ts';
import { ticketRows } from '../../../sample/desk.ts';
import type { Entry } from '../../../sample/directory.ts';
import type { System } from '../../../sample/ids.ts';
import { companyTime, startCompany, withoutConsent, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({ edit: withoutConsent });
}, 30_000);
afterAll(() => company.stop());

interface Edge {
  readonly cursor: string;
  readonly node: Readonly<Record<string, unknown>>;
}
interface Page {
  readonly edges: readonly Edge[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string | null; readonly endCursor: string | null };
}

/** One connection as the tests see it: how a page of it is asked for, and where it is in the answer. */
interface Walkable {
  readonly page: (first: number, after?: string) => Promise<{ readonly page: Page | null; readonly errors: Answered['errors'] }>;
}

function belowCustomer(number: string, field: string, node: string): Walkable {
  return walkable(`customer(by: { number: "${number}" }) { page: ${field}(first: $first, after: $after)`, node, '}', (data) => data.customer.page);
}

function walkable(start: string, node: string, end: string, find: (data: Answered['data']) => Page | null, token?: string): Walkable {
  const query = `query ($first: Int!, $after: String) { ${start} {
    edges { cursor node { ${node} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } ${end} }`;
  return {
    async page(first, after) {
      const { data, errors } = await company.gateway.ask(query, { variables: { first, after }, ...(token === undefined ? {} : { token }) });
      return { page: data === undefined ? null : find(data), errors };
    },
  };
}

async function pageOf(connection: Walkable, first: number, after?: string): Promise<Page> {
  const { page, errors } = await connection.page(first, after);
  expect(errors).toEqual([]);
  if (page === null) throw new Error('no page');
  return page;
}

/** All edges, page by page, with everything that the pages promise on the way. */
async function walk(connection: Walkable, first: number, enough = Number.POSITIVE_INFINITY): Promise<readonly Edge[]> {
  const edges: Edge[] = [];
  let after: string | undefined;
  for (;;) {
    const { edges: more, pageInfo } = await pageOf(connection, first, after);
    expect(pageInfo).toEqual({
      hasNextPage: pageInfo.hasNextPage, hasPreviousPage: after !== undefined,
      startCursor: more[0]?.cursor ?? null, endCursor: more.at(-1)?.cursor ?? null,
    });
    edges.push(...more);
    if (!pageInfo.hasNextPage || edges.length >= enough) return edges;
    expect(more).toHaveLength(first);
    after = pageInfo.endCursor ?? undefined;
  }
}

/** What a system holds of customer 10001, in its own order. */
function rowsIn<Row>(system: System, rows: (entry: Entry, now: number) => readonly Row[]): readonly Row[] {
  const person = company.people.at(0);
  const copy = person?.copies[system];
  if (person === undefined || copy === undefined) throw new Error(`${system} does not know customer 10001`);
  return rows({ person, copy }, companyTime);
}

// A cursor, a page number and GraphQL's own way; whatever the way, the walk is the same.
const connections = [
  ['invoices', 'number remoteId', () => rowsIn('billing', invoiceRows)],
  ['refunds', 'amount remoteId', () => rowsIn('billing', refundRows)],
  ['tickets', 'name remoteId', () => rowsIn('support', ticketRows)],
] as const;

describe.each(connections)('%s', (field, node, expected) => {
  const connection = belowCustomer('10001', field, node);

  test.each([2, 7, 100])('walked by %i are all rows, in the source\'s order, each once', async (first) => {
    const ids = expected().map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(1);
    const edges = await walk(connection, first);
    expect(edges.map((edge) => edge.node['remoteId'])).toEqual(ids);
  });

  test('go on behind any edge, with another page size too', async () => {
    const ids = expected().map(({ id }) => id);
    const { edges } = await pageOf(connection, 7);
    for (const [index, { cursor }] of edges.entries()) {
      const rest = await pageOf(connection, 3, cursor);
      expect(rest.edges.map((edge) => edge.node['remoteId'])).toEqual(ids.slice(index + 1, index + 4));
      expect(rest.pageInfo.hasNextPage).toBe(index + 4 < ids.length);
    }
  });

  test('of none are an empty page that says whether there are any', async () => {
    const { edges, pageInfo } = await pageOf(connection, 0);
    expect(edges).toEqual([]);
    expect(pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null });
  });

  test('cannot be asked for without end', async () => {
    const { page, errors } = await connection.page(2147483647);
    expect(page).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'COST_LIMIT_EXCEEDED', limit: 'cost' } }]);
  });

  test.each([-1, 101])('cannot be asked for %i at once', async (first) => {
    const { page, errors } = await connection.page(first);
    expect(page).toBeNull();
    expect(errors).toMatchObject([{ path: ['customer', 'page'], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['first'] } }]);
  });

  test.each(['', 'garbage', '0', 'a'.repeat(5000), '../..', 'eyJhIjoxfQ=='])('have no cursor %j', async (after) => {
    const { page, errors } = await connection.page(2, after);
    expect(page).toBeNull();
    expect(errors).toMatchObject([{ path: ['customer', 'page'], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['after'] } }]);
  });
});

describe('customers', () => {
  const customers = (marks = ''): Walkable =>
    walkable(`customers(${marks} first: $first, after: $after)`, 'number', '', (data) => data.customers, company.gateway.issuer.caller('marketing'));

  test.each([2, 7])('walked by %i come in the leading source\'s order, each once', async (first) => {
    const edges = await walk(customers(), first, 42);
    expect(edges.map(({ node }) => node['number'])).toEqual(Array.from(edges, (_, at) => String(10001 + at)));
  });

  test('walked to the end are as many as there are', async () => {
    const segment = 'where: { segment: "vip", country: "DK" }';
    const expected = company.people.all().filter((one) => one.number !== undefined && one.segments.includes('vip') && addressOf(one)?.country === 'DK');
    expect(expected.length).toBeGreaterThan(2);
    for (const first of [2, 7, 100]) {
      const edges = await walk(customers(segment), first);
      expect(edges.map(({ node }) => node['number'])).toEqual(expected.map(({ number }) => number));
    }
  });

  test.each([
    ['another filter', 'where: { segment: "vip" }'],
    ['another order', 'orderBy: { field: SINCE }'],
  ])('cursors do not fit %s', async (_, marks) => {
    const { pageInfo } = await pageOf(customers(), 2);
    const { page, errors } = await customers(marks).page(2, pageInfo.endCursor ?? '');
    expect(page).toBeNull();
    expect(errors).toMatchObject([{ path: ['customers'], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['after'] } }]);
  });
});

describe('a cursor fits nothing but what it was made for: not', () => {
  const query = (number: string, field: string): string =>
    `query ($after: String) { customer(by: { number: "${number}" }) { page: ${field}(first: 1, after: $after) { edges { cursor } } } }`;
  const cursorOf = async (token: string): Promise<string> => {
    const { data } = await company.gateway.ask(query('10001', 'invoices'), { token });
    return data.customer.page.edges[0].cursor;
  };

  test.each([
    ['another customer', '10002', 'invoices', 'support'],
    ['another field', '10001', 'payments', 'support'],
    ['another caller', '10001', 'invoices', 'customer'],
  ] as const)('%s', async (_, number, field, caller) => {
    const { gateway } = company;
    const after = await cursorOf(gateway.issuer.caller('support'));
    const { data, errors } = await gateway.ask(query(number, field), { variables: { after }, token: gateway.issuer.caller(caller) });
    expect(data.customer.page).toBeNull();
    expect(errors).toMatchObject([{ path: ['customer', 'page'], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['after'] } }]);
  });

  test('a part of it, nor with a letter changed', async () => {
    const token = company.gateway.issuer.caller('support');
    const cursor = await cursorOf(token);
    const changed = `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`;
    for (const after of [cursor.slice(0, -4), changed, `${cursor}AAAA`]) {
      const { errors } = await company.gateway.ask(query('10001', 'invoices'), { variables: { after }, token });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['after'] } }]);
    }
  });

  test('but for its own field it is good under another token of the same caller, and tells nothing', async () => {
    const { gateway } = company;
    const after = await cursorOf(gateway.issuer.caller('support'));
    const { data, errors } = await gateway.ask(query('10001', 'invoices'), { variables: { after }, token: gateway.issuer.caller('support') });
    expect(errors).toEqual([]);
    expect(data.customer.page.edges).toHaveLength(1);
    const [first] = rowsIn('billing', invoiceRows);
    expect(Buffer.from(after, 'base64url').toString('latin1')).not.toContain(first?.id);
  });
});

test('connections below a record page as well', async () => {
  const { data, errors } = await company.gateway.ask(
    '{ customer(by: { number: "10001" }) { tickets(first: 3) { edges { node { remoteId comments(first: 1) { edges { cursor node { body } } pageInfo { hasNextPage endCursor } } } } } } }',
  );
  expect(errors).toEqual([]);
  const talked = data.customer.tickets.edges.filter((edge: { node: { comments: Page } }) => edge.node.comments.pageInfo.hasNextPage);
  expect(talked.length).toBeGreaterThan(0);
  const [{ node }] = talked;
  const more = await company.gateway.ask(
    'query ($after: String) { customer(by: { number: "10001" }) { tickets(first: 3) { edges { node { remoteId comments(first: 1, after: $after) { edges { node { body } } } } } } } }',
    { variables: { after: node.comments.pageInfo.endCursor } },
  );
  // The cursor belongs to one ticket's comments; the other tickets refuse it.
  expect(more.errors.map(({ extensions }) => extensions['code'])).toEqual(Array.from({ length: 2 }, () => 'BAD_USER_INPUT'));
  const followed = more.data.customer.tickets.edges.find((edge: { node: { remoteId: string } }) => edge.node.remoteId === node.remoteId);
  expect(followed.node.comments.edges[0].node.body).not.toBe(node.comments.edges[0].node.body);
});
