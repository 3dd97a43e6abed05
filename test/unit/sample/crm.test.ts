import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serveCrm } from '../../../sample/crm.ts';
import type { Served } from '../../../sample/serve.ts';
import { at, client, listAt, type Ask } from './client.ts';
import { options, people, personWhere, showcase } from './systems.ts';

const id = showcase.copies.crm?.id ?? '';
const bearer = { authorization: `Bearer ${options.credentials}` };
let served: Served;
let ask: Ask;

beforeAll(async () => {
  served = await serveCrm(options);
  ask = client(served, bearer);
});
afterAll(() => served.close());

describe('a contact of the CRM', () => {
  test('has a value in every field when it is customer 10001', async () => {
    const { body } = await ask(`/v1/contacts/${id}`);
    expect(Object.entries(body as object).filter(([, value]) => value === null || value === '')).toEqual([]);
    expect(body).toMatchObject({
      id,
      customer_number: '10001',
      kind: 'person',
      last_name: 'Krüger',
      address: { street: 'Lindenstraße 12', postal_code: '10969', city: 'Berlin', region: 'Berlin', country: 'DE' },
      segments: ['newsletter', 'vip', 'loyal'],
      created_at: '2021-03-09T10:24:00.000Z',
    });
    expect(listAt(body, 'scores').map((score) => at(score, 'type'))).toEqual([
      'churn_risk', 'clv_historic', 'clv_predicted', 'propensity', 'health',
    ]);
  });

  test('was scored in the night before the last Monday', async () => {
    const { body } = await ask(`/v1/contacts/${id}?properties=scores.computed_at`);
    expect(listAt(body, 'scores')[0]).toEqual({ computed_at: '2026-06-15T03:00:00.000Z' });
  });

  test('comes with the asked properties only, and its id', async () => {
    const { body } = await ask(`/v1/contacts/${id}?properties=email,address.city,address.country,scores.type,nothing.at.all`);
    expect(Object.keys(body as object).sort()).toEqual(['address', 'email', 'id', 'scores']);
    expect(at(body, 'address')).toEqual({ city: 'Berlin', country: 'DE' });
    expect(listAt(body, 'scores')[0]).toEqual({ type: 'churn_risk' });
  });

  test('comes with a whole part when both the part and a field of it are asked for', async () => {
    for (const properties of ['address,address.city', 'address.city,address']) {
      const { body } = await ask(`/v1/contacts/${id}?properties=${properties}`);
      expect(Object.keys(at(body, 'address') as object)).toHaveLength(5);
    }
  });

  test('that is not there is a 404', async () => {
    expect(await ask('/v1/contacts/0035g000zzzzzzz')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  });
});

describe('reading a batch', () => {
  const ids = people.all().slice(0, 100).map(({ copies }) => copies.crm?.id ?? '');

  test('gives each contact once, in an order of its own, and leaves out ids that nobody has', async () => {
    const { body } = await ask('/v1/contacts/batch-read', { ids: [ids[3], 'nobody', ids[1], ids[3]], properties: ['customer_number'] });
    expect(listAt(body, 'results').map((row) => at(row, 'customer_number'))).toEqual(['10002', '10004']);
  });

  test('takes 100 ids and not one more', async () => {
    expect(listAt((await ask('/v1/contacts/batch-read', { ids, properties: ['id'] })).body, 'results')).toHaveLength(100);
    const tooMany = await ask('/v1/contacts/batch-read', { ids: [...ids, 'x'] });
    expect(tooMany).toMatchObject({ status: 400, body: { error: { code: 'too_many' } } });
  });

  test.each([['[]'], ['{'], [{}], [{ ids: 'x' }], [{ ids: [1] }], [{ ids: [], properties: 'id' }]])('refuses the body %j', async (body) => {
    expect(await ask('/v1/contacts/batch-read', body)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });
});

describe('searching', () => {
  const search = async (body: object): Promise<readonly unknown[]> => {
    const found = await ask('/v1/contacts/search', { properties: ['customer_number'], ...body });
    return listAt(found.body, 'results').map((row) => at(row, 'customer_number'));
  };

  test('finds by e-mail address in any case', async () => {
    expect(await search({ property: 'email', values: [showcase.email.toUpperCase()] })).toEqual(['10001']);
  });

  test('finds by the digits of the phone number, whether + or 00 leads', async () => {
    expect(await search({ property: 'phone', values: ['0049 1512 1234567'] })).toEqual(['10001']);
    expect(await search({ property: 'phone', values: ['1512 1234567'] })).toEqual([]);
  });

  test('finds everybody who shares an e-mail address', async () => {
    const shared = personWhere(({ index }) => index === 427).email;
    expect(await search({ property: 'email', values: [shared] })).toEqual(['10427', '10428']);
  });

  test('finds by several customer numbers and shows no more than the limit', async () => {
    expect(await search({ property: 'customer_number', values: ['10003', '10001', 'x'] })).toEqual(['10001', '10003']);
    const { body } = await ask('/v1/contacts/search', { property: 'customer_number', values: ['10003', '10001'], limit: 1 });
    expect(body).toMatchObject({ results: [{ customer_number: '10001' }], total: 2 });
  });

  test.each([
    { property: 'birth_date', values: [] },
    { values: [] },
    { property: 'email' },
    { property: 'email', values: [], limit: 0 },
    { property: 'email', values: [], limit: 501 },
    { property: 'email', values: [], limit: '5' },
  ])('refuses %j', async (body) => {
    expect(await ask('/v1/contacts/search', body)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });
});

describe('listing', () => {
  const list = async (query: string): Promise<readonly unknown[]> => listAt((await ask(`/v1/contacts?${query}`)).body, 'results');

  test('pages through all contacts without a gap or a repetition', async () => {
    const pages = await Promise.all([0, 100, 200, 300, 400, 500].map((offset) => list(`limit=100&offset=${offset}&properties=id`)));
    expect(new Set(pages.flat().map((row) => at(row, 'id'))).size).toBe(500);
    expect((await ask('/v1/contacts?limit=7&offset=3&properties=id')).body).toMatchObject({ total: 500, offset: 3, limit: 7 });
  });

  test('filters by segment, place, stage and date together', async () => {
    const wanted = people.all().filter(
      (person) => person.number !== undefined && person.segments.includes('vip') && person.createdAt >= Date.UTC(2020, 0, 1),
    );
    const filter = 'segment=vip&created_since=2020-01-01';
    expect((await ask(`/v1/contacts?${filter}`)).body).toMatchObject({ total: wanted.length });
    const rows = await list(`${filter}&country=DE&city=Berlin&lifecycle_stage=loyal&limit=100`);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatchObject({ address: { city: 'Berlin', country: 'DE' }, lifecycle_stage: 'loyal' });
  });

  test('counts the given instant in', async () => {
    const totalSince = async (time: number): Promise<number> =>
      Number(at((await ask(`/v1/contacts?created_since=${new Date(time).toISOString()}&limit=1`)).body, 'total'));
    expect((await totalSince(showcase.createdAt)) - (await totalSince(showcase.createdAt + 1))).toBe(1);
  });

  test.each(['created_at', '-created_at', 'last_name', '-last_name'])('sorts by %s', async (sort) => {
    const rows = await list(`sort=${sort}&limit=100&properties=created_at,last_name`);
    const values = rows.map((row) => String(at(row, sort.replace('-', ''))));
    const inOrder = values.toSorted(new Intl.Collator('en').compare);
    expect(values).toEqual(sort.startsWith('-') ? inOrder.reverse() : inOrder);
    expect(new Set(values).size).toBeGreaterThan(1);
  });

  test.each([
    'limit=101', 'limit=0', 'limit=x', 'limit=1.5', 'offset=-1', 'sort=birth_date', 'created_since=yesterday', 'created_since=2020',
  ])('refuses %s', async (query) => {
    expect(await ask(`/v1/contacts?${query}`)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });

  test('refuses a filter that it does not know, instead of showing everybody', async () => {
    expect(await ask('/v1/contacts?cuntry=DE')).toMatchObject({ status: 400, body: { error: { code: 'unknown_parameter' } } });
  });
});
