import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startChild } from '../../../sample/children.ts';
import { serveFolder, writeDeployment } from '../../../test/fixtures/gateway.ts';
import { makeTestIssuer } from '../../../test/fixtures/tokens.ts';
import { shown, spreadOf } from '../figures.ts';
import type { Measuring } from './measuring.ts';

const root = join(import.meta.dirname, '../../..');
const systems = [{ name: 'crm', token: 'CRM_TOKEN', url: 'CRM_URL' }, { name: 'billing', token: 'BILLING_KEY', url: 'BILLING_URL' }, { name: 'support', token: 'SUPPORT_TOKEN', url: 'SUPPORT_URL' }] as const;

/** Milliseconds from the start of a gateway in front of the sample company, whose systems run already and whose store is empty, to the end of its first answer. */
export async function start({ ring, rounds }: Measuring): Promise<unknown> {
  const children = systems.map(({ name, token, url }) => ({
    url, token, child: startChild({
      name, script: join(root, `sample/${name}.ts`), args: ['--port', '0'], cwd: root, environment: { PATH: process.env['PATH'], [token]: 'bench' },
      stdout: () => undefined, stderr: (text) => process.stderr.write(text),
    }),
  }));
  const times: number[] = [];
  try {
    const environment = Object.fromEntries((await Promise.all(children.map(async ({ url, token, child }) => [[url, ((await child.firstMessage) as { readonly url: string }).url], [token, 'bench']] as const))).flat());
    for (let round = 0; round < rounds; round += 1) times.push(await timeToFirstAnswer(environment, ring.core));
  } finally {
    await Promise.all(children.map(({ child }) => child.end()));
  }
  const figure = spreadOf(times);
  console.log(`\nstart to first answer with the sample company, ours: ${shown(figure, 0)} ms`);
  return figure;
}

async function timeToFirstAnswer(env: Readonly<Record<string, string>>, core: number): Promise<number> {
  const folder = await writeDeployment({});
  try {
    const issuer = makeTestIssuer();
    await issuer.writeKeys(folder);
    const token = issuer.caller('support');
    const startedAt = performance.now();
    const gateway = await serveFolder({ folder, issuer, env, under: ['taskset', '-c', String(core)] });
    const { errors } = await gateway.ask('{ customer(by: { number: "10001" }) { id profile { name } billing { balance } tickets(first: 2) { edges { node { name } } } } }', { token });
    const time = performance.now() - startedAt;
    await gateway.end('SIGTERM');
    if (errors.length > 0) throw new Error(`the first answer failed: ${JSON.stringify(errors)}`);
    return time;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
