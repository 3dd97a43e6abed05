import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Person } from '../../../sample/people.ts';
import { caseless } from '../../../sample/spelling.ts';
import { auditEntries, forgetAudit } from '../../fixtures/audit.ts';
import { inStore, startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  // Nothing is remembered as missing, so that only what must not be linked stays unlinked.
  company = await startCompany({ edit: { 'customer360.yaml': (text) => text.replace('absentFor: 5m', 'absentFor: 0ms') } });
}, 30_000);
afterAll(() => company.stop());

const asSupport = (query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Answered> => company.gateway.ask(query, { variables });
const asSteward = (query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Answered> =>
  company.gateway.ask(query, { variables, token: company.gateway.issuer.caller('steward') });

/** What must succeed. */
async function sound(answer: Promise<Answered>): Promise<Answered['data']> {
  const { data, errors } = await answer;
  expect(errors).toEqual([]);
  return data;
}
const refusal = (reason: string): unknown => expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', reason } });

const person = (index: number): Person => {
  const found = company.people.at(index);
  if (found === undefined) throw new Error(`nobody has the index ${index}`);
  return found;
};
/** People whom the three systems can be sure about, each met and linked everywhere; given out once each. */
const sure = ({ index, number, copies: { crm, billing, support } }: Person): boolean =>
  number !== undefined && index % 400 !== 26 && index % 400 !== 27 && crm?.email !== undefined && crm.emailVerified && billing?.number !== undefined &&
  support?.email !== undefined && support.emailVerified && caseless(crm.email) === caseless(support.email);
let given = 0;
async function somebody(): Promise<{ readonly person: Person; readonly id: string }> {
  const found = company.people.all().filter(sure)[given++];
  if (found === undefined) throw new Error('there are no more');
  return { person: found, id: await idOf(found.number) };
}
async function idOf(number: string | undefined): Promise<string> {
  const data = await sound(asSupport('query ($number: String) { customer(by: { number: $number }) { id billing { currency } tickets(first: 1) { edges { cursor } } } }', { number }));
  return data.customer.id;
}

const seenAs = 'identities { namespace value linkMethod }';
const namesOf = async (id: string): Promise<readonly string[]> => {
  const data = await sound(asSteward(`query ($id: ID) { customer(by: { id: $id }) { ${seenAs} } }`, { id }));
  return data.customer.identities.map(({ namespace, value }: { namespace: string; value: string }) => `${namespace} ${value}`).sort();
};
const historyOf = async (id: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  (await sound(asSteward('query ($id: ID) { customer(by: { id: $id }) { linkHistory { kind customer other record { namespace value } to { value } actor evidence } } }', { id }))).customer.linkHistory;

const link = (input: object): Promise<Answered> => asSteward('mutation ($input: LinkCustomerInput!) { linkCustomer(input: $input) { customer { id } event { kind } } }', { input });
const merge = (input: object): Promise<Answered> => asSteward('mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) { customer { id number } event { kind other } } }', { input });
const split = (input: object): Promise<Answered> => asSteward('mutation ($input: SplitCustomerInput!) { splitCustomer(input: $input) { customer { id } apart { id } event { kind } } }', { input });

describe('what could not be linked', () => {
  const reviews = `query ($first: Int!, $after: String, $where: LinkReviewFilter) { linkReviews(first: $first, after: $after, where: $where) {
    edges { cursor node { customer { number profile { name } } source { key } reason identifier candidates { namespace value } notedAt dueAt } }
    pageInfo { hasNextPage endCursor } } }`;

  test('is listed with the reason and what comes into question, and goes when it is linked', async () => {
    const { number, copies } = person(427);
    const id = await idOf(number);
    const list = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
      (await sound(asSteward(reviews, { first: 100, where: { source: 'support', reason: 'AMBIGUOUS' } }))).linkReviews.edges.map(({ node }: { node: object }) => node);
    const own = async (): Promise<Readonly<Record<string, unknown>> | undefined> => (await list()).find(({ customer }) => (customer as { number: string }).number === number);
    expect(await own()).toEqual({
      customer: { number, profile: { name: expect.any(String) } }, source: { key: 'support' }, reason: 'AMBIGUOUS', identifier: 'email',
      candidates: expect.arrayContaining([{ namespace: 'crm', value: expect.any(String) }]),
      notedAt: expect.stringMatching(/^\d{4}-.*Z$/), dueAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const record = { namespace: 'support', value: [copies.support?.id, person(426).copies.support?.id].find((one) => one !== undefined) };
    expect((await sound(link({ customer: id, record, evidence: 'asked her on the phone' }))).linkCustomer).toEqual({ customer: { id }, event: { kind: 'LINKED' } });
    expect(await own()).toBeUndefined();
    expect((await sound(asSupport('query ($id: ID) { customer(by: { id: $id }) { tickets(first: 1) { edges { cursor } } } }', { id }))).customer.tickets).not.toBeNull();
    expect((await historyOf(id)).at(-1)).toEqual({
      kind: 'LINKED', customer: id, other: null, record, to: null, actor: 'stella (https://login.sample-company.example)', evidence: 'asked her on the phone',
    });
  });

  test('is listed page by page, each once, with cursors that are good for the same list only', async () => {
    const unknown = company.people.all().filter(({ number, copies }) => number !== undefined && copies.billing === undefined).slice(0, 5);
    for (const { number } of unknown) await idOf(number);
    const where = { source: 'billing', reason: 'NO_MATCH' };
    const all = (await sound(asSteward(reviews, { first: 100, where }))).linkReviews.edges;
    expect(all.length).toBeGreaterThanOrEqual(5);
    const met: unknown[] = [];
    let after: string | undefined;
    for (let page = 0; page < 100; page += 1) {
      const { edges, pageInfo } = (await sound(asSteward(reviews, { first: 2, after, where }))).linkReviews;
      met.push(...edges.map(({ node }: { node: object }) => node));
      after = pageInfo.endCursor;
      if (pageInfo.hasNextPage === false) break;
    }
    expect(met).toEqual(all.map(({ node }: { node: object }) => node));
    const { errors } = await asSteward(reviews, { first: 2, after: all[0].cursor, where: { source: 'support' } });
    expect(errors).toEqual([expect.objectContaining({ path: ['linkReviews'], extensions: expect.objectContaining({ code: 'BAD_USER_INPUT', argumentPath: ['after'] }) })]);
  });

  test.each(['support', 'marketing', 'customer'] as const)('is not for %s', async (caller) => {
    const { data, errors } = await company.gateway.ask('{ linkReviews(first: 1) { edges { node { reason } } } }', { token: company.gateway.issuer.caller(caller) });
    expect(data.linkReviews).toBeNull();
    expect(errors).toEqual([expect.objectContaining({ path: ['linkReviews'], extensions: expect.objectContaining({ code: 'UNAUTHORIZED_FIELD_OR_TYPE' }) })]);
  });
});

describe('linking by hand', () => {
  test('is refused where it would be wrong, with a reason', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const evidence = 'a test';
    const withoutBilling = company.people.all().find(({ number, copies }) => number !== undefined && copies.billing === undefined);
    const alone = await idOf(withoutBilling?.number);
    const unmet = company.people.all().filter(sure).at(-1);
    expect((await link({ customer: one.id, record: { namespace: 'crm', value: one.person.copies.crm?.id }, evidence })).errors).toEqual([refusal('ALREADY_SO')]);
    expect((await link({ customer: alone, record: { namespace: 'billing', value: other.person.copies.billing?.id }, evidence })).errors).toEqual([refusal('NUMBERS_DIFFER')]);
    expect((await link({ customer: one.id, record: { namespace: 'crm', value: 'nobody' }, evidence })).errors).toEqual([refusal('UNKNOWN_RECORD')]);
    expect((await link({ customer: one.id, record: { namespace: 'warehouse', value: '1' }, evidence })).errors).toEqual([refusal('UNKNOWN_RECORD')]);
    expect((await link({ customer: one.id, record: { namespace: 'number', value: '1' }, evidence })).errors).toEqual([refusal('UNKNOWN_RECORD')]);
    expect((await link({ customer: 'nobody', record: { namespace: 'crm', value: '1' }, evidence })).errors).toEqual([refusal('UNKNOWN_CUSTOMER')]);
    expect((await link({ customer: one.id, record: { namespace: 'support', value: unmet?.copies.support?.id }, evidence })).errors).toHaveLength(1);
    for (const empty of ['', '  ', 'x'.repeat(1001)]) {
      expect((await link({ customer: one.id, record: { namespace: 'crm', value: '1' }, evidence: empty })).errors).toEqual([
        expect.objectContaining({ path: ['linkCustomer'], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', 'evidence'] } }),
      ]);
    }
  });

  test('takes no key that cannot be one, nor does a split', async () => {
    const { id } = await somebody();
    for (const value of ['', ' ', 'x'.repeat(257)]) {
      const record = { namespace: 'support', value };
      expect((await link({ customer: id, record, evidence: 'x' })).errors).toEqual([expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', 'record', 'value'] } })]);
      for (const name of ['record', 'moved']) {
        expect((await split({ customer: id, off: { [name]: record }, evidence: 'x' })).errors).toEqual([
          expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', 'off', name, 'value'] } }),
        ]);
      }
    }
    for (const value of ["' OR 1=1 --", '../1', '%00', '\u0000', '{keys}', '\n']) {
      expect((await link({ customer: id, record: { namespace: 'support', value }, evidence: 'x' })).errors).toEqual([expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) })]);
    }
  });

  test.each(['support', 'marketing', 'customer'] as const)('is not for %s, who is told nothing else', async (caller) => {
    const { id } = await somebody();
    const token = company.gateway.issuer.caller(caller);
    const ask = (input: object): Promise<Answered> => company.gateway.ask('mutation ($input: LinkCustomerInput!) { linkCustomer(input: $input) { event { kind } } }', { token, variables: { input } });
    const known = await ask({ customer: id, record: { namespace: 'crm', value: '1' }, evidence: 'x' });
    const unknown = await ask({ customer: 'nobody', record: { namespace: 'crm', value: '1' }, evidence: 'x' });
    expect(known.errors).toEqual([expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAUTHORIZED_FIELD_OR_TYPE' }) })]);
    expect(known.text).toBe(unknown.text);
  });

  test('is not done by GET', async () => {
    const { gateway } = company;
    const query = encodeURIComponent('mutation { linkCustomer(input: { customer: "1", record: { namespace: "crm", value: "1" }, evidence: "x" }) { event { kind } } }');
    const answer = await fetch(`${gateway.url}/graphql?query=${query}`, { headers: { authorization: `Bearer ${gateway.issuer.caller('steward')}`, 'apollo-require-preflight': 'x' } });
    expect(answer.status).toBe(405);
  });
});

describe('a merge', () => {
  const invoices = 'invoices(first: $first, after: $after) { edges { cursor node { number } } pageInfo { hasNextPage endCursor } }';
  const invoicesOf = async (id: string, size: number): Promise<readonly string[]> => {
    const numbers: string[] = [];
    let after: string | undefined;
    for (;;) {
      const data = await sound(asSupport(`query ($id: ID, $first: Int!, $after: String) { customer(by: { id: $id }) { ${invoices} } }`, { id, first: size, after }));
      const { edges, pageInfo } = data.customer.invoices;
      numbers.push(...edges.map(({ node }: { node: { number: string } }) => node.number));
      if (pageInfo.hasNextPage === false) return numbers;
      after = pageInfo.endCursor;
    }
  };

  test('of two with different numbers is made when that is confirmed; both are then one, with all that either has', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const [ofOne, ofOther] = [await invoicesOf(one.id, 100), await invoicesOf(other.id, 100)];
    const input = { into: one.id, customer: other.id, evidence: 'passport' };
    expect((await merge(input)).errors).toEqual([refusal('NUMBERS_DIFFER')]);
    expect((await sound(merge({ ...input, numbersDiffer: true }))).mergeCustomers).toEqual({ customer: { id: one.id, number: one.person.number }, event: { kind: 'MERGED', other: one.id } });

    for (const by of [{ id: other.id }, { number: other.person.number }, { external: { namespace: 'support', value: other.person.copies.support?.id } }]) {
      expect((await sound(asSupport('query ($by: CustomerKey!) { customer(by: $by) { id } }', { by }))).customer).toEqual({ id: one.id });
    }
    for (const size of [1, 3, 100]) expect(await invoicesOf(one.id, size)).toEqual([...ofOne, ...ofOther]);
    const data = await sound(asSupport('query ($id: ID) { customer(by: { id: $id }) { number email contactPoints { __typename ... on EmailContactPoint { value source { key } } } tickets(first: 100) { edges { node { remoteId } } } completeness { source { key } status } provenance { path remoteId } } }', { id: one.id }));
    expect(data.customer.number).toBe(one.person.number);
    expect(data.customer.contactPoints.filter(({ source }: { source?: { key: string } }) => source?.key === 'billing')).toHaveLength(
      [one, other].filter(({ person: { copies } }) => copies.billing?.email !== undefined).length,
    );
    expect(data.customer.completeness).toEqual(['crm', 'billing', 'support'].map((key) => ({ source: { key }, status: 'OK' })));
    expect(data.customer.provenance).toContainEqual({ path: 'number', remoteId: one.person.copies.crm?.id });
    expect((await merge({ ...input, numbersDiffer: true })).errors).toEqual([refusal('ALREADY_SO')]);
  });

  test('is taken back by a split, and both are exactly what they were', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const state = async (): Promise<unknown> => [await namesOf(one.id), await namesOf(other.id), await invoicesOf(one.id, 100), await invoicesOf(other.id, 100)];
    const before = await state();
    await sound(merge({ into: one.id, customer: other.id, evidence: 'a mistake', numbersDiffer: true }));
    expect(await state()).not.toEqual(before);
    expect((await split({ customer: one.id, off: { merged: 'nobody' }, evidence: 'x' })).errors).toEqual([refusal('NOT_MERGED')]);
    expect((await sound(split({ customer: one.id, off: { merged: other.id }, evidence: 'twins' }))).splitCustomer).toEqual({
      customer: { id: one.id }, apart: { id: other.id }, event: { kind: 'UNMERGED' },
    });
    expect(await state()).toEqual(before);
    for (const { id } of [one, other]) {
      expect((await historyOf(id)).map(({ kind, evidence }) => [kind, evidence]).slice(-2)).toEqual([['MERGED', 'a mistake'], ['UNMERGED', 'twins']]);
    }
  });

  test('is on record before it is made, with whom it is about, and no value', async () => {
    const [one, other] = [await somebody(), await somebody()];
    forgetAudit(company.gateway);
    await sound(merge({ into: one.id, customer: other.id, evidence: 'seen twice', numbersDiffer: true }));
    const entries = auditEntries(company.gateway, 'disclosure');
    expect(entries).toMatchObject([{
      purpose: 'identity.stewardship', operation: { kind: 'mutation' }, asked: { permitted: ['Mutation.mergeCustomers'] },
      told: [{ customers: expect.arrayContaining([one.id, other.id]), permitted: expect.arrayContaining(['Customer.number']) }],
    }]);
    const [event] = inStore(company.gateway, 'SELECT entry FROM link_event ORDER BY at DESC LIMIT 1').map(({ entry }) => JSON.parse(String(entry)) as Readonly<Record<string, unknown>>);
    expect(event?.['requestId']).toBe(entries[0]?.requestId);
  });

  test('is told to nobody outside: neither who made it nor why', async () => {
    const { id } = await somebody();
    await sound(split({ customer: id, off: { record: { namespace: 'support', value: 'x' } }, evidence: 'not for her eyes' }));
    const token = company.gateway.issuer.token({ sub: 'self', kind: 'customer', roles: ['customer'], purposes: ['service.support'], customers: [(await sound(asSteward('query ($id: ID) { customer(by: { id: $id }) { number } }', { id }))).customer.number] });
    const { data, text } = await company.gateway.ask('{ me { id identities { namespace evidence } linkHistory { kind actor evidence } } }', { token });
    expect(data.me).toMatchObject({ id, linkHistory: null });
    expect(data.me.identities[0]).toMatchObject({ namespace: expect.any(String), evidence: null });
    expect(text).not.toMatch(/not for her eyes|stella/);
  });

  test('and another one in the same document are made one after the other', async () => {
    const [a, b, c] = [await somebody(), await somebody(), await somebody()];
    const data = await sound(asSteward(`mutation ($a: ID!, $b: ID!, $c: ID!) {
      first: mergeCustomers(input: { into: $b, customer: $c, evidence: "x", numbersDiffer: true }) { customer { id } }
      second: mergeCustomers(input: { into: $a, customer: $b, evidence: "x", numbersDiffer: true }) { customer { id identities { namespace value } } }
    }`, { a: a.id, b: b.id, c: c.id }));
    expect(data.first).toEqual({ customer: { id: b.id } });
    expect(data.second.customer.id).toBe(a.id);
    expect(data.second.customer.identities.filter(({ namespace }: { namespace: string }) => namespace === 'crm')).toHaveLength(3);
  });
});

describe('a split of a record', () => {
  test('makes it a customer of its own, and it is not linked again, however often she is asked for', async () => {
    const { id, person: { number, copies } } = await somebody();
    const record = { namespace: 'support', value: copies.support?.id };
    const { splitCustomer } = await sound(split({ customer: id, off: { record }, evidence: 'her son writes from her address' }));
    expect(splitCustomer).toMatchObject({ customer: { id }, event: { kind: 'SEPARATED' } });
    expect(splitCustomer.apart.id).not.toBe(id);
    expect((await sound(asSupport('query ($by: CustomerKey!) { customer(by: $by) { id } }', { by: { external: record } }))).customer.id).toBe(splitCustomer.apart.id);
    for (let again = 0; again < 2; again += 1) expect(await idOf(number)).toBe(id);
    expect(await namesOf(id)).not.toContain(`support ${String(copies.support?.id)}`);
    expect((await split({ customer: id, off: { record }, evidence: 'x' })).errors).toEqual([refusal('ALREADY_SO')]);
  });

  test('that she does not have keeps it away from her', async () => {
    const [one, two] = company.people.all().filter(sure).slice(-2);
    if (one?.copies.support === undefined || two === undefined) throw new Error('there are two');
    const { data: { customer: { id } } } = await asSupport('query ($number: String) { customer(by: { number: $number }) { id } }', { number: one.number });
    const record = { namespace: 'support', value: one.copies.support.id };
    expect((await sound(split({ customer: id, off: { record }, evidence: 'x' }))).splitCustomer).toEqual({ customer: { id }, apart: null, event: { kind: 'BARRED' } });
    expect(await idOf(one.number)).toBe(id);
    expect(await namesOf(id)).not.toContain(`support ${record.value}`);
    expect((await sound(link({ customer: id, record, evidence: 'after all' }))).linkCustomer.event).toEqual({ kind: 'LINKED' });
    expect(await namesOf(id)).toContain(`support ${record.value}`);
    expect((await split({ customer: id, off: { moved: record }, evidence: 'x' })).errors).toEqual([refusal('NOT_MOVED')]);
    expect((await split({ customer: id, off: { record: { namespace: 'warehouse', value: '1' } }, evidence: 'x' })).errors).toEqual([refusal('UNKNOWN_RECORD')]);
  });
});

test('while a system that must be asked is down, nothing is linked or merged', async () => {
  const crash = await startCompany({ before: { BILLING_URL: async () => 'http://127.0.0.1:9' } });
  try {
    const token = crash.gateway.issuer.caller('steward');
    const ids = await Promise.all(['10001', '10002'].map(async (number) => (await crash.gateway.ask(`{ customer(by: { number: "${number}" }) { id } }`)).data.customer.id as string));
    const input = { customer: ids[0], record: { namespace: 'billing', value: 'cus_1' }, evidence: 'x' };
    const { errors } = await crash.gateway.ask('mutation ($input: LinkCustomerInput!) { linkCustomer(input: $input) { event { kind } } }', { token, variables: { input } });
    expect(errors).toEqual([expect.objectContaining({ path: ['linkCustomer'], extensions: expect.objectContaining({ code: 'SOURCE_UNAVAILABLE', source: 'billing' }) })]);
  } finally {
    await crash.stop();
  }
}, 30_000);
