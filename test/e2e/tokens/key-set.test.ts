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
    expect([refused.status, await refused.json()]).toEqual([503, { errors: [{ message: 'The key set cannot be read at the moment.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }]);
  } finally {
    inStore(company.gateway, 'ALTER TABLE signing_key_gone RENAME TO signing_key');
  }
  expect((await ask()).status).toBe(200);
});
