import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
let id: string;
beforeAll(async () => {
  company = await startCompany();
  const { data } = await company.gateway.ask('{ customer(by: { number: "10001" }) { id } }');
  id = data.customer.id;
}, 30_000);
afterAll(() => company.stop());

type Asked = ReturnType<TestCompany['gateway']['ask']>;
const one = (by: unknown): Asked => company.gateway.ask('query ($by: CustomerKey!) { customer(by: $by) { id number } }', { variables: { by } });
const many = (keys: readonly unknown[]): Asked =>
  company.gateway.ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id number } }', { variables: { keys } });

describe('a customer is the same, however she is named:', () => {
  test.each([
    [{ number: '10001' }],
    [{ number: ' 10001 ' }],
    [{ email: 'kaethe.krueger@post.example' }],
    [{ email: 'Kaethe.KRUEGER@post.example ' }],
    [{ phone: '+4915121234567' }],
    [{ phone: '+49 1512 / 123-45 67' }],
    [{ external: { namespace: 'crm', value: '0035g0000008ct8' } }],
    [{ external: { namespace: 'billing', value: 'cus_00ARfCyCWmuA6y' } }],
    [{ external: { namespace: 'support', value: '360002969112' } }],
  ])('%j', async (by) => {
    const { data, errors } = await one(by);
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({ id, number: '10001' });
  });

  test('her id', async () => {
    const { data, errors } = await one({ id });
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({ id, number: '10001' });
  });
});

describe('what the variables give is told with its argument', () => {
  test.each<[string, string, unknown, readonly string[]]>([
    ['CustomerKey!', 'by: $v', {}, ['by']],
    ['CustomerKey!', 'by: $v', { number: '1', id: '2' }, ['by']],
    ['CustomerKey!', 'by: $v', { number: 10001 }, ['by']],
    ['CustomerKey!', 'by: $v', null, ['by']],
    ['String!', 'by: { number: $v }', 5, ['by', 'number']],
    ['String!', 'by: { external: { namespace: "crm", value: $v } }', {}, ['by', 'external', 'value']],
  ])('%s at %s: %j', async (type, argument, v, argumentPath) => {
    const { status, errors } = await company.gateway.ask(`query ($v: ${type}) { customer(${argument}) { id } }`, { variables: { v } });
    expect([status, errors]).toEqual([400, [expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', argumentPath } })]]);
  });
});

describe('nobody is found by', () => {
  test.each([
    [{ number: '99999' }],
    [{ number: "10001' OR '1'='1" }],
    [{ number: '../10001' }],
    [{ number: '10001\n10002' }],
    [{ number: '10001\u0000' }],
    [{ number: '%' }],
    [{ email: 'nobody@nowhere.example' }],
    [{ phone: '+4530111111' }],
    [{ id: '00000000-0000-4000-8000-000000000000' }],
    [{ external: { namespace: 'crm', value: '0035g000000zzzz' } }],
    [{ external: { namespace: 'crm', value: '../contacts' } }],
    [{ external: { namespace: 'billing', value: 'cus_x/../../accounts?ids=cus_00ARfCyCWmuA6y' } }],
    [{ external: { namespace: 'support', value: '1"){id}#' } }],
    [{ external: { namespace: 'loyalty', value: '1' } }],
    [{ external: { namespace: '__proto__', value: 'constructor' } }],
  ])('%j, and that is no error', async (by) => {
    const { status, data, errors } = await one(by);
    expect(errors).toEqual([]);
    expect({ status, data }).toEqual({ status: 200, data: { customer: null } });
  });
});

test.each([[{ number: '10001,10002' }], [{ email: 'anna,kaethe@post.example' }]])(
  '%j, which one system would take for two keys, is not asked of that system, which the answer says',
  async (by) => {
    const { data, errors } = await one(by);
    expect(data).toEqual({ customer: null });
    expect(errors).toMatchObject([{ path: ['customer'], extensions: { code: 'SOURCE_UNAVAILABLE', source: 'billing' } }]);
  },
);

describe('a malformed key is told by its place:', () => {
  test.each([
    [{ email: 'no address' }, ['by', 'email']],
    [{ email: '' }, ['by', 'email']],
    [{ phone: '0151 21234567' }, ['by', 'phone']],
    [{ phone: 'call me' }, ['by', 'phone']],
    [{ number: '' }, ['by', 'number']],
    [{ number: '   ' }, ['by', 'number']],
    [{ number: '1'.repeat(257) }, ['by', 'number']],
    [{ id: '' }, ['by', 'id']],
    [{ external: { namespace: '', value: '1' } }, ['by', 'external', 'namespace']],
    [{ external: { namespace: 'crm', value: '' } }, ['by', 'external', 'value']],
  ])('%j', async (by, argumentPath) => {
    const { data, errors } = await one(by);
    expect(data).toEqual({ customer: null });
    expect(errors).toMatchObject([{ path: ['customer'], extensions: { code: 'BAD_USER_INPUT', argumentPath } }]);
  });

  test.each([[{}], [{ number: '1', id: '1' }], [{ number: null }], [{ name: 'x' }], [null], ['10001'], [{ external: { value: '1' } }]])(
    '%j is refused before anything runs',
    async (by) => {
      const { status, data, errors } = await one(by);
      expect(status).toBe(400);
      expect(data).toBeUndefined();
      expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    },
  );
});

describe('customersBy', () => {
  test('keeps the order of the keys, repeats repeated ones, and has null where nobody is', async () => {
    const { data, errors } = await many([{ number: '10002' }, { number: '99999' }, { id }, { number: '10002' }, { email: 'KAETHE.krueger@post.example' }]);
    expect(errors).toEqual([]);
    expect(data.customersBy.map((customer: { number: string } | null) => customer?.number)).toEqual(['10002', undefined, '10001', '10002', '10001']);
  });

  test('a bad key spoils its own item only', async () => {
    const { data, errors } = await many([{ number: '10001' }, { email: 'no address' }, { number: '10002' }]);
    expect(data.customersBy).toMatchObject([{ number: '10001' }, null, { number: '10002' }]);
    expect(errors).toMatchObject([{ path: ['customersBy', 1], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['keys', 1, 'email'] } }]);
  });

  test('a key that may not be looked up by spoils its own item only', async () => {
    const { gateway } = company;
    const { data, errors } = await gateway.ask('{ customersBy(keys: [{ email: "kaethe.krueger@post.example" }, { number: "10001" }]) { number } }', {
      token: gateway.issuer.caller('marketing'),
    });
    expect(data.customersBy).toEqual([null, { number: '10001' }]);
    expect(errors).toMatchObject([{ path: ['customersBy', 0], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope' } }]);
  });

  test('no keys are no customers', async () => {
    expect(await many([])).toMatchObject({ data: { customersBy: [] }, errors: [] });
  });

  test('takes 100 keys and no more', async () => {
    const keys = Array.from({ length: 101 }, (_, at) => ({ number: String(10001 + at) }));
    const enough = await many(keys.slice(0, 100));
    expect(enough.errors).toEqual([]);
    expect(enough.data.customersBy.map((customer: { number: string }) => customer.number)).toEqual(keys.slice(0, 100).map(({ number }) => number));
    const { data, errors } = await many(keys);
    expect(data.customersBy).toBeNull();
    expect(errors).toMatchObject([{ path: ['customersBy'], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['keys'] } }]);
  });
});

test('an address that two customers share names neither of them', async () => {
  const { data, errors } = await many([{ email: 'sjoerd.bakker27@inbox.example' }, { number: '10027' }, { number: '10028' }]);
  expect(data.customersBy).toMatchObject([null, { number: '10027' }, { number: '10028' }]);
  expect(errors).toMatchObject([{ path: ['customersBy', 0], extensions: { code: 'BAD_USER_INPUT', reason: 'ambiguous' } }]);
});

test('somebody whom only billing knows is found there and becomes a customer of her own', async () => {
  const byAddress = await one({ email: 'LINNEA.oberg10001@post.example' });
  const byKey = await one({ external: { namespace: 'billing', value: 'cus_0VYK5fnxT3FhSp' } });
  expect([...byAddress.errors, ...byKey.errors]).toEqual([]);
  expect(byAddress.data.customer).toEqual({ id: expect.any(String), number: null });
  expect(byKey.data.customer).toEqual(byAddress.data.customer);
});
