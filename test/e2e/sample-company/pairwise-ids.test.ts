import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsDuring, startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';

const fields = `[${[
  'Query.customer', 'Query.customersBy', 'Query.linkReviews', 'Customer.number', 'Customer.identities', 'Identity.namespace', 'Identity.value', 'Customer.invoices',
  'Customer.provenance', 'FieldProvenance.remoteId', 'FieldProvenance.alternatives', 'Alternative.remoteId', 'Customer.tickets', 'Ticket.name', 'Customer.phone',
  'Invoice.number', 'Invoice.remoteId', 'Mutation.recordObjection', 'ConsentChange.customer', 'LinkReview.candidates', 'LinkName.namespace', 'LinkName.value',
  'Mutation.linkCustomer', 'Mutation.splitCustomer', 'LinkChange.event', 'LinkEvent.kind',
].join(', ')}]`;
let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({
    edit: {
      'customer360.yaml': (text) => text.replace(/acme:\n(?: {4}.*\n)+/, `acme: { fields: ${fields}, documents: off }\n  apex: { fields: ${fields}, documents: off }\n`),
      'purposes.yaml': (text) => text.replace('dataClasses: [identifier, profile, contact]\n', 'dataClasses: [identifier, financial, consent, contact, lineage, service]\n'),
    },
    // Both have the role: what tells them apart is their audience alone.
    files: { 'policies/partners.cedar': '@id("partners") permit (principal in Role::"partner-acme", action, resource);' },
  });
}, 30_000);
afterAll(() => company.stop());

type Partner = 'acme' | 'apex';
const ask = (partner: Partner, query: string): Promise<Answered> => company.gateway.ask(query, {
  token: company.gateway.issuer.token({
    sub: partner, kind: 'partner', roles: ['partner-acme'], scope: 'customer:read', purposes: ['partner.share.acme'], customers: ['10001', '10002'], view: partner,
  }),
});
const everything = '{ customer(by: { number: "10001" }) { id number identities { namespace value } invoices(first: 2) { edges { node { number remoteId } } } } }';
interface Ids {
  readonly id: string;
  readonly remoteId: string;
  readonly crm: string;
}
async function idsOf(partner: Partner): Promise<Ids> {
  const { data } = await ask(partner, everything);
  const crm = data.customer.identities.find(({ namespace }: { namespace: string }) => namespace === 'crm').value as string;
  return { id: data.customer.id, remoteId: data.customer.invoices.edges[0].node.remoteId, crm };
}

describe('the ids that a partner sees', () => {
  test('are its own, and the same every time', async () => {
    const [acme, apex] = await Promise.all([idsOf('acme'), idsOf('apex')]);
    expect(await idsOf('acme')).toEqual(acme);
    expect(new Set([...Object.values(acme), ...Object.values(apex)]).size).toBe(6);
  });

  test('have nothing of the gateway\'s and the sources\' in them', async () => {
    const staff = await company.gateway.ask(everything);
    const { text } = await ask('acme', everything);
    const { id, identities, invoices } = staff.data.customer;
    for (const raw of [id, identities.find(({ namespace }: { namespace: string }) => namespace === 'crm').value, invoices.edges[0].node.remoteId]) expect(text).not.toContain(raw);
    // A number is the company's and the partner's word for her, and no key of a system.
    expect(text).toContain('10001');
  });

  test('lead back to her, by id and by key', async () => {
    const { id, crm } = await idsOf('acme');
    const { data } = await ask('acme', `{ a: customer(by: { id: "${id}" }) { number } b: customersBy(keys: [{ id: "${id}" }, { number: "10002" }]) { number } c: customer(by: { external: { namespace: "crm", value: "${crm}" } }) { number } }`);
    expect(data).toEqual({ a: { number: '10001' }, b: [{ number: '10001' }, { number: '10002' }], c: { number: '10001' } });
  });

  test('of another partner, of the gateway and of a source are nobody\'s, like nonsense', async () => {
    const { id, crm } = await idsOf('apex');
    const staff = (await company.gateway.ask(everything)).data.customer;
    const raw = staff.identities.find(({ namespace }: { namespace: string }) => namespace === 'crm').value as string;
    const byId = (value: string): string => `{ customer(by: { id: "${value}" }) { id number } }`;
    const byKey = (value: string): string => `{ customer(by: { external: { namespace: "crm", value: "${value}" } }) { id number } }`;
    const texts: string[] = [];
    for (const query of [byId('nonsense'), byId(id), byId(staff.id as string), byKey('nonsense'), byKey(crm), byKey(raw)]) {
      expect(await callsDuring(company, async () => void texts.push((await ask('acme', query)).text))).toEqual({});
    }
    expect(new Set(texts)).toEqual(new Set(['{"data":{"customer":null}}\n']));
  });

  test('are what it says of whom it records something', async () => {
    const record = (partner: Partner, id: string): Promise<Answered> =>
      ask(partner, `mutation { recordObjection(input: { customer: "${id}", purpose: "marketing.email", method: EMAIL }) { customer { number } } }`);
    const { id } = await idsOf('acme');
    expect((await record('acme', id)).data.recordObjection).toEqual({ customer: { number: '10001' } });
    expect((await record('apex', id)).errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', reason: 'UNKNOWN_CUSTOMER' });
  });

  test('are given where a value came from, and where else it is', async () => {
    const query = '{ customer(by: { number: "10001" }) { phone tickets(first: 1) { edges { node { name } } } provenance { remoteId alternatives { remoteId } } } }';
    const keysIn = ({ data }: Answered): readonly string[] => data.customer.provenance.flatMap(
      ({ remoteId, alternatives }: { remoteId: string; alternatives: readonly { remoteId: string }[] }) => [remoteId, ...alternatives.map((one) => one.remoteId)],
    );
    const [acme, apex, staff] = [await ask('acme', query), await ask('apex', query), await company.gateway.ask(query)].map(keysIn);
    expect(staff?.length).toBeGreaterThan(1);
    expect([acme?.length, apex?.length]).toEqual([staff?.length, staff?.length]);
    for (const key of acme ?? []) expect([...apex ?? [], ...staff ?? []]).not.toContain(key);
  });

  // The ids in these are the gateway's and the sources' own, as those who decide which records are one know them.
  test.each([
    'query { linkReviews(first: 1) { edges { node { candidates { namespace value } } } } }',
    'mutation { linkCustomer(input: { customer: "x", record: { namespace: "crm", value: "x" }, evidence: "a test" }) { event { kind } } }',
    'mutation { splitCustomer(input: { customer: "x", off: { merged: "x" }, evidence: "a test" }) { event { kind } } }',
  ])('are all that it gets: whatever its policy permits, it is refused %s', async (query) => {
    const { data, errors } = await ask('acme', query);
    expect(Object.values(data as object)).toEqual([null]);
    expect(errors.map(({ extensions }) => extensions)).toEqual([expect.objectContaining({ code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope' })]);
  });
});
