import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../fixtures/free-port.ts';

/** What README.md prints is done as printed, in its order, in a copy of the tree whose sample company runs. Only the port is another. */

const root = join(import.meta.dirname, '../..');
/** What a fresh clone has not, and what no example needs. */
const notCopied: ReadonlySet<string> = new Set(['node_modules', 'data', '.git', 'bench', 'test', 'dist']);
// What `npm test` tells its children is no user's: its options of Node and settings of npm are left out.
const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

interface Block {
  readonly language: string;
  readonly text: string;
}

interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of many shapes
type Answer = { readonly data: any; readonly errors?: readonly { readonly extensions: { readonly code: string; readonly reason?: string } }[] };

let folder: string;
let port: number;
let company: ChildProcess;
let blocks: readonly Block[];

/** The block of the README that has a text in it. */
function blockWith(part: string): Block {
  const found = blocks.filter(({ text }) => text.includes(part));
  const [block] = found;
  if (block === undefined || found.length > 1) throw new Error(`expected one block of README.md with ${JSON.stringify(part)}, found ${found.length}`);
  return block;
}

async function shell(text: string, more: Readonly<Record<string, string>> = {}): Promise<Printed> {
  const command = text.replaceAll('127.0.0.1:4000', `127.0.0.1:${port}`);
  return new Promise((resolve) => {
    execFile('bash', ['-c', command], { cwd: folder, env: { ...environment, ...more }, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Pastes a block and gives the answers that it printed, a line each. */
async function paste(part: string): Promise<readonly Answer[]> {
  const { code, stdout, stderr } = await shell(blockWith(part).text);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as Answer);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'customer360-readme-'));
  await cp(root, folder, { recursive: true, filter: (path) => path === root || dirname(path) !== root || !notCopied.has(basename(path)) });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  blocks = [...(await readFile(join(folder, 'README.md'), 'utf8')).matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
  port = await freePort();
  expect(blockWith('npm ci').text).toBe('npm ci && npm start\n');
  // A group of its own: npm is ended with all that it started.
  company = spawn('npm', ['start'], { cwd: folder, env: { ...environment, PORT: String(port) }, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    company.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('\nprivacy:')) resolve();
    });
    company.once('exit', () => reject(new Error(`npm start ended:\n${said}`)));
  });
}, 60_000);

afterAll(async () => {
  if (company.pid !== undefined && company.exitCode === null) {
    process.kill(-company.pid, 'SIGTERM');
    // npm is gone before what it ran; that has closed its output when it is.
    await once(company, 'close');
  }
  await rm(folder, { recursive: true, force: true });
});

test('the first answer is the one that is printed, but for an id and numbers that grow with the calendar', async () => {
  const moving = (text: string): string => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replaceAll(/INV-10001-\d{4}/g, 'INVOICE');
  const [answer] = await paste('invoices(first: 2)');
  const printed = blocks.find(({ language }) => language === 'json')?.text ?? '';
  expect(JSON.parse(moving(JSON.stringify(answer)))).toEqual(JSON.parse(moving(printed)));
});

test('consent that is taken back closes her fields to marketing', async () => {
  const [withdrawn, refused] = await paste('withdrawConsent') as readonly [Answer, Answer];
  expect(withdrawn.data.withdrawConsent.customer.consents).toContainEqual(expect.objectContaining({ purpose: 'marketing.email', status: 'WITHDRAWN' }));
  expect([refused.data, refused.errors?.map(({ extensions }) => extensions.reason)]).toEqual([{ customer: { email: null, profile: null } }, ['consent', 'consent']]);
});

test('what is asked for and approved is read', async () => {
  const [approved, read] = await paste('requestAccess') as readonly [Answer, Answer];
  expect(approved.data.approveAccess).toMatchObject({ state: 'APPROVED', fields: ['Customer.phone'] });
  expect(read).toEqual({ data: { customer: { phone: expect.stringMatching(/^\+\d+$/), profile: { name: 'Käthe Krüger' } } } });
});

test('she is told who read what', async () => {
  const [{ data, errors }] = await paste('dataUses(first: 5') as readonly [Answer];
  expect(errors).toBeUndefined();
  expect(data.me.dataUses.edges).toContainEqual({ node: expect.objectContaining({ purpose: 'marketing.email', roles: ['marketing'] }) });
});

test.each([
  ['the steward', 'linkReviews(first: 3)', (data: Answer['data']) => data.customer.linkHistory],
  ['the marketer', 'where: { segment: \\"vip\\"', (data: Answer['data']) => data.customers.edges],
  ['the privacy officer', 'token -- privacy', (data: Answer['data']) => data.accessReport.data],
  ['the person herself', 'x-purpose: data.subject.request', (data: Answer['data']) => data.accessReport.data],
] as const)('%s gets what was asked for', async (_, part, of) => {
  const [{ data, errors }] = await paste(part) as readonly [Answer];
  expect(errors).toBeUndefined();
  expect(of(data)).not.toHaveLength(0);
});

test('the report is a page', async () => {
  const { code } = await shell(blockWith('report --number').text);
  expect(code).toBe(0);
  expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Käthe Krüger');
});

test('a change is explained before it goes live, and what it opens is an exit code', async () => {
  expect(await shell(blockWith('--diff config').text)).toMatchObject({ code: 4, stdout: expect.stringContaining('Customer.phone') });
}, 90_000);

test('a system of one\'s own is connected by the files that are printed', async () => {
  const members: Server = createServer((request, response) => {
    const asked = new URL(request.url ?? '', 'http://members').searchParams;
    const member = { id: 'M-1', customerNumber: '10001', tier: 'gold', points: 1250 };
    const wanted = (asked.get('ids') ?? asked.get('numbers') ?? '').split(',');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: request.headers.authorization === 'Bearer of-loyalty' ? [member].filter((one) => wanted.includes(one.id) || wanted.includes(one.customerNumber)) : [] }));
  });
  members.listen(0, '127.0.0.1');
  await once(members, 'listening');
  const own = join(folder, 'my-config');
  await cp(join(folder, 'config'), own, { recursive: true });
  for (const [name, part] of [['sources/loyalty.yaml', '# sources/loyalty.yaml'], ['schema/loyalty.graphql', '# schema/loyalty.graphql'], ['policies/loyalty.cedar', '@id("support-sees-loyalty")']] as const) {
    await mkdir(dirname(join(own, name)), { recursive: true });
    await writeFile(join(own, name), blockWith(part).text);
  }
  const gatewayFile = join(own, 'customer360.yaml');
  await writeFile(gatewayFile, (await readFile(gatewayFile, 'utf8')).replace('sources: [crm, billing, support]', 'sources: [crm, billing, support, loyalty]'));

  const [check = '', serve = ''] = blockWith('serve --config my-config').text.trim().split('\n');
  const sample = Object.fromEntries([...(await readFile(join(folder, 'data/sample/gateway.env'), 'utf8')).matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, String(JSON.parse(value))]));
  const ownPort = await freePort();
  const variables = { ...sample, LOYALTY_URL: `http://127.0.0.1:${(members.address() as AddressInfo).port}`, LOYALTY_TOKEN: 'of-loyalty', PORT: String(ownPort) };
  expect(await shell(check, variables)).toMatchObject({ code: 0, stdout: expect.stringContaining('sound: 4 sources') });
  const gateway = spawn('bash', ['-c', serve], { cwd: folder, env: { ...environment, ...variables }, detached: true, stdio: 'ignore' });
  try {
    await ready(ownPort);
    const { stdout } = await shell(`curl -s http://127.0.0.1:${ownPort}/graphql -H "Authorization: Bearer $(npm run --silent token -- support)" -H 'Content-Type: application/json' -d '{"query":"{ customer(by: { number: \\"10001\\" }) { loyalty { tier points } } }"}'`);
    expect(JSON.parse(stdout)).toEqual({ data: { customer: { loyalty: { tier: 'gold', points: 1250 } } } });
  } finally {
    process.kill(-(gateway.pid ?? NaN), 'SIGTERM');
    await once(gateway, 'exit');
    members.close();
    members.closeAllConnections();
  }
}, 60_000);

async function ready(of: number): Promise<void> {
  const giveUp = performance.now() + 30_000;
  while (performance.now() < giveUp) {
    const answer = await fetch(`http://127.0.0.1:${of}/health/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await pause(100);
  }
  throw new Error(`the gateway at port ${of} was not ready within 30 seconds`);
}
