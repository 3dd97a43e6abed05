import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { failings, innerWords, type Failing } from '../../fixtures/faulty-answers.ts';
import { lenient, startFaultyCompany, systems, warmUp, type FaultyCompany, type System } from '../../fixtures/faulty-company.ts';
import { confuses, failingsOf, knownEverywhere } from '../../fixtures/faulty-records.ts';
import type { AskOptions, Answered } from '../../fixtures/gateway.ts';

const query = `query ($number: String!) {
  customer(by: { number: $number }) {
    number
    profile { name }
    billing { currency balance }
    invoices(first: 2) { edges { node { number totalAmount } } }
    tickets(first: 2) { edges { node { name status } } }
    completeness { source { key } status }
  }
}`;

/** The selected fields that each system fills. */
const fieldsOf: Readonly<Record<System, readonly (readonly string[])[]>> = {
  crm: [['number'], ['profile', 'name']],
  billing: [['billing', 'currency'], ['billing', 'balance'], ['invoices']],
  support: [['tickets']],
};

/** In the order in which customers are taken up: each test of a first look-up needs one whom nobody has asked for yet. */
let strangers: readonly string[];
let company: FaultyCompany;

const about = (number: string, options: AskOptions = {}): Promise<Answered> => company.gateway.ask(query, { variables: { number }, ...options });

beforeAll(async () => {
  const limits = { ...lenient, deadline: '2s' };
  company = await startFaultyCompany({ limits: { crm: limits, billing: limits, support: limits } });
  strangers = knownEverywhere(company).slice(1).map(({ number }) => number ?? '');
  await warmUp(() => about('10001'));
}, 30_000);
afterAll(() => company.stop());
afterEach(() => company.recover());

describe.each(systems)('of the systems, when it is %s', (system) => {
  const confused: Failing = {
    name: 'that answers with rows of somebody else', code: 'SOURCE_MALFORMED',
    begin: (proxy) => {
      const [own, other] = knownEverywhere(company);
      if (own !== undefined && other !== undefined) proxy.behave(confuses(own, other));
    },
  };

  test.each([...failings, ...failingsOf(system), confused])('one $name costs its own fields and no others', async ({ code, begin }) => {
    const whole = await warmUp(() => about('10001'));
    const before = company.stored();

    await begin(company.proxies[system]);
    const answered = await about('10001');
    expect(answered.status).toBe(200);
    expect(answered.data).toEqual(without(system, whole.data, code));
    expect(errorsOf(answered)).toEqual(fieldsOf[system].map((path) => ({ path: ['customer', ...path], extensions: { code, source: system } })));
    expectNothingInner(answered);

    await company.recover();
    expect((await about('10001')).text).toBe(whole.text);
    expect(company.stored()).toEqual(before);
  });

  test.each(failings)('one $name, met when a customer is asked for first, makes nobody up and forgets nobody', async ({ code, begin }) => {
    const [number = '', ...others] = strangers;
    strangers = others;
    const before = company.stored();

    await begin(company.proxies[system]);
    const answered = await about(number);
    expect(answered.status).toBe(200);
    // Who she is cannot be known without the source that leads.
    const paths = system === 'crm' ? [['customer']] : fieldsOf[system].map((path) => ['customer', ...path]);
    expect(errorsOf(answered)).toEqual(paths.map((path) => ({ path, extensions: { code, source: system } })));
    expectNothingInner(answered);
    expect(company.stored()).toEqual({ ...before, customers: before.customers + (system === 'crm' ? 0 : 1) });

    await company.recover();
    const recovered = await about(number);
    expect(recovered.errors).toEqual([]);
    expect(recovered.data.customer.completeness.map(statusText).sort()).toEqual(['billing OK', 'crm OK', 'support OK']);
    expect(recovered.data.customer.number).toBe(number);
    expect(company.stored()).toEqual({ ...before, customers: before.customers + 1 });
  });
});

test.each(failings)('a partner is not told which system it is $name', async ({ code, begin }) => {
  const token = company.gateway.issuer.caller('partner');
  const ask = (): Promise<Answered> => company.gateway.ask('{ customer(by: { number: "10001" }) { number profile { name } } }', { token });
  await ask();
  await begin(company.proxies.crm);
  const answered = await ask();
  expect(answered.data).toEqual({ customer: { number: null, profile: { name: null } } });
  expect(errorsOf(answered)).toEqual([['number'], ['profile', 'name']].map((path) => ({ path: ['customer', ...path], extensions: { code } })));
  expect(answered.text).not.toContain('crm');
  expectNothingInner(answered);
});

test('a source whose body has no end is not read to its end', async () => {
  await about('10001');
  const flood = failings.find(({ name }) => name === 'that answers with 100 MB');
  await flood?.begin(company.proxies.crm);
  const abandoned = company.proxies.crm.next('abandoned');
  await about('10001');
  await abandoned;
});

function errorsOf({ errors }: Answered): readonly unknown[] {
  return errors.map(({ path, extensions }) => ({ path, extensions }));
}

function statusText({ source, status }: { readonly source: { readonly key: string }; readonly status: string }): string {
  return `${source.key} ${status}`;
}

/** The answer without the fields of one system. */
function without(system: System, data: { readonly customer: Readonly<Record<string, unknown>> }, code: string): unknown {
  const customer = structuredClone(data.customer) as Record<string, unknown>;
  for (const path of fieldsOf[system]) {
    const [last = '', ...above] = path.toReversed();
    const at = above.reduceRight<Record<string, unknown>>((inner, step) => inner[step] as Record<string, unknown>, customer);
    at[last] = null;
  }
  for (const one of customer['completeness'] as { source: { key: string }; status: string }[]) {
    if (one.source.key === system) one.status = code === 'SOURCE_TIMEOUT' ? 'TIMEOUT' : 'UNAVAILABLE';
  }
  return { customer };
}

function expectNothingInner({ text }: Answered): void {
  for (const secret of [...company.secrets, innerWords]) expect(text).not.toContain(secret);
}
