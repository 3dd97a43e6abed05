import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inStore, startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
});
afterAll(() => company.stop());

test('the key set is 503 while the store cannot tell it, and there again when it can', async () => {
  const ask = async (): Promise<Response> => fetch(`${company.gateway.url}/.well-known/jwks.json`);
  inStore(company.gateway, 'ALTER TABLE signing_key RENAME TO signing_key_gone');
  try {
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'STORE_UNAVAILABLE', requestId: refused.headers.get('x-request-id') } }] });
  } finally {
    inStore(company.gateway, 'ALTER TABLE signing_key_gone RENAME TO signing_key');
  }
  expect((await ask()).status).toBe(200);
});
