import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../fixtures/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    env: { CRM_URL: 'http://127.0.0.1:9', CRM_TOKEN: 'a', BILLING_URL: 'http://127.0.0.1:9', BILLING_KEY: 'b', SUPPORT_URL: 'http://127.0.0.1:9', SUPPORT_TOKEN: 'c' },
    files: {
      'policies/trial.cedar': `
        @id("no-addresses") @dryRun("asked for by the DPO")
        forbid (principal, action, resource == Field::"Customer.email");
        @id("segments-for-support") @dryRun("asked for by support")
        permit (principal in Role::"support", action == Action::"read", resource == Field::"Customer.segments") when { context.purpose == Purpose::"marketing.email" };`,
    },
  });
});
afterAll(() => gateway.stop());

test('a policy on trial changes no answer, and what it would change is logged once', async () => {
  const query = '{ customer(by: { id: "nobody" }) { email number } }';
  for (let times = 0; times < 3; times += 1) expect(await gateway.ask(query)).toMatchObject({ status: 200, data: { customer: null }, errors: [] });
  const byEmail = await gateway.ask('{ customer(by: { email: "nobody@nowhere.example" }) { number } }');
  expect(byEmail.errors.map(({ extensions }) => extensions['code'])).toEqual(['SOURCE_UNAVAILABLE']);
  const lines = (await gateway.logged('"action":"lookup"')).split('\n').filter((line) => line.includes('dryRun')).map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { dryRun: 'no-addresses', action: 'read', field: 'Customer.email', purpose: 'service.support', was: 'open', would: 'deny', caller: { kind: 'staff', roles: ['support'] } },
    { dryRun: 'no-addresses', action: 'lookup', field: 'Customer.email', was: 'plain', would: 'deny' },
  ]);
  expect(lines[0].caller).toEqual({ kind: 'staff', audience: 'internal', roles: ['support'], scopes: [], regions: [] });
});
