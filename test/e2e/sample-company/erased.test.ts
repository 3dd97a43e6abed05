import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { serveFolder, type ServedFolder } from '../../fixtures/gateway.ts';
import { commandLineOf } from '../cli/command-line.ts';

let company: TestCompany;
let another: ServedFolder;
beforeAll(async () => {
  company = await startCompany();
  another = await serveFolder({ folder: company.gateway.folder, issuer: company.gateway.issuer, env: company.setup.env });
}, 60_000);
afterAll(async () => {
  await another.end('SIGTERM');
  await company.stop();
});

test('who was erased is gone at the next request of every process, and found anew as somebody else', async () => {
  const gateways = [company.gateway, another];
  const token = company.gateway.issuer.caller('support');
  const idIn = async (gateway: Pick<ServedFolder, 'ask'>, by: string): Promise<string | undefined> => {
    const { data, errors } = await gateway.ask(`{ customer(by: { ${by} }) { id email } }`, { token });
    expect(errors).toEqual([]);
    return data.customer?.id;
  };
  const before = await Promise.all(gateways.map((gateway) => idIn(gateway, 'number: "10001"')));
  expect(before[0]).toBe(before[1]);
  const line = commandLineOf(company.gateway.folder);
  expect(await line.run('erase', '--customer', String(before[0]), '--yes')).toMatchObject({ code: 0, err: '' });
  expect(await Promise.all(gateways.map((gateway) => idIn(gateway, `id: "${before[0]}"`)))).toEqual([undefined, undefined]);
  const after = await Promise.all(gateways.map((gateway) => idIn(gateway, 'number: "10001"')));
  expect(after[0]).toBe(after[1]);
  expect(after[0]).toEqual(expect.any(String));
  expect(after[0]).not.toBe(before[0]);
  expect((await line.run('audit', 'verify', '--json')).code).toBe(0);
});
