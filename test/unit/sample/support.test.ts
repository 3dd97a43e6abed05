import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commentRows, satisfactionRows, ticketRows } from '../../../sample/desk.ts';
import { directoryOf } from '../../../sample/directory.ts';
import type { Served } from '../../../sample/serve.ts';
import { serveSupport } from '../../../sample/support.ts';
import { at, client, listAt } from './client.ts';
import { now, options, people, personWhere, showcase } from './systems.ts';

const id = showcase.copies.support?.id ?? '';
const entries = directoryOf('support', people).all();
let served: Served;

beforeAll(async () => {
  served = await serveSupport(options);
});
afterAll(() => served.close());

async function query(text: string, variables?: object): Promise<unknown> {
  const ask = client(served, { authorization: `Bearer ${options.credentials}` });
  const { status, body } = await ask('/graphql', { query: text, variables });
  expect(status).toBe(200);
  return body;
}

describe('requesters', () => {
  test('come in the order of the ids, with null for an id that nobody has', async () => {
    const known = entries.slice(0, 2).map(({ copy }) => copy.id);
    const ids = [known[1], 'nobody', known[0], known[1]];
    const body = await query('query ($ids: [ID!]!) { requesters(ids: $ids) { id } }', { ids });
    expect(listAt(body, 'data.requesters')).toEqual([{ id: known[1] }, null, { id: known[0] }, { id: known[1] }]);
  });

  test('are found by e-mail address in any case and by the digits of their phone', async () => {
    const e = [showcase.email.toUpperCase()];
    const byEmail = await query('query ($e: [String!]!) { a: requestersByEmail(emails: $e) { id } }', { e });
    const byPhone = await query('query ($p: [String!]!) { b: requestersByPhone(phones: $p) { id } }', { p: ['0049 1512 1234567'] });
    expect([byEmail, byPhone]).toEqual([{ data: { a: [{ id }] } }, { data: { b: [{ id }] } }]);
  });

  test('have null where the desk knows nothing', async () => {
    const bare = personWhere(({ copies: { support } }) => support !== undefined && support.email === undefined);
    const text = 'query ($ids: [ID!]!) { requesters(ids: $ids) { email emailVerified } }';
    const body = await query(text, { ids: [bare.copies.support?.id] });
    expect(body).toEqual({ data: { requesters: [{ email: null, emailVerified: false }] } });
  });

  test('have every field set when it is customer 10001', async () => {
    const fields = 'id name email emailVerified phone externalId createdAt updatedAt';
    const [row] = listAt(await query(`{ requesters(ids: ["${id}"]) { ${fields} } }`), 'data.requesters');
    expect(row).toEqual({
      id, name: 'Käthe Krüger', email: showcase.email, emailVerified: true, phone: '+4915121234567', externalId: '10001',
      createdAt: '2021-03-09T10:24:00.000Z', updatedAt: '2025-11-18T15:02:00.000Z',
    });
  });
});

describe('tickets, comments and satisfaction', () => {
  test('of customer 10001 are several, talked over and judged', async () => {
    const body = await query(`{
      tickets(requesterId: "${id}", first: 50) { nodes { id requester { id } assignee { name } solvedAt } }
      satisfaction(requesterId: "${id}", first: 50) { nodes { requesterId ticketId metric score scale } }
    }`);
    const tickets = listAt(body, 'data.tickets.nodes');
    expect(tickets.length).toBeGreaterThanOrEqual(3);
    expect(listAt(body, 'data.satisfaction.nodes').length).toBeGreaterThanOrEqual(3);
    for (const ticket of tickets) {
      const comments = await query(`{ comments(ticketId: "${String(at(ticket, 'id'))}") { nodes { ticketId author { name kind } } } }`);
      expect(listAt(comments, 'data.comments.nodes').length).toBeGreaterThanOrEqual(1);
    }
  });

  test('page from the newest ticket to the oldest without a gap or a repetition', async () => {
    const seen: unknown[] = [];
    let after: unknown = null;
    let more = true;
    while (more) {
      const text = `query ($after: String) { tickets(requesterId: "${id}", first: 7, after: $after) {
        nodes { id createdAt } pageInfo { hasNextPage endCursor } } }`;
      const body = await query(text, { after });
      seen.push(...listAt(body, 'data.tickets.nodes'));
      more = at(body, 'data.tickets.pageInfo.hasNextPage') === true;
      after = at(body, 'data.tickets.pageInfo.endCursor');
    }
    const expected = ticketRows({ person: showcase, copy: showcase.copies.support ?? never() }, now);
    expect(seen).toEqual(expected.map((row) => ({ id: row.id, createdAt: row['createdAt'] })));
    expect(seen).toEqual(seen.toSorted((a, b) => String(at(b, 'createdAt')).localeCompare(String(at(a, 'createdAt')))));
  });

  test('have states and instants that fit each other', () => {
    for (const entry of entries) {
      for (const ticket of ticketRows(entry, now)) {
        const times = [ticket['createdAt'], ...commentRows(entry, ticket.id, now).map((row) => row['createdAt'])].map(String);
        expect(times).toEqual(times.toSorted());
        expect(ticket['solvedAt'] !== null).toBe(ticket['state'] === 'solved' || ticket['state'] === 'closed');
        expect(String(ticket['updatedAt']) >= String(times.at(-1))).toBe(true);
        expect(Date.parse(String(ticket['updatedAt']))).toBeLessThanOrEqual(now);
      }
      const responses = satisfactionRows(entry, now);
      const instants = responses.map(({ respondedAt }) => String(respondedAt));
      expect(instants).toEqual(instants.toSorted().reverse());
      expect(responses.filter(({ score, scale }) => Number(score) > Number(scale))).toEqual([]);
    }
  });

  test('of a requester or ticket that is not there are none', async () => {
    const page = '{ nodes { id } pageInfo { hasNextPage endCursor } }';
    const nothing = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
    const fields = ['tickets(requesterId: "1")', 'comments(ticketId: "1")', 'satisfaction(requesterId: "1")'];
    const body = await query(`{ ${fields.map((field) => `${field} ${page}`).join(' ')} }`);
    expect(body).toEqual({ data: { tickets: nothing, comments: nothing, satisfaction: nothing } });
  });

  test.each(['first: 0', 'first: 51', 'after: "x"'])('with %s are an error of their own and spare their neighbours', async (page) => {
    const body = await query(`{ tickets(requesterId: "${id}", ${page}) { nodes { id } } requesters(ids: []) { id } }`);
    expect(body).toMatchObject({
      data: { tickets: null, requesters: [] },
      errors: [{ path: ['tickets'], extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});

describe('the endpoint', () => {
  test('counts a request once, and each of the fields it asks for', async () => {
    const own = await serveSupport(options);
    const ask = client(own, { authorization: `Bearer ${options.credentials}` });
    const [a, b] = ['1', '2'].map((requester) => `tickets(requesterId: "${requester}") { nodes { id } }`);
    await ask('/graphql', { query: `{ a: ${a ?? ''} b: ${b ?? ''} requesters(ids: []) { id } }` });
    expect(Object.fromEntries(own.calls)).toEqual({ graphql: 1, tickets: 2, requesters: 1 });
    await own.close();
  });

  test('takes 100 keys in a field and not one more', async () => {
    const text = 'query ($ids: [ID!]!) { requesters(ids: $ids) { id } }';
    const keys = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => String(n));
    expect(listAt(await query(text, { ids: keys(100) }), 'data.requesters')).toHaveLength(100);
    expect(await query(text, { ids: keys(101) })).toMatchObject({ data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  const mistakes = ['{', '{ secrets }', 'query ($id: ID!) { tickets(requesterId: $id) { nodes { id } } }'];
  test.each(mistakes)('answers %j with errors alone', async (text) => {
    const body = await query(text);
    expect(listAt(body, 'errors')).toHaveLength(1);
    expect(at(body, 'data')).toBeUndefined();
  });

  test('refuses a body without a query', async () => {
    const ask = client(served, { authorization: `Bearer ${options.credentials}` });
    for (const body of [{}, [], { query: 1 }, { query: '{ __typename }', variables: [] }]) {
      expect(await ask('/graphql', body)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
    }
  });
});

function never(): never {
  throw new Error('customer 10001 is not in support');
}
