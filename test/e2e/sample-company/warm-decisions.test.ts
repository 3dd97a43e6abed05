import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cedar-calls-'));
  await writeFile(join(folder, 'calls'), '');
  const preload = pathToFileURL(join(import.meta.dirname, '../../fixtures/count-cedar.ts')).href;
  company = await startCompany({ env: { NODE_OPTIONS: `--import ${preload}`, CEDAR_CALLS: join(folder, 'calls') } });
}, 30_000);
afterAll(async () => {
  await company.stop();
  await rm(folder, { recursive: true, force: true });
});

const calls = async (): Promise<number> => (await stat(join(folder, 'calls'))).size;
const asSupport = (number: string, subject: string): ReturnType<typeof company.gateway.ask> =>
  company.gateway.ask('query ($number: String!) { customer(by: { number: $number }) { number email phone billing { balance } tickets(first: 2) { edges { node { name } } } } }', {
    variables: { number }, token: company.gateway.issuer.token({ sub: subject, kind: 'staff', roles: ['support'], purposes: ['service.support'] }),
  });
const asMarketing = (after: string | null): ReturnType<typeof company.gateway.ask> =>
  company.gateway.ask('query ($after: String) { customers(first: 50, after: $after) { edges { node { number email profile { name } billing { balance } } } pageInfo { endCursor } } }', {
    variables: { after }, token: company.gateway.issuer.caller('marketing'),
  });

test('Cedar is asked once for what is decided, whoever asks for whom', async () => {
  const { data } = await asMarketing(null);
  await asSupport('10001', 'yara');
  const warm = await calls();
  expect(warm).toBeGreaterThan(0);
  const next = await asMarketing(data.customers.pageInfo.endCursor);
  expect(next.data.customers.edges).toHaveLength(50);
  expect(next.data.customers.edges[0].node.number).not.toBe(data.customers.edges[0].node.number);
  for (const [at, number] of ['10002', '10003', '10004'].entries()) {
    const { data: hers, errors } = await asSupport(number, `agent ${at}`);
    expect([hers.customer.number, errors]).toEqual([number, []]);
  }
  expect(await calls()).toBe(warm);
  await company.gateway.ask('{ customer(by: { number: "10001" }) { number email } }', { token: company.gateway.issuer.caller('partner') });
  expect(await calls()).toBeGreaterThan(warm);
});
