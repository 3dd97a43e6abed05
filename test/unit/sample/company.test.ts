import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runCompany, type CompanyOptions } from '../../../sample/company.ts';
import { openKeys, type SampleKeys } from '../../../sample/keys.ts';
import { freePort } from '../../fixtures/free-port.ts';
import { at } from './client.ts';

const root = join(import.meta.dirname, '../../..');
const gateway = (...args: string[]): CompanyOptions['gateway'] => ({ script: join(import.meta.dirname, 'fake-gateway.ts'), args });
let folder: string;
let keys: SampleKeys;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-company-'));
  keys = await openKeys(folder);
});
afterAll(() => rm(folder, { recursive: true }));

interface Run {
  readonly stop: AbortController;
  readonly ready: Promise<string>;
  readonly ended: Promise<void>;
  readonly said: () => string;
}

async function aRun(options: Partial<CompanyOptions> = {}): Promise<Run> {
  const stop = new AbortController();
  const ready = Promise.withResolvers<string>();
  let said = '';
  const ended = runCompany({
    root,
    gateway: gateway(),
    port: await freePort(),
    keys,
    // Jest's own options would reach the children otherwise.
    environment: { PATH: process.env['PATH'] },
    output: (text) => {
      said += text;
    },
    timeToStart: 30_000,
    signal: stop.signal,
    onReady: ready.resolve,
    ...options,
  });
  ended.catch(ready.reject);
  ready.promise.catch(() => undefined);
  return { stop, ready: ready.promise, ended, said: () => said };
}

/** Whether anything answers there, whatever it says. */
async function answers(url: unknown): Promise<boolean> {
  return fetch(String(url)).then(() => true, () => false);
}

/** Waits, without end, until nothing answers there. */
async function untilSilent(url: unknown): Promise<void> {
  while (await answers(url)) await new Promise(setImmediate);
}

function systemsOf(told: unknown): readonly unknown[] {
  return ['CRM_URL', 'BILLING_URL', 'SUPPORT_URL'].map((name) => at(told, name));
}

describe('the sample company', () => {
  test('gives the gateway the addresses and credentials of its systems, and leaves no child behind when it is stopped', async () => {
    const { stop, ready, ended } = await aRun();
    const url = await ready;
    const told: unknown = await (await fetch(url)).json();
    expect(told).toMatchObject({
      CRM_TOKEN: keys.crmToken, BILLING_KEY: keys.billingKey, SUPPORT_TOKEN: keys.supportToken, CURSOR_KEY: keys.cursorKey, PAIRWISE_KEY: keys.pairwiseKey, AUDIT_KEY: keys.auditKey, TOKEN_KEY_SECRET: keys.tokenKeySecret,
      SAMPLE_KEYS: folder,
    });
    const headers = { authorization: `Bearer ${keys.crmToken}` };
    const crm = await fetch(`${String(at(told, 'CRM_URL'))}/v1/contacts?limit=1`, { headers });
    expect(at(await crm.json(), 'total')).toBe(10_000);
    stop.abort();
    await ended;
    for (const each of [url, ...systemsOf(told)]) expect(await answers(each)).toBe(false);
  });

  test('says who died, and ends the others', async () => {
    const { ready, ended } = await aRun();
    const url = await ready;
    const told: unknown = await (await fetch(url)).json();
    await fetch(`${url}/die`).catch(() => undefined);
    await expect(ended).rejects.toThrow('the gateway ended unexpectedly (exit code 3)');
    for (const each of systemsOf(told)) expect(await answers(each)).toBe(false);
  });

  test('says why the gateway cannot start, and passes on its words', async () => {
    const { ended, said } = await aRun({ gateway: gateway('broken') });
    await expect(ended).rejects.toThrow('the gateway ended unexpectedly (exit code 1): Error: sources/crm.yaml: baseUrl: missing');
    expect(said()).toContain('fake-gateway.ts');
  });

  test('does not wait for ever for a gateway that does not become ready', async () => {
    const { ended } = await aRun({ gateway: gateway('never-ready'), timeToStart: 2_000 });
    await expect(ended).rejects.toThrow('not ready after 2 seconds: GET /health/ready of the gateway says 503 the store is closed');
  });

  test('does not start anything when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { ended, said } = await aRun({ port });
    await expect(ended).rejects.toThrow(`port ${port} is taken: set PORT to another`);
    expect(said()).toBe('');
    other.close();
  });

  test('leaves no child behind when it is killed itself', async () => {
    const parent = fork(join(import.meta.dirname, 'fake-parent.ts'), [folder, String(await freePort())], { env: {}, stdio: 'inherit' });
    const [message] = await once(parent, 'message');
    const url = at(message, 'url');
    const told: unknown = await (await fetch(String(url))).json();
    parent.kill('SIGKILL');
    await Promise.all([url, ...systemsOf(told)].map(untilSilent));
    expect(await answers(url)).toBe(false);
  });

  test('ends while it is still starting', async () => {
    const { stop, ended, ready } = await aRun();
    stop.abort();
    await ended;
    expect(await Promise.race([ready, Promise.resolve('never ready')])).toBe('never ready');
  });
});

describe('a sample system as a process', () => {
  test.each([['crm', 'CRM_TOKEN'], ['billing', 'BILLING_KEY'], ['support', 'SUPPORT_TOKEN']])(
    '%s tells its parent where it listens, and ends when the parent is gone',
    async (name, variable) => {
      const script = join(root, `sample/${name}.ts`);
      const child = fork(script, ['--port', '0'], { env: { [variable]: 'x' }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
      const [[message], [line]] = await Promise.all([once(child, 'message'), once(child.stdout ?? child, 'data')]);
      expect(JSON.parse(String(line))).toEqual({ ready: true, url: at(message, 'url') });
      expect(await answers(at(message, 'url'))).toBe(true);
      child.disconnect();
      await untilSilent(at(message, 'url'));
      expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
    },
  );

  test('does not start without its credentials', async () => {
    const child = fork(join(root, 'sample/crm.ts'), [], { env: {}, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const [[words], [code]] = await Promise.all([once(child.stderr ?? child, 'data'), once(child, 'exit')]);
    expect([code, String(words)]).toEqual([1, expect.stringContaining('CRM_TOKEN is not set')]);
  });
});

describe('scripts/token.ts', () => {
  const run = promisify(execFile);
  const script = join(root, 'scripts/token.ts');

  test.each([[[]], [['nobody']], [['support', 'marketing']]])('with the arguments %j says how to use it and exits with 2', async (args) => {
    await expect(run(process.execPath, [script, ...args], { env: {} })).rejects.toMatchObject({
      code: 2, stdout: '', stderr: 'usage: node scripts/token.ts NAME\nNAME is one of marketing, support, partner, customer, steward, lead, service-lead, privacy\n',
    });
  });
});
