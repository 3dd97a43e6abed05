import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import { buildASTSchema, isObjectType, parse } from 'graphql';
import { auditEntries, forgetAudit } from '../../fixtures/audit.ts';
import { recordFacts, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { aConsent } from '../../fixtures/facts.ts';
import { ordersSdl, startSupergraph, type Supergraph } from './supergraph.ts';

let company: TestCompany;
let supergraph: Supergraph;
/** Of customers 10001 and 10002. */
let ids: readonly string[];
beforeAll(async () => {
  company = await startCompany({
    edit: { 'customer360.yaml': (text) => text.replace(/(acme:\n(?: {4}.*\n)+)/, '$1    subgraph: true\n') },
  });
  const { data } = await company.gateway.ask('{ customersBy(keys: [{ number: "10001" }, { number: "10002" }]) { id } }');
  ids = data.customersBy.map(({ id }: { readonly id: string }) => id);
  supergraph = await startSupergraph(company.gateway.url, await sdlFor('support'));
}, 30_000);
beforeEach(() => forgetAudit(company.gateway));
afterAll(async () => {
  await supergraph.stop();
  await company.stop();
});

type CallerName = Parameters<TestCompany['gateway']['issuer']['caller']>[0];
const tokenOf = (caller: CallerName): string => company.gateway.issuer.caller(caller);
const sdlFor = async (caller: CallerName): Promise<string> => (await company.gateway.ask('{ _service { sdl } }', { token: tokenOf(caller) })).data._service.sdl;
const entities = (representations: unknown, caller: CallerName = 'support') =>
  company.gateway.ask('query ($them: [_Any!]!) { _entities(representations: $them) { __typename ... on Customer { id number email } } }', {
    token: tokenOf(caller), variables: { them: representations },
  });

describe('the SDL for routers', () => {
  test('has keys, and nothing that stands at the root of the whole graph or is for routers alone', async () => {
    const sdl = await sdlFor('support');
    expect(sdl).toContain('type Customer implements Node @key(fields: "id") @key(fields: "number")');
    expect(sdl).not.toMatch(/_entities|_service|_Any|@class|@oneOf|\bnodes?\(ids?:/);
  });

  test('is that of the audience: what does not exist for it is not there', async () => {
    const schema = buildASTSchema(parse(await sdlFor('partner')), { assumeValidSDL: true });
    const customer = schema.getType('Customer');
    expect(isObjectType(customer) && Object.keys(customer.getFields()).sort()).toEqual(['email', 'id', 'number', 'profile']);
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['customer', 'customersBy']);
  });

  test.each(['_service { sdl }', '_entities(representations: []) { __typename }'])('for an audience that is not opened as a subgraph there is no %s', async (field) => {
    const { status, errors } = await company.gateway.ask(`{ ${field} }`, { token: tokenOf('customer') });
    expect([status, errors[0]?.extensions['code']]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  });

  test('composes by the rules of Hive and Cosmo as well', async () => {
    const result = composeServices([
      { name: 'customers', url: 'http://a.invalid', typeDefs: parse(await sdlFor('support')) }, { name: 'orders', url: 'http://b.invalid', typeDefs: parse(ordersSdl) },
    ]);
    expect([result.errors, typeof result.supergraphSdl]).toEqual([undefined, 'string']);
  });
});

describe('a router before the gateway', () => {
  const read = '{ orders(numbers: ["10001", "99999"]) { id customer { number points email segments profile { name } } } }';

  test('answers with fields of both graphs, wherever it begins', async () => {
    const client = { token: tokenOf('support') };
    const [ours, theirs] = [await supergraph.ask('{ customer(by: { number: "10001" }) { id points profile { name } } }', client), await supergraph.ask(read, client)];
    expect(ours).toEqual({ data: { customer: { id: ids[0], points: 1, profile: { name: 'Käthe Krüger' } } }, errors: [] });
    expect(theirs.data.orders[0].customer).toMatchObject({ number: '10001', points: 1, email: expect.stringContaining('@'), segments: null, profile: { name: 'Käthe Krüger' } });
    expect(theirs.data.orders[1].customer).toEqual({ number: '99999', points: 999, email: null, segments: null, profile: null });
  });

  test('tells what was denied, where and why', async () => {
    const { errors } = await supergraph.ask(read, { token: tokenOf('support') });
    expect(errors).toMatchObject([{ path: ['orders', 0, 'customer', 'segments'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope' } }]);
  });

  test('changes nothing of what she agreed to', async () => {
    await recordFacts(company.gateway, [[ids[1] ?? '', aConsent({ status: 'WITHDRAWN', source: 'preference-centre' })]]);
    const { data, errors } = await supergraph.ask('{ orders(numbers: ["10001", "10002"]) { customer { email } } }', { token: tokenOf('marketing') });
    expect(data.orders).toEqual([{ customer: { email: expect.stringContaining('@') } }, { customer: { email: null } }]);
    expect(errors).toMatchObject([{ path: ['orders', 1, 'customer', 'email'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'consent' } }]);
  });

  test('leaves on record who asked, for whom and why', async () => {
    const token = company.gateway.issuer.token({ sub: 'yara', kind: 'staff', roles: ['support'], purposes: ['service.support', 'service.billing'] });
    await supergraph.ask(read, { token, purpose: 'service.support' });
    expect(auditEntries(company.gateway, 'disclosure')).toMatchObject([{
      caller: { subject: 'yara', audience: 'internal' }, purpose: 'service.support', asked: { permitted: ['Query._entities'], denied: [] },
      told: [{ customers: [ids[0]], permitted: expect.arrayContaining(['Customer.email', 'Profile.name']), denied: [{ field: 'Customer.segments', reason: 'scope' }] }],
    }]);
  });

  test('is told nothing without a token, or without a purpose where there are several', async () => {
    const token = company.gateway.issuer.token({ sub: 'yara', kind: 'staff', roles: ['support'], purposes: ['service.support', 'marketing.email'] });
    for (const client of [{ token: 'none' }, { token }]) {
      const { data, errors } = await supergraph.ask(read, client);
      expect([data.orders[0].customer.email, errors.length]).toEqual([null, 1]);
    }
    expect(auditEntries(company.gateway, 'disclosure')).toEqual([]);
  });
});

describe('entities', () => {
  test('cost as much as the customers whom they name, before anything is asked for', async () => {
    const them = Array.from({ length: 60 }, (_, at) => ({ __typename: 'Customer', number: String(10001 + at) }));
    const { data, errors } = await company.gateway.ask('query ($them: [_Any!]!) { _entities(representations: $them) { ... on Customer { invoices(first: 100) { edges { node { lineItems { quantity } } } } } } }', {
      token: tokenOf('support'), variables: { them },
    });
    expect([data, errors]).toMatchObject([undefined, [{ extensions: { code: 'COST_LIMIT_EXCEEDED', limit: 'cost' } }]]);
    expect(auditEntries(company.gateway, 'disclosure')).toEqual([]);
  });

  test('are found by each key, in the order of the representations', async () => {
    const { data, errors } = await entities([{ __typename: 'Customer', number: '10002' }, { __typename: 'Customer', id: ids[0] }, { __typename: 'Customer', id: ids[1], number: '10001' }]);
    expect([data._entities.map(({ id }: { readonly id: string }) => id), errors]).toEqual([[ids[1], ids[0], ids[1]], []]);
  });

  test.each<[string, unknown]>([
    ['of another type', { __typename: 'Invoice', id: '1' }], ['without a type', { number: '10001' }], ['without a key', { __typename: 'Customer' }],
    ['by what is no key', { __typename: 'Customer', email: 'kaethe.krueger@post.example' }], ['by a key that is null', { __typename: 'Customer', number: null }],
    ['by an empty key', { __typename: 'Customer', id: '' }], ['by a long key', { __typename: 'Customer', number: '1'.repeat(300) }],
    ['by a key of another kind', { __typename: 'Customer', id: { toString: 1 } }], ['that are text', 'Customer'], ['that are lists', [ids]],
    ['whom nobody has', { __typename: 'Customer', number: '99999' }],
  ])('%s are null and no error', async (_, representation) => {
    expect(await entities([representation])).toMatchObject({ status: 200, data: { _entities: [null] }, errors: [] });
  });

  test('by a key that may not be looked up by are refused, each in its place', async () => {
    const { data, errors } = await entities([{ __typename: 'Customer', number: '10001' }, { __typename: 'Customer', id: ids[0] }], 'marketing');
    expect(data._entities).toMatchObject([{ number: '10001' }, null]);
    expect(errors).toMatchObject([{ path: ['_entities', 1], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope' } }]);
  });

  test('are refused to who may see nobody for the purpose, each in its place', async () => {
    const { data, errors } = await entities([{ __typename: 'Customer', number: '10001' }], 'lead');
    expect([data, errors]).toMatchObject([{ _entities: [null] }, [{ path: ['_entities', 0], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }]]);
    expect(auditEntries(company.gateway, 'disclosure')).toMatchObject([{ asked: { permitted: [], denied: [{ field: 'Query._entities' }] }, told: [] }]);
  });

  test('are 100 and no more', async () => {
    const { data, errors } = await entities(Array(101).fill({ __typename: 'Customer', number: '10001' }));
    expect([data, errors]).toMatchObject([null, [{ path: ['_entities'], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['representations'] } }]]);
  });

  test('of a partner are its customers alone, by the ids that it was given', async () => {
    const { data } = await company.gateway.ask('{ customer(by: { number: "10001" }) { id } }', { token: tokenOf('partner') });
    const asked = await entities(['10001', '10009'].map((number) => ({ __typename: 'Customer', number })), 'partner');
    expect([asked.data._entities, asked.errors]).toMatchObject([[{ id: data.customer.id, number: '10001' }, null], []]);
    expect(data.customer.id).not.toBe(ids[0]);
  });
});
