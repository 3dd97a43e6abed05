import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTestIssuer, type TestIssuer } from '../../test/fixtures/tokens.ts';
import { serveFolder } from '../../test/fixtures/gateway.ts';
import { customerCount, keysAt } from './company.ts';
import type { Contestant, Ring } from './contestants.ts';
import { expectEqual } from './gate.ts';
import { ours } from './queries.ts';

const root = join(import.meta.dirname, '../..');
/** So many people ask, each with a token of her own. */
const callers = 200;
const day = 86_400;

/** A deployment with everybody's links and consent in its store, and the tokens of those who ask. */
export interface Deployment {
  readonly folder: string;
  readonly issuer: TestIssuer;
  readonly environment: Readonly<Record<string, string>>;
  /** Agents and marketers in turns. What these read rests on consent. */
  readonly tokens: readonly string[];
}

/** Ours, with what it serves: others may serve the same beside it. */
export interface Ours extends Contestant {
  readonly deployment: Deployment;
}

/** Writes the deployment under a name, with its sources' files changed, and imports what is known. */
export async function writeOurs(name: string, { work, rest, links }: Ring, change: (source: string) => string): Promise<Deployment> {
  const folder = join(work, name);
  await mkdir(folder);
  await cp(join(import.meta.dirname, 'contestants/ours/deployment'), folder, { recursive: true });
  const sources = join(folder, 'sources');
  for (const file of await readdir(sources)) {
    const path = join(sources, file);
    await writeFile(path, change(await readFile(path, 'utf8')));
  }
  const issuer = makeTestIssuer();
  await issuer.writeKeys(folder);
  const deployment: Deployment = {
    folder, issuer,
    environment: { CRM_URL: rest.crm, BILLING_URL: rest.billing, SUPPORT_URL: rest.support, NODE_ENV: 'production' },
    tokens: Array.from({ length: callers }, (_, at) => issuer.token({
      ...(at % 2 === 0 ? { sub: `agent-${at}`, roles: ['support'], purposes: ['service.support'] } : { sub: `marketer-${at}`, roles: ['marketing'], purposes: ['marketing.email'] }),
      kind: 'staff', exp: Math.floor(Date.now() / 1000) + day,
    })),
  };
  const consents = join(folder, 'consents.csv');
  await writeFile(consents, consentRows());
  runCommand(deployment, 'link', 'import', links, '--actor', 'bench');
  runCommand(deployment, 'consent', 'import', consents, '--actor', 'bench');
  return deployment;
}

/** Serves it. Several may serve the same one. */
export async function serveOurs(name: string, deployment: Deployment, { core, nodeOptions }: Pick<Ring, 'core' | 'nodeOptions'>): Promise<Ours> {
  const { folder, issuer, environment, tokens } = deployment;
  const served = await serveFolder({
    folder, issuer, under: ['taskset', '-c', String(core)], env: { ...environment, ...(nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }) },
  });
  const url = `${served.url}/graphql`;
  let asked = 0;
  return {
    name, url, deployment, pid: served.pid ?? NaN, dialect: ours,
    headers(turn) {
      asked += 1;
      return { authorization: `Bearer ${tokens[turn % tokens.length] ?? ''}` };
    },
    async ownGate() {
      const { number } = keysAt(customerCount - 1);
      const query = `{ found: customer(by: { number: "${number}" }) { number email billing { balance } } }`;
      const [agent, marketer] = await Promise.all([served.ask(query, { token: tokens[0] ?? '' }), served.ask(query, { token: tokens[1] ?? '' })]);
      expectEqual({ name }, (agent.data as { readonly found: { readonly number: string } }).found.number, number);
      // She has taken her consent back.
      expectEqual({ name }, [marketer.data, marketer.errors.map(({ extensions }) => extensions['reason'])], [{ found: { number: null, email: null, billing: null } }, ['consent', 'consent', 'consent']]);
      expectEqual({ name }, (await served.ask(query, { token: 'x' })).status, 401);
      // Every request is on record, and the record proves itself.
      const { entries } = runCommand(deployment, 'audit', 'verify') as { readonly entries: number };
      if (entries < asked) throw new Error(`${name} was asked ${asked} times, and ${entries} entries are on record`);
    },
    end: async () => void (await served.end('SIGTERM')),
  };
}

/** Writes the deployment and serves it. */
export async function startOurs(name: string, ring: Ring, change: (source: string) => string): Promise<Ours> {
  return serveOurs(name, await writeOurs(name, ring, change), ring);
}

/** Runs a command of the product's on the deployment; throws with what it printed when it fails. Gives what it told as JSON. */
export function runCommand({ folder, environment }: Deployment, ...args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/main.ts'), ...args, '--config', folder, '--json'], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'], SAMPLE_KEYS: folder, STORE_FILE: join(folder, 'store.sqlite'), CHECKPOINTS_FILE: join(folder, 'checkpoints.jws'),
      CURSOR_KEY: 'k'.repeat(32), PAIRWISE_KEY: 'p'.repeat(32), AUDIT_KEY: 'a'.repeat(32), TOKEN_KEY_SECRET: 't'.repeat(32), ...environment,
    },
  });
  if (status !== 0) throw new Error(`customer360 ${args.join(' ')} ended with ${String(status)}:\n${stderr}${stdout}`);
  return JSON.parse(stdout);
}

function consentRows(): string {
  const rows = Array.from({ length: customerCount }, (_, at) => `${keysAt(at).number},marketing.email,email,GRANTED,newsletter,3,WEB_FORM,webshop,2026-01-0${1 + (at % 9)}T09:30:00Z`);
  rows.push(`${keysAt(customerCount - 1).number},marketing.email,email,WITHDRAWN,,,PHONE,webshop,2026-02-01T09:30:00Z`);
  return `number,purpose,channel,status,notice,noticeVersion,method,source,collectedAt\n${rows.join('\n')}\n`;
}
