import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { changes } from '../../fixtures/faulty-answers.ts';
import { startFaultyCompany, systems, type FaultyCompany, type System } from '../../fixtures/faulty-company.ts';
import type { ProxiedRequest } from '../../fixtures/faulty-proxy.ts';
import { knownEverywhere } from '../../fixtures/faulty-records.ts';
import type { Answered } from '../../fixtures/gateway.ts';

const hostile = [
  '10001"', '10001\\"}', "10001' OR '1'='1", '10001;DROP TABLE contact;--', '../10001', '..', '.', 'a/../../b', '/etc/passwd', 'C:\\10001',
  'two\r\nlines: yes', 'tab\there', 'null\u0000byte', '%', '%2e%2e%2f', '%00', '100%25', '{keys}', '{value}', '${CRM_TOKEN}', '$keys', '{{value}}',
  '10001&limit=500', '10001#part', '10001?limit=500', '10001=', '10001+10002', '*', '__proto__', 'constructor', 'ünï¢ødé', '🙂', '\u202e10001', '\u0661\u0660\u0660\u0660\u0661',
  '"}) { requesters(ids: ["', 'x'.repeat(256),
];

const hostileIds = ['../accounts', '..%2f..', 'a/b?limit=1#', 'cus_"\'{}', 'cus_\r\nx: y', 'cus_🙂'];

/** What a request of the gateway's bears; a key with line breaks in it would add to them. */
const headerNames = ['host', 'connection', 'accept', 'accept-encoding', 'authorization', 'x-api-key', 'content-type', 'content-length'];

/** The systems' operations, as paths may look from outside; keys below accounts come from links, and nobody is linked here. */
const paths: Readonly<Record<System, RegExp>> = {
  crm: /^\/v1\/contacts\/(search|batch-read)$/,
  billing: /^\/v1\/accounts\?(customer_numbers|emails|ids)=[^&/]*$/,
  support: /^\/graphql$/,
};

let company: FaultyCompany;
const lookUp = (by: unknown): Promise<Answered> => (
  company.gateway.ask('query ($by: CustomerKey!) { customer(by: $by) { number billing { currency } } }', { variables: { by } })
);

beforeAll(async () => {
  company = await startFaultyCompany();
}, 30_000);
afterAll(() => company.stop());
afterEach(() => company.recover());

describe('a hostile key reaches the systems as data, and answers null', () => {
  test.each(hostile)('as a number: %j', async (text) => {
    const before = requestsSoFar();
    const { status, data, errors } = await lookUp({ number: text });
    expect({ status, data, errors }).toEqual({ status: 200, data: { customer: null }, errors: [] });
    expectData(before, text.trim());
  });

  test.each(systems.flatMap((system) => hostile.map((text) => ({ system, text }))))('as a key of $system: $text', async ({ system, text }) => {
    const before = requestsSoFar();
    const { status, data, errors } = await lookUp({ external: { namespace: system, value: text } });
    expect({ status, data, errors }).toEqual({ status: 200, data: { customer: null }, errors: [] });
    expectData(before, text);
  });

  test.each(hostile.filter((text) => !/\s|\0/.test(text)))('as an e-mail address: %j', async (text) => {
    const email = `${text.slice(0, 200)}@example.com`;
    const before = requestsSoFar();
    const { status, data, errors } = await lookUp({ email });
    expect({ status, data, errors }).toEqual({ status: 200, data: { customer: null }, errors: [] });
    expectData(before, email.toLowerCase());
  });

  test('as the name of a system', async () => {
    for (const namespace of ['constructor', '__proto__', 'CRM', 'crm ', '../crm', 'number']) {
      const before = requestsSoFar();
      expect((await lookUp({ external: { namespace, value: '10001' } })).data).toEqual({ customer: null });
      expect(requestsSoFar()).toEqual(before);
    }
  });

  test('and nobody is made up for it', () => {
    expect(company.stored().customers).toBe(0);
  });
});

describe('what no system is asked for', () => {
  const long = 'x'.repeat(257);
  test.each([
    [{ number: '' }, ['by', 'number']], [{ number: ' \n' }, ['by', 'number']], [{ number: long }, ['by', 'number']], [{ id: long }, ['by', 'id']],
    [{ email: 'nobody' }, ['by', 'email']], [{ email: 'a b@example.com' }, ['by', 'email']], [{ email: 'a@b\0@example.com' }, ['by', 'email']],
    [{ phone: '12345678' }, ['by', 'phone']], [{ phone: "+45' OR 1=1" }, ['by', 'phone']], [{ phone: '+'.repeat(200) }, ['by', 'phone']],
    [{ external: { namespace: 'crm', value: '' } }, ['by', 'external', 'value']], [{ external: { namespace: 'crm', value: long } }, ['by', 'external', 'value']],
    [{ external: { namespace: '', value: '1' } }, ['by', 'external', 'namespace']],
  ])('%j is refused with its path', async (by, argumentPath) => {
    const before = requestsSoFar();
    const { status, data, errors } = await lookUp(by);
    expect({ status, data }).toEqual({ status: 200, data: { customer: null } });
    expect(errors.map(({ path, extensions }) => ({ path, extensions }))).toEqual([{ path: ['customer'], extensions: { code: 'BAD_USER_INPUT', argumentPath } }]);
    expect(requestsSoFar()).toEqual(before);
  });

  test('half a surrogate pair and a comma spoil the look-up that cannot carry them, and no other', async () => {
    const query = 'query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { number } }';
    const keys = [{ number: '\ud800' }, { external: { namespace: 'billing', value: 'cus_a,cus_b' } }, { number: '10001' }];
    const { status, data, errors } = await company.gateway.ask(query, { variables: { keys } });
    expect({ status, data }).toEqual({ status: 200, data: { customersBy: [null, null, { number: '10001' }] } });
    expect(errors.every(({ path, extensions }) => path?.[0] === 'customersBy' && path[1] !== 2 && extensions['code'] === 'SOURCE_UNAVAILABLE')).toBe(true);
  });
});

test.each(hostileIds)('a hostile key that a system itself gave stays within its part of a path: %j', async (key) => {
  const at = hostileIds.indexOf(key);
  const person = knownEverywhere(company)[at + 1];
  const id = person?.copies.billing?.id ?? '';
  company.proxies.billing.behave(changes((answer) => JSON.parse(JSON.stringify(answer).replaceAll(JSON.stringify(id), JSON.stringify(key)))));
  const { status, errors } = await company.gateway.ask('query ($by: CustomerKey!) { customer(by: $by) { invoices(first: 1) { edges { cursor } } } }', {
    variables: { by: { number: person?.number } },
  });
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  expect(company.proxies.billing.requests.at(-1)?.target).toMatch(`/v1/accounts/${encodeURIComponent(key)}/invoices?limit=1`);
});

/** How many requests each system has got. */
function requestsSoFar(): Readonly<Record<System, number>> {
  const { crm, billing, support } = company.proxies;
  return { crm: crm.requests.length, billing: billing.requests.length, support: support.requests.length };
}

/** What arrived since then was one of the operations, with the text as its only value. */
function expectData(before: Readonly<Record<System, number>>, text: string): void {
  for (const system of systems) {
    for (const request of company.proxies[system].requests.slice(before[system])) {
      expect(request.target).toMatch(paths[system]);
      expect(valuesIn(request)).toEqual([text]);
      for (const name of Object.keys(request.headers)) expect(headerNames).toContain(name);
    }
  }
}

function valuesIn({ target, body }: ProxiedRequest): unknown {
  if (body === '') return [...new URLSearchParams(target.split('?')[1]).values()];
  const { ids, values, variables } = JSON.parse(body);
  return ids ?? values ?? variables.keys ?? variables.values;
}
