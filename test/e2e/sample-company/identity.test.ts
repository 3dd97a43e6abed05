import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Person } from '../../../sample/people.ts';
import { caseless } from '../../../sample/spelling.ts';
import { callsDuring, inStore, startCompany, withoutConsent, type TestCompany } from '../../fixtures/company.ts';
import { startTestGateway, type Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({ edit: withoutConsent });
}, 30_000);
afterAll(() => company.stop());

const everywhere = 'number billing { currency } tickets(first: 1) { edges { cursor } } completeness { source { key } status }';
const about = (number: string | undefined, selection = everywhere): Promise<Answered> =>
  company.gateway.ask(`query ($number: String) { customer(by: { number: $number }) { ${selection} } }`, { variables: { number } });

/** The first customer of whom something is true. */
function somebody(is: (person: Person) => boolean): Person {
  const found = company.people.all().find((person) => person.number !== undefined && is(person));
  if (found === undefined) throw new Error('nobody is like that');
  return found;
}

/** A person whom the three systems can be sure about. */
const sure = ({ index, copies: { crm, billing, support } }: Person): boolean =>
  index % 400 !== 26 && index % 400 !== 27 && crm?.email !== undefined && crm.emailVerified && billing?.number !== undefined &&
  support?.email !== undefined && support.emailVerified && caseless(crm.email) === caseless(support.email);

describe('one person is one customer', () => {
  test('however many are asked for, in whatever way, one after another', async () => {
    const people = company.people.all().filter((person) => person.number !== undefined && sure(person)).slice(0, 60);
    const ids = async (keys: readonly unknown[]): Promise<readonly string[]> => {
      const { data, errors } = await company.gateway.ask(
        `query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id ${everywhere} } }`, { variables: { keys } },
      );
      expect(errors).toEqual([]);
      return data.customersBy.map((customer: { readonly id: string }) => customer.id);
    };
    const byBilling = await ids(people.map(({ copies }) => ({ external: { namespace: 'billing', value: copies.billing?.id } })));
    const bySupport = await ids(people.map(({ copies }) => ({ external: { namespace: 'support', value: copies.support?.id } })));
    const byAddress = await ids(people.map(({ copies }) => ({ email: copies.crm?.email })));
    const byNumber = await ids(people.map(({ number }) => ({ number })));
    expect(new Set(byNumber).size).toBe(60);
    expect([byBilling, bySupport, byAddress]).toEqual([byNumber, byNumber, byNumber]);
    expect(inStore(company.gateway, 'SELECT count(*) AS customers FROM customer')).toMatchObject([{ customers: 60 }]);
    expect(inStore(company.gateway, 'SELECT namespace, count(*) AS links FROM link GROUP BY namespace ORDER BY namespace')).toMatchObject(
      ['billing', 'crm', 'number', 'support'].map((namespace) => ({ namespace, links: 60 })),
    );
  });

  test('nor does listing her make her another one', async () => {
    const { data } = await company.gateway.ask('{ customers(first: 100) { edges { node { id number } } } }', { token: company.gateway.issuer.caller('marketing') });
    const listed = new Map(data.customers.edges.map(({ node }: { node: { id: string; number: string } }) => [node.number, node.id]));
    const again = await company.gateway.ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id number } }', {
      variables: { keys: [...listed.keys()].map((number) => ({ number })) },
    });
    expect(new Map(again.data.customersBy.map(({ id, number }: { id: string; number: string }) => [number, id]))).toEqual(listed);
  });

  test('also when many ask for her first at the same time, through two gateways with one store', async () => {
    const { gateway, setup } = company;
    const other = await startTestGateway({ ...setup, env: { ...setup.env, STORE_FILE: join(gateway.folder, 'store.sqlite') } });
    try {
      const people = company.people.all().filter((person) => person.index > 500 && sure(person)).slice(0, 5);
      const before = Number(inStore(gateway, 'SELECT count(*) AS customers FROM customer')[0]?.['customers']);
      const asks = people.flatMap(({ number, copies }) =>
        [gateway, other].flatMap((one) =>
          [{ number }, { email: copies.crm?.email }, { external: { namespace: 'support', value: copies.support?.id } }].map(async (by) => {
            const { data, errors } = await one.ask(`query ($by: CustomerKey!) { customer(by: $by) { id ${everywhere} } }`, { variables: { by } });
            expect(errors).toEqual([]);
            return [number, data.customer.id] as const;
          })));
      const answers = await Promise.all(asks);
      for (const { number } of people) expect(new Set(answers.filter(([asked]) => asked === number).map(([, id]) => id)).size).toBe(1);
      expect(inStore(gateway, 'SELECT count(*) AS customers FROM customer')).toMatchObject([{ customers: before + 5 }]);
    } finally {
      await other.stop();
    }
  });
});

describe('a link rests on evidence:', () => {
  async function expectWithoutTickets(person: Person): Promise<void> {
    const { data, errors } = await about(person.number);
    expect(errors).toEqual([]);
    expect(data.customer.tickets).toBeNull();
    expect(data.customer.completeness).toContainEqual({ source: { key: 'support' }, status: 'NOT_LINKED' });
  }

  test('an address that the desk has not verified links nothing', async () => {
    await expectWithoutTickets(somebody(({ copies: { crm, support } }) =>
      crm?.email !== undefined && crm.emailVerified && support !== undefined && crm.email === support.email && !support.emailVerified));
  });

  test('nor does one that the CRM has not verified', async () => {
    await expectWithoutTickets(somebody(({ copies: { crm, support } }) =>
      crm?.email !== undefined && !crm.emailVerified && support?.emailVerified === true && crm.email === support.email));
  });

  test('nor one that two customers share, even where only one of them is at the desk', async () => {
    await expectWithoutTickets(somebody(({ index }) => index === 27));
    await expectWithoutTickets(somebody(({ index }) => index === 427));
  });

  test('what rests on which evidence can be seen', async () => {
    await about('10001');
    const { data } = await about('10001', 'identities { namespace value verified linkMethod source { key } }');
    expect(data.customer.identities).toEqual(expect.arrayContaining([
      { namespace: 'crm', value: '0035g0000008ct8', verified: true, linkMethod: expect.any(String), source: { key: 'crm' } },
      { namespace: 'number', value: '10001', verified: true, linkMethod: 'NUMBER', source: null },
      { namespace: 'billing', value: 'cus_00ARfCyCWmuA6y', verified: true, linkMethod: expect.any(String), source: { key: 'billing' } },
      { namespace: 'support', value: '360002969112', verified: true, linkMethod: 'EMAIL', source: { key: 'support' } },
    ]));
  });
});

describe('somebody whom billing does not know', () => {
  test('has null there, which is no error, and is not searched for again', async () => {
    const { number } = somebody(({ copies }) => copies.billing === undefined);
    const { data, errors } = await about(number, 'billing { currency balance } invoices { edges { cursor } } completeness { source { key } status }');
    expect(errors).toEqual([]);
    expect(data.customer).toEqual({ billing: null, invoices: null, completeness: [{ source: { key: 'billing' }, status: 'NOT_LINKED' }] });
    const calls = await callsDuring(company, async () => {
      expect((await about(number, 'billing { currency } completeness { status }')).data.customer).toEqual({ billing: null, completeness: [{ status: 'NOT_LINKED' }] });
    });
    expect(calls).toEqual({});
  });

  test('is searched for again when the time for that has come', async () => {
    const { env, files } = company.setup;
    const gatewayFile = String(files['customer360.yaml']).replace('absentFor: 5m', 'absentFor: 0ms');
    const gateway = await startTestGateway({ env, files: { ...files, 'customer360.yaml': gatewayFile } });
    try {
      const { number } = somebody(({ copies }) => copies.billing === undefined);
      const ask = (): Promise<Answered> => gateway.ask(`{ customer(by: { number: "${String(number)}" }) { billing { currency } } }`);
      await ask();
      expect(await callsDuring(company, ask)).toHaveProperty('billing accounts');
    } finally {
      await gateway.stop();
    }
  });
});

describe('provenance', () => {
  const provenance = 'provenance { path rule remoteId source { key } observedAt alternatives { source { key } remoteId agrees } }';

  test('says where each value came from, and who says otherwise', async () => {
    const person = somebody((one) => sure(one) && one.copies.crm?.phone?.startsWith('+') === true &&
      one.copies.support?.phone?.startsWith('+') === true && one.copies.crm.phone.replaceAll(' ', '') !== one.copies.support.phone.replaceAll(' ', ''));
    const { data, errors } = await about(person.number, `phone profile { name } ${provenance}`);
    expect(errors).toEqual([]);
    const { crm, support } = person.copies;
    expect(data.customer.provenance.map(({ path }: { path: string }) => path)).toEqual(['phone', 'profile.name']);
    expect(data.customer.provenance[0]).toMatchObject({
      path: 'phone', rule: 'PREFERRED', source: { key: 'crm' }, remoteId: crm?.id, observedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      alternatives: [{ source: { key: 'support' }, remoteId: support?.id, agrees: false }],
    });
    expect(data.customer.provenance[1]).toMatchObject({ rule: 'PREFERRED', source: { key: 'crm' }, alternatives: [] });
  });

  test('says when the preferred source has none', async () => {
    const person = somebody(({ copies: { crm, billing } }) => crm?.email === undefined && billing?.email !== undefined && billing.number !== undefined);
    const { data, errors } = await about(person.number, `email ${provenance}`);
    expect(errors).toEqual([]);
    expect(data.customer).toMatchObject({
      email: person.copies.billing?.email,
      provenance: [{ path: 'email', rule: 'NEXT_IN_ORDER', source: { key: 'billing' }, remoteId: person.copies.billing?.id }],
    });
  });

  test('tells nothing of a value that was denied', async () => {
    const { gateway } = company;
    const { data } = await gateway.ask('{ customer(by: { number: "10001" }) { phone email provenance { path } } }', { token: gateway.issuer.caller('marketing') });
    expect(data.customer).toMatchObject({ phone: null, provenance: [{ path: 'email' }] });
  });
});
