import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { byKey, nodesOf } from '../rigs/answers.ts';
import { whileRigHangs } from '../rigs/people.ts';
import { endTrytonSession, trytonInvoices, trytonLines } from '../rigs/tryton.ts';
import { companyNeeds, openCompany, trytonCalls, type Company } from './company.ts';
import { marketingIdOf } from './marketing.ts';

const missing = await companyNeeds();
const title = 'Tryton, Request Tracker and a CRM in MongoDB as one Customer';

(missing === undefined ? describe : describe.skip)(missing === undefined ? title : `${title} (needs ${missing})`, () => {
  let company: Company;
  beforeAll(async () => {
    company = await openCompany();
  }, 60_000);
  afterAll(() => company.close());

  const bjoern = '{ number: "K10035" }';

  test('answers one customer in full', async () => {
    const { data, errors } = await company.gateway.ask(`{ customer(by: ${bjoern}) {
      number kind email phone since segments lifecycleStage
      profile { name givenName familyName language jobTitle organization }
      contactPoints { __typename value label ... on Record { source { key } } ... on PostalAddress { streetAddress postalCode city country } }
      invoices { edges { node { remoteId number sourceStatus } } }
      tickets { edges { node { name channel comments { edges { node { body } } } } } }
      identities { namespace value linkMethod }
      completeness { source { key } status }
    } }`);
    expect(errors).toEqual([]);
    const { invoices, tickets, identities, completeness, ...person } = data.customer;
    const email = 'bjoern.koehler@polar-print.de.example';
    expect(person).toEqual({
      number: 'K10035', kind: 'PERSON', email, phone: '+49305550085', since: '2021-01-05', segments: ['newsletter', 'trade fair'], lifecycleStage: 'lead',
      profile: { name: 'Björn Köhler', givenName: 'Björn', familyName: 'Köhler', language: 'de', jobTitle: 'Product Owner', organization: 'Polar Print BV' },
      contactPoints: [
        { __typename: 'EmailContactPoint', value: email, label: 'main', source: { key: 'parties' } },
        { __typename: 'PhoneContactPoint', value: '+49305550085', label: 'main', source: { key: 'parties' } },
        {
          __typename: 'PostalAddress', value: 'Lindenstraße 167 80331 München', label: 'main', source: { key: 'parties' },
          streetAddress: 'Lindenstraße 167', postalCode: '80331', city: 'München', country: 'DE',
        },
        { __typename: 'EmailContactPoint', value: email, label: 'marketing', source: { key: 'marketing' } },
        { __typename: 'EmailContactPoint', value: email, label: 'support', source: { key: 'desk' } },
      ],
    });
    expect(byKey(completeness)).toEqual({ parties: 'OK', billing: 'OK', marketing: 'OK', desk: 'OK' });
    expect(identities).toEqual(expect.arrayContaining([
      { namespace: 'billing', value: '6', linkMethod: 'NUMBER' },
      { namespace: 'marketing', value: marketingIdOf({ n: 5 }), linkMethod: 'EMAIL' },
      { namespace: 'desk', value: email, linkMethod: 'EMAIL' },
    ]));

    const hers = (await trytonInvoices()).filter(({ party }) => party === 'K10035');
    expect(hers).toHaveLength(5);
    expect(nodesOf(invoices)).toEqual(hers.map(({ id, number, state }) => ({ remoteId: id, number: number === '' ? null : number, sourceStatus: state })));
    expect(nodesOf(tickets).map(({ name, channel, comments }) => [name, channel, ...nodesOf(comments).map(({ body }) => body)])).toEqual([
      ['Upgrade to the business plan', 'Support', 'Hello,\n\nUpgrade to the business plan.\n\nRegards\nBjörn Köhler\n', 'We are looking into it.'],
    ]);
  });

  test('shows the lines of invoices, and asks Tryton only for what is selected', async () => {
    company.taps.billing.take();
    const { data, errors } = await company.gateway.ask(`{ customer(by: ${bjoern}) { invoices { edges { node { remoteId lineItems { description quantity unitPrice } } } } } }`);
    expect(errors).toEqual([]);
    const lines = Map.groupBy(await trytonLines(), ({ invoice }) => invoice);
    const shown = nodesOf(data.customer.invoices);
    expect(shown.map(({ lineItems }) => lineItems)).toEqual(shown.map(({ remoteId }) => (lines.get(remoteId) ?? []).map(({ description, quantity, price }) => (
      { description, quantity: String(Number(quantity)), unitPrice: price }
    ))));
    const asked = company.taps.billing.take().map(({ body }) => JSON.parse(body)).find(({ method }) => method === 'model.account.invoice.search_read');
    expect([...asked.params[4]].sort()).toEqual(['id', 'lines.description', 'lines.quantity', 'lines.unit_price', 'party']);
  });

  test.each([['P0041', 'P0042'], ['P0201', 'P0202']])('does not take %s for %s, who has the same phone', async (one, other) => {
    const [first, second] = [one, other].map((key) => company.people.find((person) => person.key === key));
    const { data, errors } = await company.gateway.ask(`query ($phone: String!, $one: String!, $other: String!) {
      shared: customer(by: { phone: $phone }) { number }
      one: customer(by: { email: $one }) { id profile { name } }
      other: customer(by: { email: $other }) { id profile { name } }
    }`, { variables: { phone: first?.phone, one: first?.email, other: second?.email } });
    expect(errors).toEqual([expect.objectContaining({ path: ['shared'], extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) })]);
    expect(data).toMatchObject({ shared: null, one: { profile: { name: first?.name } }, other: { profile: { name: second?.name } } });
    expect(data.one.id).not.toBe(data.other.id);
  });

  test.each([
    ...['%', '_', '\\', '\\%', '\'', '"', '\' OR 1=1 --', '%\' OR \'%\' LIKE \'', '*', '?', '\n', '\0', '{values}', '$values', '$', '[', ')', '😀', 'İ', ','].flatMap((text) => [
      { number: text }, { number: `K1003${text}` }, { email: `${text.replaceAll(' ', '\t')}@polar-print.de.example` },
      { email: `bjoern.koehler${text.replaceAll(' ', '\t')}@polar-print.de.example` }, { external: { namespace: 'parties', value: `6${text}` } },
      { external: { namespace: 'billing', value: text } }, { external: { namespace: 'marketing', value: `${marketingIdOf({ n: 5 })}${text}` } },
    ]),
    // Each would be Björn's address if _ and % stood for any text.
    { email: 'bjoern_koehler@polar-print.de.example' }, { email: '%@polar-print.de.example' }, { email: 'bjoern.koehler@polar-print.de.exampl_' },
    { external: { namespace: 'parties', value: '06' } }, { external: { namespace: 'parties', value: '6.0' } }, { external: { namespace: 'parties', value: '99999999999999999999' } },
    { external: { namespace: 'marketing', value: '{"$ne":null}' } },
  ])('takes %j for the name of nobody', async (key) => {
    const { status, data, errors } = await company.gateway.ask('query ($key: CustomerKey!) { customer(by: $key) { id } }', { variables: { key } });
    expect(status).toBe(200);
    expect(data.customer).toBeNull();
    expect(errors.filter(({ extensions }) => extensions['code'] !== 'BAD_USER_INPUT')).toEqual([]);
  });

  test('finds an address with a plus, in any case, among others that do not exist', async () => {
    const keys = ['%@rhein-optics.de.example', 'LUKAS.WEISS+ORDERS@Rhein-Optics.de.example', '\\@x.example'].map((email) => ({ email }));
    const { data, errors } = await company.gateway.ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { email } }', { variables: { keys } });
    expect(errors).toEqual([]);
    expect(data.customersBy).toEqual([null, { email: 'lukas.weiss+orders@rhein-optics.de.example' }, null]);
  });

  const all = `{ customer(by: ${bjoern}) { number profile { name jobTitle } segments invoices(first: 1) { edges { node { sourceStatus } } } tickets(first: 1) { edges { node { name } } }
    completeness { source { key } status } } }`;
  const fromOthers = { profile: { jobTitle: 'Product Owner' }, segments: ['newsletter', 'trade fair'], tickets: { edges: [{ node: { name: 'Upgrade to the business plan' } }] } };
  const fromTryton = { number: 'K10035', profile: { name: 'Björn Köhler' }, invoices: { edges: [{ node: { sourceStatus: expect.any(String) } }] } };

  test('logs in again when Tryton has ended a session', async () => {
    await company.gateway.ask(all);
    const used = company.taps.billing.take().at(-1)?.headers.authorization ?? '';
    expect(used).toMatch(/^Session /);
    await endTrytonSession(used);
    const { data, errors } = await company.gateway.ask(all);
    expect(errors).toEqual([]);
    expect(data.customer).toMatchObject(fromTryton);
    expect(trytonCalls(company.taps.billing.take())).toEqual({ 'account.invoice': 2, 'common.db.login': 1 });
  });

  test('loses what Tryton has, and no more, when a field of an invoice is not for the gateway to read', async () => {
    // An error in a 200: "You are not allowed to access Account Move Line".
    const gateway = await company.another((name, text) => (
      name === 'sources/billing.yaml' ? text.replace('  Invoice.paidOnDate:', '  Invoice.dueDate: { from: invoice.lines_to_pay.maturity_date, as: { jsonata: "$[0]" } }\n  Invoice.paidOnDate:') : text
    ));
    const { data, errors } = await gateway.ask(`{ customer(by: ${bjoern}) { number segments
      bare: invoices(first: 1) { edges { node { sourceStatus } } } invoices(first: 1) { edges { node { dueDate } } } tickets(first: 1) { edges { node { name } } }
    } }`);
    expect(errors).toEqual([expect.objectContaining({ path: ['customer', 'invoices'], extensions: expect.objectContaining({ code: 'SOURCE_UNAVAILABLE', source: 'billing' }) })]);
    expect(data.customer).toMatchObject({ number: 'K10035', bare: fromTryton.invoices, invoices: null, segments: fromOthers.segments, tickets: fromOthers.tickets });
  });

  test('loses the invoices, and no more, when Tryton refuses a login inside a 200', async () => {
    const gateway = await company.another((name, text) => (name === 'sources/billing.yaml' ? text.replace('{ password: "${TRYTON_PASSWORD}" }', '{}') : text));
    const { data, errors } = await gateway.ask(all);
    await gateway.logged('login POST / says that it failed: LoginException');
    expect(errors).toEqual([expect.objectContaining({ path: ['customer', 'invoices'], extensions: expect.objectContaining({ code: 'SOURCE_UNAVAILABLE', source: 'billing' }) })]);
    expect(data.customer).toMatchObject({ ...fromOthers, number: 'K10035', invoices: null });
    expect(byKey(data.customer.completeness)).toEqual({ parties: 'OK', billing: 'UNAVAILABLE', marketing: 'OK', desk: 'OK' });
  });

  test.each([
    ['is down', 'SOURCE_UNAVAILABLE', 'UNAVAILABLE', (work: () => ReturnType<Company['gateway']['ask']>) => company.taps.parties.whileCut(() => company.taps.billing.whileCut(work))],
    ['hangs', 'SOURCE_TIMEOUT', 'TIMEOUT', (work: () => ReturnType<Company['gateway']['ask']>) => whileRigHangs('tryton', work)],
  ])('loses what Tryton has, and no more, while it %s, and has it again afterwards', async (_, code, status, during) => {
    const { data, errors } = await during(() => company.gateway.ask(all));
    const lost = [['customer', 'number'], ['customer', 'profile', 'name'], ['customer', 'invoices']];
    expect(errors.map(({ path }) => path)).toEqual(expect.arrayContaining(lost));
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(lost.map(() => code));
    expect(data.customer).toMatchObject({ ...fromOthers, number: null, invoices: null });
    expect(byKey(data.customer.completeness)).toEqual({ parties: status, billing: status, marketing: 'OK', desk: 'OK' });

    let after = await company.gateway.ask(all);
    for (let again = 0; after.errors.length > 0 && again < 5; again += 1) after = await company.gateway.ask(all);
    expect(after.errors).toEqual([]);
    expect(after.data.customer).toMatchObject(fromTryton);
  }, 30_000);
});
