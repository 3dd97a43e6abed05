import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditEntries, forgetAudit } from '../../fixtures/audit.ts';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { hiveNeeds, startHiveGateway } from './hive-gateway.ts';
import type { Supergraph } from './supergraph.ts';

const describeWithHive = hiveNeeds === undefined ? describe : describe.skip;

describeWithHive(`Hive Gateway before the gateway${hiveNeeds === undefined ? '' : ` (needs ${hiveNeeds})`}`, () => {
  let company: TestCompany;
  let hive: Supergraph;
  const tokenOf = (caller: Parameters<TestCompany['gateway']['issuer']['caller']>[0]): string => company.gateway.issuer.caller(caller);
  beforeAll(async () => {
    // Slow enough that requests of several callers are under way at the same time.
    company = await startCompany({ latency: 200 });
    const { data } = await company.gateway.ask('{ _service { sdl } }');
    hive = await startHiveGateway(company.gateway.url, data._service.sdl);
  }, 120_000);
  afterAll(async () => {
    await hive.stop();
    await company.stop();
  });

  const read = '{ orders(numbers: ["10001", "99999"]) { id customer { number points email segments profile { name } } } }';

  test('answers with fields of both graphs, and tells what was denied, where and why', async () => {
    const client = { token: tokenOf('support') };
    expect(await hive.ask('{ customer(by: { number: "10001" }) { number points profile { name } } }', client)).toEqual({ data: { customer: { number: '10001', points: 1, profile: { name: 'Käthe Krüger' } } }, errors: [] });
    const { data, errors } = await hive.ask(read, client);
    expect(data.orders[0].customer).toMatchObject({ number: '10001', points: 1, email: expect.stringContaining('@'), segments: null, profile: { name: 'Käthe Krüger' } });
    expect(data.orders[1].customer).toEqual({ number: '99999', points: 999, email: null, segments: null, profile: null });
    expect(errors).toMatchObject([{ path: ['orders', 0, 'customer', 'segments'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope' } }]);
  }, 60_000);

  test('passes on token and purpose: who asked, for whom and why is on record', async () => {
    const token = company.gateway.issuer.token({ sub: 'yara', kind: 'staff', roles: ['support'], purposes: ['service.support', 'marketing.email'] });
    forgetAudit(company.gateway);
    await hive.ask(read, { token, purpose: 'service.support' });
    expect(auditEntries(company.gateway, 'disclosure')).toMatchObject([{ caller: { subject: 'yara', audience: 'internal' }, purpose: 'service.support' }]);
    forgetAudit(company.gateway);
    for (const client of [{ token: 'none' }, { token }]) {
      const { data, errors } = await hive.ask(read, client);
      expect([data.orders[0].customer.email, errors.length > 0]).toEqual([null, true]);
    }
    expect(auditEntries(company.gateway, 'disclosure')).toEqual([]);
  }, 60_000);

  test('answers nobody with what another was told at the same time, and leaves each on record', async () => {
    forgetAudit(company.gateway);
    const phone = '{ customer(by: { number: "10001" }) { phone } }';
    const [support, marketing] = [{ token: tokenOf('support') }, { token: tokenOf('marketing') }];
    const answers = await Promise.all([support, marketing, support, marketing].map((client) => hive.ask(phone, client)));
    expect(answers.map(({ data }) => typeof data.customer.phone)).toEqual(['string', 'object', 'string', 'object']);
    // Who may see nothing of her asked for something all the same.
    expect(auditEntries(company.gateway, 'disclosure').length).toBe(4);
  }, 60_000);
});
