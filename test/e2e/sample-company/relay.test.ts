import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditEntries, forgetAudit } from '../../fixtures/audit.ts';
import { callsDuring, recordFacts, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { aConsent } from '../../fixtures/facts.ts';
import type { Answered, AskOptions } from '../../fixtures/gateway.ts';

const partners = ['acme', 'apex'];
const contract = '[Query.customer, Query.node, Query.nodes, Customer.number]';
let company: TestCompany;
/** Of customers 10001 to 10110; of whom nobody has met, nothing. */
let ids: readonly string[];
beforeAll(async () => {
  company = await startCompany({
    edit: { 'customer360.yaml': (text) => text.replace(/acme:\n(?: {4}.*\n)+/, partners.map((name) => `${name}: { fields: ${contract}, documents: off }\n  `).join('')) },
    files: { 'policies/partners.cedar': '@id("partners-by-id") permit (principal in Role::"partner-acme", action == Action::"lookup", resource == Field::"Customer.id");\n@id("leads-by-id") permit (principal in Role::"marketing-lead", action == Action::"lookup", resource == Field::"Customer.id");' },
  });
  const numbers = Array.from({ length: 110 }, (_, at) => String(10001 + at));
  const found = await Promise.all([numbers.slice(0, 100), numbers.slice(100)].map(async (some) => {
    const keys = some.map((number) => ({ number }));
    return (await ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id billing { currency } } }', { variables: { keys } })).data.customersBy;
  }));
  ids = found.flat().map(({ id }: { readonly id: string }) => id);
}, 30_000);
beforeEach(() => forgetAudit(company.gateway));
afterAll(() => company.stop());

const ask = (query: string, options: AskOptions = {}): Promise<Answered> => company.gateway.ask(query, options);
const node = (id: string, options: AskOptions = {}, below = '... on Customer { number }'): Promise<Answered> =>
  ask(`query ($id: ID!) { node(id: $id) { __typename id ${below} } }`, { ...options, variables: { id } });
const nodes = (of: readonly string[], options: AskOptions = {}, below = '... on Customer { number }'): Promise<Answered> =>
  ask(`query ($ids: [ID!]!) { nodes(ids: $ids) { id ${below} } }`, { ...options, variables: { ids: of } });
const tokenOf = (partner: string): string => company.gateway.issuer.token({
  sub: partner, kind: 'partner', roles: ['partner-acme'], scope: 'customer:read', purposes: ['partner.share.acme'], customers: ['10001'], view: partner,
});

describe('node', () => {
  test('finds a customer by her id, with what is told of her anywhere', async () => {
    const below = 'number profile { name birthDate } billing { currency } segments completeness { source { key } status }';
    const [byNode, byKey] = [await node(ids[0] ?? '', {}, `... on Customer { ${below} }`), await ask(`{ customer(by: { id: "${ids[0]}" }) { ${below} } }`)];
    expect(byNode.data.node).toEqual({ __typename: 'Customer', id: ids[0], ...byKey.data.customer });
    expect(byNode.errors).toMatchObject([{ path: ['node', 'segments'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope' } }]);
    expect(byNode.errors[0]?.extensions).toEqual(byKey.errors[0]?.extensions);
    expect(auditEntries(company.gateway, 'disclosure').map(({ asked, told }) => [asked.permitted, told])).toEqual([
      [['Query.node'], [expect.objectContaining({ customers: [ids[0]], denied: [{ field: 'Customer.segments', reason: 'scope' }] })]],
      [['Query.customer'], [expect.objectContaining({ customers: [ids[0]], denied: [{ field: 'Customer.segments', reason: 'scope' }] })]],
    ]);
  });

  test.each([['00000000-0000-4000-8000-000000000000'], ['Customer:1'], ['10001'], ['../10001']])('has null for %s, which nobody has, and asks no source', async (id) => {
    expect(await callsDuring(company, async () => expect(await node(id)).toMatchObject({ status: 200, data: { node: null }, errors: [] }))).toEqual({});
  });

  test.each([[''], ['  '], ['x'.repeat(257)]])('says where "%.3s…" stands, which can be no id', async (id) => {
    expect((await node(id)).errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['id'] } }]);
  });

  test.each(['marketing', 'customer'] as const)('is refused to %s, who may not look up by id, whether somebody has it or not', async (caller) => {
    const token = company.gateway.issuer.caller(caller);
    const [known, unknown] = [await node(ids[0] ?? '', { token }), await node('nobody', { token })];
    expect(known.text).toBe(unknown.text);
    expect(known).toMatchObject({ data: { node: null }, errors: [{ path: ['node'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }] });
    expect(auditEntries(company.gateway, 'disclosure').map(({ asked, told }) => [asked.denied, told])).toEqual(Array(2).fill([[{ field: 'CustomerKey.id', reason: expect.any(String) }], []]));
  });

  test('heeds what she agreed to', async () => {
    const token = company.gateway.issuer.token({ sub: 'marie', kind: 'staff', roles: ['marketing', 'marketing-lead'], purposes: ['marketing.email'] });
    await recordFacts(company.gateway, [[ids[1] ?? '', aConsent({ status: 'WITHDRAWN', source: 'preference-centre' })]]);
    const { data, errors } = await nodes(ids.slice(0, 2), { token }, '... on Customer { email }');
    expect(data.nodes).toMatchObject([{ email: expect.stringContaining('@') }, { id: ids[1], email: null }]);
    expect(errors).toMatchObject([{ path: ['nodes', 1, 'email'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'consent' } }]);
  });
});

describe('a partner', () => {
  test('names nodes by the ids that it was given, and by no others', async () => {
    const given = await Promise.all(partners.map(async (name) => (await ask('{ customer(by: { number: "10001" }) { id } }', { token: tokenOf(name) })).data.customer.id as string));
    const [acme = '', apex = ''] = given;
    expect(await node(acme, { token: tokenOf('acme') })).toMatchObject({ data: { node: { id: acme, number: '10001' } }, errors: [] });
    const texts = await Promise.all([apex, ids[0] ?? '', 'nonsense'].map(async (id) => (await node(id, { token: tokenOf('acme') })).text));
    expect(new Set(texts)).toEqual(new Set(['{"data":{"node":null}}\n']));
    expect((await nodes([apex, acme], { token: tokenOf('apex') })).data.nodes).toEqual([{ id: apex, number: '10001' }, null]);
  });
});

describe('nodes', () => {
  test('keeps the order of the ids, repeats repeated ones, and has null where nobody is', async () => {
    const { data, errors } = await nodes([ids[2] ?? '', 'nobody', ids[0] ?? '', ids[2] ?? '']);
    expect([data.nodes.map((one: { readonly number: string } | null) => one?.number), errors]).toEqual([['10003', undefined, '10001', '10003'], []]);
  });

  test('an id that can be none spoils its own item only', async () => {
    const { data, errors } = await nodes([ids[0] ?? '', '', ids[1] ?? '']);
    expect(data.nodes).toMatchObject([{ number: '10001' }, null, { number: '10002' }]);
    expect(errors).toMatchObject([{ path: ['nodes', 1], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['ids', 1] } }]);
  });

  test('takes 100 ids and no more', async () => {
    expect((await nodes(ids.slice(0, 100))).data.nodes).toHaveLength(100);
    const { data, errors } = await nodes(ids.slice(0, 101));
    expect([data, errors]).toMatchObject([{ nodes: null }, [{ path: ['nodes'], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['ids'] } }]]);
  });

  test('reads them in the same batches as a list of keys', async () => {
    const asked = ids.slice(0, 50);
    const below = 'profile { name } billing { balance }';
    const keys = asked.map((id) => ({ id }));
    const ofKeys = await callsDuring(company, () => ask(`query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { ${below} } }`, { variables: { keys } }));
    const ofIds = await callsDuring(company, () => nodes(asked, {}, `... on Customer { ${below} }`));
    expect(ofIds).toEqual(ofKeys);
    expect(ofIds).toEqual({ 'crm batch-read': 1, 'billing accounts': 1 });
  });
});
