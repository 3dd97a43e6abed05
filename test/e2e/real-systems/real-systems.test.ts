import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../fixtures/gateway.ts';
import { makeTap } from '../../fixtures/tap.ts';
import { byKey, nodesOf, type Status } from '../rigs/answers.ts';
import { desk, deskNeeds } from '../rigs/desk.ts';
import { erp, erpNeeds } from '../rigs/legacy-erp.ts';
import { isSame, peopleNeed, readRigPeople, whileRigHangs } from '../rigs/people.ts';
import { serveRigCrm } from './rig-crm.ts';

const needs = [peopleNeed, await deskNeeds(), await erpNeeds()].filter((need) => need !== undefined);
const missing = needs.length === 0 ? undefined : needs.join(', ');
const title = 'Request Tracker, a legacy ERP on PostgreSQL and a CRM as one Customer';

(missing === undefined ? describe : describe.skip)(missing === undefined ? title : `${title} (needs ${missing})`, () => {
  const people = missing === undefined ? readRigPeople() : [];
  const tap = makeTap();
  const ends = [tap.close];
  let gateway: TestGateway;

  beforeAll(async () => {
    const crm = await serveRigCrm(people, 'crm-token');
    ends.unshift(crm.close);
    gateway = await startTestGateway({
      config: join(import.meta.dirname, 'config'),
      env: { CRM_URL: crm.url, CRM_TOKEN: 'crm-token', ERP_URL: erp.url, DESK_URL: await tap.before(desk.url), DESK_USER: desk.user, DESK_PASSWORD: desk.password },
    });
    ends.unshift(gateway.stop);
  }, 30_000);
  afterAll(async () => {
    for (const end of ends) await end();
  });

  /** What Request Tracker was asked since the last time. */
  const deskCalls = (): Readonly<Record<string, number>> => {
    const paths = tap.take().map(({ method, path }) => `${method} ${path.replace(/\?.*$/, '')}`);
    return Object.fromEntries([...Map.groupBy(paths, (path) => path)].map(([path, calls]) => [path, calls.length]));
  };

  test('lists twenty customers, asking Request Tracker for eight requesters a call', async () => {
    const ask = `{ customers(first: 20) { edges { node { number
      invoices(first: 3) { edges { node { number } } } tickets(first: 2) { edges { node { name } } } } } } }`;
    const first = await gateway.ask(ask);
    expect(first.errors).toEqual([]);
    const nodes = nodesOf(first.data.customers);
    expect(nodes.map(({ number }) => number)).toEqual(people.slice(0, 20).map(({ key }) => key));
    // Request Tracker knows one of the twenty under another address.
    expect(nodes.filter(({ tickets }) => tickets === null).map(({ number }) => number)).toEqual(['P0017']);
    expect(nodes.map(({ invoices }) => nodesOf(invoices).length)).toEqual(people.slice(0, 20).map(({ n }) => Math.min(3, invoicesOf(n))));
    // Once for all of them, and once more for the one that it did not know.
    expect(deskCalls()).toEqual({ 'POST /NoAuth/Login.html': 1, 'POST /REST/2.0/users': 2, 'GET /REST/2.0/tickets': 3 });
    expect(tap.peak()).toBeLessThanOrEqual(2);

    const again = await gateway.ask(ask);
    expect(again.data).toEqual(first.data);
    expect(deskCalls()).toEqual({ 'GET /REST/2.0/tickets': 3 });
  });

  test('answers one customer in full', async () => {
    const { data, errors } = await gateway.ask(`{ customer(by: { number: "P0294" }) {
      number email phone profile { name language jobTitle organization }
      contactPoints { __typename value label ... on Record { source { key } } ... on PostalAddress { streetAddress postalCode city country } }
      invoices { edges { node { number status sourceStatus issueDate dueDate currency subTotal totalTaxAmount totalAmount remoteId
        payments { edges { node { amount currency status paidAt invoiceNumber method } } } } } }
      tickets { edges { node { name status sourceStatus priority channel tags assignee createdAt dueDate completedAt
        comments { edges { node { body author } } } } } }
      completeness { source { key } status }
    } }`);
    expect(errors).toEqual([]);
    const { invoices, tickets, completeness, ...person } = data.customer;
    const email = 'matthias.becker@atlas-textil.de.example';
    expect(person).toEqual({
      number: 'P0294', email, phone: '+49305554998',
      profile: { name: 'Matthias Becker', language: 'de', jobTitle: 'Controller', organization: 'Atlas Textil KG' },
      contactPoints: [
        { __typename: 'EmailContactPoint', value: email, label: 'billing', source: { key: 'erp' } },
        { __typename: 'PhoneContactPoint', value: '+49305554998', label: 'billing', source: { key: 'erp' } },
        {
          __typename: 'PostalAddress', value: 'Lindenstraße 99 80331 München', label: 'billing', source: { key: 'erp' },
          streetAddress: 'Lindenstraße 99', postalCode: '80331', city: 'München', country: 'DE',
        },
        { __typename: 'EmailContactPoint', value: email, label: 'support', source: { key: 'desk' } },
      ],
    });
    expect(byKey(completeness)).toEqual({ crm: 'OK', erp: 'OK', desk: 'OK' });

    expect(nodesOf(invoices).map(({ payments, ...invoice }) => ({ ...invoice, payments: nodesOf(payments) }))).toEqual([
      {
        number: '7000000590', remoteId: '7000000590', status: 'OPEN', sourceStatus: '10', issueDate: '2025-08-09', dueDate: '2025-08-23',
        currency: 'EUR', subTotal: '3731.10', totalTaxAmount: '708.91', totalAmount: '4440.01', payments: [],
      },
      {
        number: '7000000589', remoteId: '7000000589', status: 'VOID', sourceStatus: '90', issueDate: '2025-05-11', dueDate: '2025-05-25',
        currency: 'EUR', subTotal: '3651.91', totalTaxAmount: '693.86', totalAmount: '4345.77', payments: [],
      },
      {
        number: '7000000588', remoteId: '7000000588', status: 'PAID', sourceStatus: '30', issueDate: '2025-02-13', dueDate: '2025-02-27',
        currency: 'EUR', subTotal: '3572.72', totalTaxAmount: '678.82', totalAmount: '4251.54',
        payments: [{ amount: '4251.54', currency: 'EUR', status: 'SUCCEEDED', paidAt: '2025-03-13T00:00:00.000Z', invoiceNumber: '7000000588', method: 'LAST' }],
      },
    ]);

    const shown = nodesOf(tickets);
    expect(shown.map(({ name, status, sourceStatus, priority }) => [name, status, sourceStatus, priority])).toEqual([
      ['Invoice shows wrong VAT', 'CLOSED', 'resolved', 'LOW'],
      ['App crashes on start', 'CLOSED', 'rejected', 'URGENT'],
      ['Password reset mail not received', 'CLOSED', 'resolved', 'URGENT'],
      ['Change of address', 'OPEN', 'new', 'NORMAL'],
      ['Where is my order?', 'OPEN', 'new', 'NORMAL'],
      ['Refund for double payment', 'CLOSED', 'resolved', 'URGENT'],
    ]);
    const greeting = (subject: string): string => `Hello,\n\n${subject}.\n\nRegards\nMatthias Becker\n`;
    expect(shown[0]).toMatchObject({
      channel: 'Billing Questions', assignee: 'Agent One', createdAt: '2026-05-24T09:57:27.000Z', completedAt: '2026-06-08T03:15:55.000Z', dueDate: null,
      tags: [expect.stringMatching(/^(Portal|Mobile|API|Hardware|Invoice)$/)],
      comments: { edges: [{ node: { body: greeting('Invoice shows wrong VAT') } }, { node: { body: 'We are looking into it.' } }] },
    });
    expect(shown[3]).toMatchObject({ assignee: null, completedAt: null, comments: { edges: [{ node: { body: greeting('Change of address') } }] } });
  });

  test('links each person as the systems see her, and nobody to another person\'s records', async () => {
    const varied = people.filter(({ variation }) => variation !== null);
    const namesakes = people.filter(({ n }) => n % 60 === 0 || n % 60 === 59);
    const asked = [...varied, ...namesakes];
    const { data, errors } = await gateway.ask(
      `query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) {
        number contactPoints { ... on EmailContactPoint { source { key } remoteId } } completeness { source { key } status }
      } }`,
      { variables: { keys: asked.map(({ key }) => ({ number: key })) } },
    );
    expect(errors).toEqual([]);
    const seen = (data.customersBy as readonly SeenCustomer[]).map(({ number, contactPoints, completeness }) => ({
      number,
      erp: contactPoints?.find(({ source }) => source?.key === 'erp')?.remoteId,
      desk: contactPoints?.find(({ source }) => source?.key === 'desk')?.remoteId,
      completeness: byKey(completeness),
    }));
    expect(seen).toEqual(asked.map((person) => {
      // The CRM holds what the rigs have in Tryton.
      const inErp = isSame(person, 'tryton', 'legacy');
      const inDesk = isSame(person, 'tryton', 'rt');
      return {
        number: person.key,
        erp: inErp ? String(100_000 + 17 * person.n) : undefined,
        desk: inDesk ? person.seenAs.rt.email : undefined,
        completeness: { crm: 'OK', erp: inErp ? 'OK' : 'NOT_LINKED', desk: inDesk ? 'OK' : 'NOT_LINKED' },
      };
    }));
    expect(new Set(seen.map(({ completeness }) => Object.values(completeness).join()))).toEqual(
      new Set(['OK,OK,OK', 'OK,OK,NOT_LINKED', 'OK,NOT_LINKED,OK', 'OK,NOT_LINKED,NOT_LINKED']),
    );
  });

  test.each([['P0041', 'P0042'], ['P0201', 'P0202']])('does not take %s for %s, who has the same phone', async (one, other) => {
    const { phone } = people.find(({ key }) => key === one) ?? { phone: '' };
    const { data, errors } = await gateway.ask(`query ($phone: String!) {
      shared: customer(by: { phone: $phone }) { number }
      one: customer(by: { number: "${one}" }) { id number tickets { edges { node { name } } } }
      other: customer(by: { number: "${other}" }) { id number tickets { edges { node { name } } } }
    }`, { variables: { phone } });
    expect(errors).toEqual([expect.objectContaining({ path: ['shared'], extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) })]);
    expect(data.shared).toBeNull();
    expect(data.one.id).not.toBe(data.other.id);
    expect(nodesOf(data.one.tickets)).toEqual([]);
    expect(nodesOf(data.other.tickets).length).toBeGreaterThan(0);
  });

  test('finds whom the ERP alone knows, however it spells her address, and nobody whom it has deleted', async () => {
    const { data, errors } = await gateway.ask(`{
      lower: customer(by: { email: "Kunde1@filler.example" }) { identities { namespace value } completeness { source { key } status } contactPoints { value } }
      upper: customer(by: { email: "kunde7@filler.example" }) { identities { namespace value } }
      deleted: customer(by: { email: "kunde50@filler.example" }) { id }
      withoutAddress: customer(by: { external: { namespace: "erp", value: "200033" } }) { contactPoints { value } }
    }`);
    expect(errors).toEqual([]);
    expect(data.lower.identities).toEqual([{ namespace: 'erp', value: '200003' }]);
    expect(byKey(data.lower.completeness)).toEqual({ erp: 'OK', desk: 'NOT_LINKED' });
    expect(data.lower.contactPoints[0]).toEqual({ value: 'kunde1@filler.example' });
    expect(data.upper.identities).toEqual([{ namespace: 'erp', value: '200021' }]);
    expect(data.deleted).toBeNull();
    expect(data.withoutAddress.contactPoints).toEqual([{ value: '+49307000011' }, { value: expect.stringContaining('Straße 11') }]);
  });

  test.each([
    ...['\'', '\' OR id > 0 OR Subject = \'', '\\', '\\\' OR id > 0 OR Subject = \\\'', '%', '_', '"', '../ticket/1', '/', '\n', '\0', ',', '{key}', '*'].flatMap((text) => [
      { number: text }, { email: `${text.replaceAll(' ', '\t')}@x.example` },
      { external: { namespace: 'erp', value: `100017${text}` } }, { external: { namespace: 'desk', value: `${text}matthias.becker@atlas-textil.de.example` } },
    ]),
    { external: { namespace: 'erp', value: '1e5' } }, { external: { namespace: 'erp', value: '99999999999999999999' } },
    { external: { namespace: 'desk', value: 'root' } },
  ])('takes %j for the name of nobody', async (key) => {
    const { status, data, errors } = await gateway.ask('query ($key: CustomerKey!) { customer(by: $key) { id } }', { variables: { key } });
    expect(status).toBe(200);
    expect(data.customer).toBeNull();
    expect(errors.filter(({ extensions }) => extensions['code'] !== 'BAD_USER_INPUT')).toEqual([]);
  });

  test('loses no more than the tickets while Request Tracker hangs, and has them again afterwards', async () => {
    const ask = '{ customer(by: { number: "P0294" }) { profile { name } invoices(first: 1) { edges { node { number } } } tickets(first: 1) { edges { node { name } } } completeness { source { key } status } } }';
    const { data, errors } = await whileRigHangs('request-tracker', () => gateway.ask(ask));
    expect(errors).toEqual([expect.objectContaining({ path: ['customer', 'tickets'], extensions: expect.objectContaining({ code: 'SOURCE_TIMEOUT', source: 'desk' }) })]);
    const rest = { profile: { name: 'Matthias Becker' }, invoices: { edges: [{ node: { number: '7000000590' } }] } };
    expect(data.customer).toMatchObject({ ...rest, tickets: null });
    expect(byKey(data.customer.completeness)).toEqual({ crm: 'OK', erp: 'OK', desk: 'TIMEOUT' });

    // Request Tracker first works off what it was asked meanwhile.
    let after = await gateway.ask(ask);
    for (let again = 0; after.errors.length > 0 && again < 5; again += 1) after = await gateway.ask(ask);
    expect(after.errors).toEqual([]);
    expect(after.data.customer).toMatchObject({ ...rest, tickets: { edges: [{ node: { name: 'Invoice shows wrong VAT' } }] } });
  }, 30_000);
});

interface SeenCustomer {
  readonly number: string;
  readonly contactPoints: readonly { readonly source?: { readonly key: string }; readonly remoteId?: string }[] | null;
  readonly completeness: readonly Status[];
}

/** How many invoices the ERP's seed gives the person. */
function invoicesOf(n: number): number {
  return (100_000 + 17 * n) % 5;
}
