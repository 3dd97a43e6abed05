import { expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noPhones, notReloaded, reloaded, showsPhone, withReloadable } from '../../fixtures/reloadable.ts';
import { readScrape, sumOf } from '../../fixtures/scrape.ts';

const query = '{ customer(by: { number: "10002" }) { number phone } }';
const edit = { 'customer360.yaml': (text: string) => `${text}\ntelemetry:\n  metrics: { port: 0 }\n` };

it('goes on with changed policies on SIGHUP, and with none of them where one is wrong or what cannot change has changed', async () => {
  await withReloadable({ edit }, async ({ gateway, folder, hangUp, edit: change }) => {
    expect(await showsPhone(gateway)).toBe(true);
    await writeFile(join(folder, 'policies/zz.cedar'), noPhones.replace('phone"', 'fone"'));
    await hangUp(notReloaded);
    await gateway.logged('policies/zz.cedar');
    expect(await showsPhone(gateway)).toBe(true);
    await writeFile(join(folder, 'policies/zz.cedar'), noPhones);
    const before = await policyVersion(gateway);
    await hangUp(reloaded);
    expect(await showsPhone(gateway)).toBe(false);
    expect(await policyVersion(gateway)).not.toBe(before);
    await change('customer360.yaml', (text) => text.replace(/^server:\n/m, 'server:\n  host: localhost\n'));
    await hangUp(notReloaded);
    await gateway.logged('server.host: changed, and takes another process');
    const series = readScrape(await (await fetch(String(gateway.metricsUrl))).text());
    expect(sumOf(series, 'customer360_reloads_total', { result: 'refused' })).toBe(2);
    expect(sumOf(series, 'customer360_reloads_total', { result: 'ok' })).toBe(1);
    expect(sumOf(series, 'customer360_deployment_stale')).toBe(1);
    expect(sumOf(series, 'customer360_deployment_info', { policy_version: await policyVersion(gateway) })).toBe(1);
  });
}, 60_000);

async function policyVersion({ url }: { readonly url: string }): Promise<string> {
  return ((await (await fetch(`${url}/health/ready`)).json()) as { readonly policyVersion: string }).policyVersion;
}

it('answers what is under way by the deployment that it began with', async () => {
  await withReloadable({ edit, latency: 700 }, async ({ gateway, folder, hangUp }) => {
    const asked = gateway.ask(query);
    await writeFile(join(folder, 'policies/zz.cedar'), noPhones);
    await hangUp(reloaded);
    expect((await asked).data.customer.phone).not.toBeNull();
    expect(await showsPhone(gateway)).toBe(false);
  });
}, 60_000);
