import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditEntries, forgetAudit } from '../../fixtures/audit.ts';
import { inStore, recordFacts, startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
afterAll(() => company.stop());

type Who = 'marketing' | 'support' | 'partner' | 'customer' | 'steward' | 'privacy';
const ask = (who: Who, query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Answered> => company.gateway.ask(query, {
  variables,
  token: company.gateway.issuer.caller(who),
});
const sound = async (answer: Promise<Answered>): Promise<Answered['data']> => {
  const { data, errors } = await answer;
  expect(errors).toEqual([]);
  return data;
};
const shown = 'purpose purposeDescription legalBasis by roles recipient disclosed masked formerFields emergency';
const page = `edges { cursor node { at ${shown} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;
interface Use { readonly at: string; readonly by: string; readonly purpose: string; readonly disclosed: readonly string[]; readonly masked: readonly string[]; readonly [more: string]: unknown }
const usesIn = (customer: { readonly dataUses: { readonly edges: readonly { readonly node: Use }[] } }): readonly Use[] => customer.dataUses.edges.map(({ node }) => node);
const myUses = async (args = ''): Promise<readonly Use[]> => usesIn((await sound(ask('customer', `{ me { dataUses${args} { ${page} } } }`))).me);
const readBySupport = (fields: string, number = '10001'): Promise<Answered['data']> => sound(ask('support', `{ customer(by: { number: "${number}" }) { ${fields} } }`));

let id: string;
beforeEach(async () => {
  // Known by her token from here on.
  id = (await sound(ask('customer', '{ me { id } }'))).me.id;
  forgetAudit(company.gateway);
});

describe('the uses of a customer\'s data', () => {
  test('say to herself when, what for, by whom and of which kinds, the latest first', async () => {
    await readBySupport('id number phone profile { name } invoices(first: 1) { edges { node { number } } }');
    await sound(ask('partner', '{ customer(by: { number: "10001" }) { number email profile { name } } }'));
    const before = Date.now();
    const [partner, support, ...more] = await myUses();
    expect(more).toEqual([]);
    expect(partner).toEqual({
      at: expect.any(String), purpose: 'partner.share.acme', purposeDescription: 'What the contract with Acme lets it know of the customers it serves.', legalBasis: 'contract',
      by: 'PARTNER', roles: [], recipient: 'acme', disclosed: ['IDENTIFIER', 'PROFILE'], masked: ['CONTACT'], formerFields: [], emergency: false,
    });
    expect(support).toMatchObject({ purpose: 'service.support', by: 'STAFF', roles: ['support'], recipient: null, disclosed: ['CONTACT', 'FINANCIAL', 'IDENTIFIER', 'PROFILE'], masked: [], emergency: false });
    for (const use of [partner, support]) expect([Date.parse(String(use?.at)) <= before, Date.parse(String(use?.at)) > before - 60_000]).toEqual([true, true]);
  });

  test('name no colleague, in none of their parts', async () => {
    await readBySupport('number');
    const { text } = await ask('customer', `{ me { dataUses { ${page} } } }`);
    expect(text).toContain('"STAFF"');
    for (const named of ['yara', 'login.sample-company.example', 'acme']) expect(text).not.toContain(named);
  });

  test('are no more than was permitted: what was denied, nothing but her id, and an object around denied fields are none', async () => {
    await readBySupport('id');
    const denied = await ask('support', '{ customer(by: { number: "10001" }) { id segments scores { value } } }');
    expect(denied.errors.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE', 'UNAUTHORIZED_FIELD_OR_TYPE']);
    const around = await ask('marketing', '{ customer(by: { number: "10001" }) { billing { balance } profile { birthDate } } }');
    expect(around.data.customer).toEqual({ billing: { balance: null }, profile: { birthDate: null } });
    expect(auditEntries(company.gateway, 'disclosure').at(-1)?.told).toMatchObject([{ permitted: ['Customer.billing', 'Customer.profile'] }]);
    expect(await myUses()).toEqual([]);
    await ask('support', '{ customer(by: { number: "10001" }) { segments tickets(first: 1) { edges { node { name } } } } }');
    expect(await myUses('(includeOwn: false)')).toMatchObject([{ disclosed: ['SERVICE'], masked: [] }]);
  });

  test('tell her own reads as her own, and leave them out when asked to', async () => {
    await readBySupport('number');
    await sound(ask('customer', '{ me { profile { name } } }'));
    await myUses();
    expect((await myUses()).map(({ by, disclosed }) => [by, disclosed])).toEqual([['SELF', ['USE']], ['SELF', ['PROFILE']], ['STAFF', ['IDENTIFIER']]]);
    expect((await myUses('(includeOwn: false)')).map(({ by }) => by)).toEqual(['STAFF']);
  });

  test('do not take another customer\'s token for her own, nor one that somebody acted with', async () => {
    const family = company.gateway.issuer.token({ sub: 'daughter', kind: 'customer', roles: ['customer'], purposes: ['service.support'], customers: ['10001', '10002'] });
    const { errors } = await company.gateway.ask('{ customer(by: { number: "10001" }) { number } }', { token: family });
    expect(errors).toEqual([]);
    const acted = company.gateway.issuer.token({ sub: 'customer-10001', kind: 'customer', roles: ['customer'], purposes: ['service.support'], customers: ['10001'], act: { sub: 'guardian' } });
    expect((await company.gateway.ask('{ me { since } }', { token: acted })).errors).toEqual([]);
    const theirs = [['CUSTOMER', ['PROFILE']], ['CUSTOMER', ['IDENTIFIER']]];
    expect((await myUses()).map(({ by, disclosed }) => [by, disclosed])).toEqual(theirs);
    expect((await myUses('(includeOwn: false)')).map(({ by, disclosed }) => [by, disclosed])).toEqual(theirs);
  });

  test('say which of them were made in an emergency of hers, and not of somebody else\'s', async () => {
    const { id: other } = (await readBySupport('id', '10002')).customer;
    const breakGlass = (customer: string): Promise<unknown> =>
      sound(ask('support', 'mutation ($customer: ID!) { breakGlass(input: { customer: $customer, justification: "taken over" }) { id } }', { customer }));
    await breakGlass(other);
    await readBySupport('number');
    await breakGlass(id);
    await readBySupport('segments');
    expect((await myUses()).map(({ emergency, disclosed }) => [emergency, disclosed])).toEqual([[true, ['BEHAVIOUR']], [false, ['IDENTIFIER']]]);
  });

  test('name fields that the schema no longer has', async () => {
    await readBySupport('number');
    inStore(company.gateway, "UPDATE audit_entry SET entry = replace(entry, 'Customer.number', 'Loyalty.tier')");
    expect(await myUses()).toMatchObject([{ disclosed: [], formerFields: ['Loyalty.tier'] }]);
  });

  test('count those of ids that were merged into hers', async () => {
    const { id: other } = (await readBySupport('id number', '10003')).customer;
    await sound(ask('steward', 'mutation ($into: ID!, $customer: ID!) { mergeCustomers(input: { into: $into, customer: $customer, evidence: "x", numbersDiffer: true }) { event { kind } } }', { into: id, customer: other }));
    try {
      expect((await myUses('(includeOwn: false)')).filter(({ purpose }) => purpose === 'service.support')).toMatchObject([{ by: 'STAFF', disclosed: ['IDENTIFIER'] }]);
    } finally {
      await sound(ask('steward', 'mutation ($customer: ID!, $merged: ID!) { splitCustomer(input: { customer: $customer, off: { merged: $merged }, evidence: "x" }) { event { kind } } }', { customer: id, merged: other }));
    }
    expect((await myUses('(includeOwn: false)')).filter(({ purpose }) => purpose === 'service.support')).toEqual([]);
  });

  test('are on record like any read', async () => {
    await myUses();
    expect(auditEntries(company.gateway, 'disclosure').at(-1)?.told).toEqual([{
      customers: [id], masked: [], denied: [],
      permitted: ['Customer.dataUses', ...['at', 'by', 'disclosed', 'emergency', 'formerFields', 'legalBasis', 'masked', 'purpose', 'purposeDescription', 'recipient', 'roles'].map((field) => `DataUse.${field}`)],
    }]);
  });
});

describe('pages of them', () => {
  const query = `query ($after: String, $includeOwn: Boolean! = false) { me { dataUses(first: 2, after: $after, includeOwn: $includeOwn) { ${page} } } }`;

  test('follow one another without a gap and without anything twice, though each adds a use of her own', async () => {
    for (const field of ['number', 'phone', 'tickets(first: 1) { edges { cursor } }', 'invoices(first: 1) { edges { cursor } }', 'since']) await readBySupport(field);
    const found: string[] = [];
    for (let after: string | null = null; ;) {
      const { dataUses }: Answered['data'] = (await sound(ask('customer', query, { after, includeOwn: true }))).me;
      found.push(...usesIn({ dataUses }).map(({ disclosed }) => disclosed.join()));
      expect([dataUses.pageInfo.hasPreviousPage, dataUses.pageInfo.startCursor]).toEqual([after !== null, dataUses.edges[0]?.cursor]);
      if (!dataUses.pageInfo.hasNextPage) break;
      after = dataUses.pageInfo.endCursor;
    }
    expect(found).toEqual(['PROFILE', 'FINANCIAL', 'SERVICE', 'CONTACT', 'IDENTIFIER']);
  });

  test('are bounded, and go on only from a cursor that was given to the same person with the same arguments', async () => {
    for (const field of ['number', 'phone', 'since']) await readBySupport(field);
    const { pageInfo: { endCursor } } = (await sound(ask('customer', query))).me.dataUses;
    const bad = async (answer: Promise<Answered>): Promise<unknown> => {
      const { data, errors } = await answer;
      return [data.me?.dataUses ?? data.customer?.dataUses ?? null, errors[0]?.extensions['argumentPath']];
    };
    expect(await bad(ask('customer', '{ me { dataUses(first: 1000) { edges { cursor } } } }'))).toEqual([null, ['first']]);
    expect(await bad(ask('customer', '{ me { dataUses(first: -1) { edges { cursor } } } }'))).toEqual([null, ['first']]);
    expect(await bad(ask('customer', query, { after: endCursor, includeOwn: true }))).toEqual([null, ['after']]);
    expect(await bad(ask('customer', query, { after: 'nonsense' }))).toEqual([null, ['after']]);
    const theirs = `query ($after: String) { customer(by: { number: "10001" }) { dataUses(first: 2, after: $after, includeOwn: false) { edges { cursor } } } }`;
    expect(await bad(ask('privacy', theirs, { after: endCursor }))).toEqual([null, ['after']]);
    expect((await sound(ask('customer', query, { after: endCursor }))).me.dataUses.edges).toHaveLength(1);
  });

  test('are one for a customer and operation: the same under other names is the same, another one is refused', async () => {
    await readBySupport('number');
    const { data, errors } = await ask('customer', '{ me { a: dataUses(first: 5) { edges { node { by } } } b: dataUses(first: 5) { edges { node { purpose } } } c: dataUses(first: 6) { edges { node { by } } } } }');
    expect(data.me).toEqual({ a: { edges: [{ node: { by: 'STAFF' } }] }, b: { edges: [{ node: { purpose: 'service.support' } }] }, c: null });
    expect(errors).toMatchObject([{ path: ['me', 'c'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('are filled however much of her own lies between', async () => {
    await sound(ask('customer', '{ me { id } }'));
    const herself = auditEntries(company.gateway, 'disclosure').at(-1)?.caller.subject ?? '';
    await readBySupport('number');
    inStore(company.gateway, `WITH RECURSIVE times (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM times WHERE value < 250)
      INSERT INTO audit_entry (chain, seq, kind, at, purpose, key, previous, digest, mac, customers, entry) SELECT 'own', value, kind, at + value, purpose, key, previous, digest, mac, customers,
      json_set(entry, '$.caller.kind', 'customer', '$.caller.subject', '${herself}') FROM audit_entry, times WHERE kind = 'disclosure' AND json_extract(entry, '$.caller.kind') = 'staff'`);
    inStore(company.gateway, "INSERT INTO audit_customer SELECT json_extract(customers, '$[0]'), at, chain, seq FROM audit_entry WHERE chain = 'own'");
    expect((await myUses('(first: 1, includeOwn: false)')).map(({ by }) => by)).toEqual(['STAFF']);
    expect((await myUses('(first: 3)')).map(({ by }) => by)).toEqual(['SELF', 'SELF', 'SELF']);
  });
});

describe('who may read them:', () => {
  const query = `{ customer(by: { number: "10001" }) { number dataUses { edges { node { ${shown} } } } } }`;
  test('staff whom a policy permits are told the same as she is, and no more', async () => {
    await readBySupport('number');
    expect(usesIn((await sound(ask('privacy', query))).customer)).toMatchObject([{ by: 'STAFF', roles: ['support'] }]);
    await myUses();
    expect(usesIn((await sound(ask('privacy', query))).customer).map(({ by, roles }) => [by, roles])).toEqual([['SELF', []], ['STAFF', ['privacy-officer']], ['STAFF', ['support']]]);
  });

  test.each(['support', 'marketing', 'steward'] as const)('%s is denied without a permit', async (who) => {
    const { data, errors } = await ask(who, query);
    expect(data.customer.dataUses).toBeNull();
    expect(errors).toMatchObject([{ path: ['customer', 'dataUses'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }]);
  });

  test('to a partner there is no such field', async () => {
    expect((await ask('partner', query)).errors[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('where processing is restricted, nobody but for a purpose that is excepted', async () => {
    const restriction = { kind: 'restriction', method: 'PHONE', source: 'desk', except: [] } as const;
    const read = async (): Promise<unknown> => (await ask('customer', '{ me { dataUses { edges { cursor } } } }')).errors[0]?.extensions['reason'];
    await recordFacts(company.gateway, [[id, { ...restriction, status: 'RESTRICTED', at: 1 }]]);
    expect(await read()).toBe('restriction');
    await recordFacts(company.gateway, [[id, { ...restriction, status: 'RESTRICTED', at: 2, except: ['service.support'] }]]);
    expect(await read()).toBeUndefined();
    await recordFacts(company.gateway, [[id, { ...restriction, status: 'LIFTED', at: 3 }]]);
  });

  test('the trail is read for nobody else; what cannot be read of it fails, and does not look like no use', async () => {
    await readBySupport('number');
    inStore(company.gateway, "UPDATE audit_entry SET entry = '{}' WHERE kind = 'disclosure'");
    expect(await ask('customer', '{ me { dataUses { edges { cursor } } } }')).toMatchObject({ data: undefined, errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(await ask('customer', '{ me { number } }')).toMatchObject({ data: { me: { number: '10001' } }, errors: [] });
    expect(await ask('support', query)).toMatchObject({ data: { customer: { number: '10001', dataUses: null } }, errors: [{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }] });
  });
});
