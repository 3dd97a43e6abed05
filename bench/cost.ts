import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { getOperationAST, parse } from 'graphql';
import type { Decider, Decision } from '../src/authorization/decision.ts';
import type { Caller } from '../src/caller/caller.ts';
import { openGateway } from '../src/compose.ts';
import { loadDeployment } from '../src/load-deployment.ts';
import { executeOperation } from '../src/operation/execute.ts';
import type { Gateway, Operation } from '../src/operation/gateway.ts';
import { startChild, type Child } from '../sample/children.ts';
import { writeDeployment } from '../test/fixtures/gateway.ts';

/**
 * What authorization and audit cost: the processor time, of all threads, for a support agent's and a marketer's query, against the
 * same query with everything allowed and nothing put on record. Such a gateway exists here alone: its decider and its trail are
 * put in the place of the real ones. Sources answer at once, so that nothing else of the time is theirs; their processes are not counted.
 */

const { values } = parseArgs({ options: { runs: { type: 'string', default: '300' }, rounds: { type: 'string', default: '10' } } });
const [runs, rounds] = [Number(values.runs), Number(values.rounds)];
/** So many ask at the same time, as under load: what is written together shares a wait for the disk. */
const clients = 8;
const root = join(import.meta.dirname, '..');
const credential = 'bench';

const queries = {
  support: `{ customer(by: { number: "10001" }) {
    id number email phone profile { name birthDate language } billing { currency balance }
    invoices(first: 10) { edges { node { number totalAmount status dueDate } } }
    tickets(first: 10) { edges { node { name status createdAt } } }
    completeness { source { key } status }
  } }`,
  marketing: `{ customers(first: 20) { edges { node {
    number email profile { name } segments billing { currency lifetimeRevenue } satisfaction(first: 1) { edges { node { metric score } } }
  } } } }`,
};
const callers: Readonly<Record<keyof typeof queries, Pick<Caller, 'roles' | 'purposes'>>> = {
  support: { roles: ['support'], purposes: ['service.support'] },
  marketing: { roles: ['marketing'], purposes: ['marketing.email'] },
};

const allow: Decision = { kind: 'allow', policies: [], mask: undefined };
const allowing: Decider = { heeds: { grants: false, emergencies: false }, byCaller: () => allow, byCustomer: () => allow };

const children: Child[] = [];
async function start(name: 'crm' | 'billing' | 'support', variable: string): Promise<string> {
  const child = startChild({
    name, script: join(root, `sample/${name}.ts`), args: ['--port', '0'], cwd: root,
    environment: { PATH: process.env['PATH'], [variable]: credential }, stdout: () => undefined, stderr: (text) => process.stderr.write(text),
  });
  children.push(child);
  return ((await child.firstMessage) as { readonly url: string }).url;
}

/** Milliseconds of processor time for so many runs. */
async function costOf(gateway: Gateway, operation: () => Operation): Promise<number> {
  const before = process.cpuUsage();
  let left = runs;
  await Promise.all(Array.from({ length: clients }, async () => {
    while ((left -= 1) >= 0) {
      const { errors } = await executeOperation(gateway, operation());
      if (errors?.some(({ extensions }) => extensions['code'] !== 'UNAUTHORIZED_FIELD_OR_TYPE') === true) throw new Error(JSON.stringify(errors));
    }
  }));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function middle(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}

async function bench(folder: string): Promise<void> {
  const [crm, billing, support] = await Promise.all([start('crm', 'CRM_TOKEN'), start('billing', 'BILLING_KEY'), start('support', 'SUPPORT_TOKEN')]);
  const deployment = await loadDeployment(folder, {
    CRM_URL: crm, CRM_TOKEN: credential, BILLING_URL: billing, BILLING_KEY: credential, SUPPORT_URL: support, SUPPORT_TOKEN: credential, SAMPLE_KEYS: folder,
    STORE_FILE: join(folder, 'store.sqlite'), CHECKPOINTS_FILE: join(folder, 'checkpoints.jws'), CURSOR_KEY: 'k'.repeat(32), PAIRWISE_KEY: 'p'.repeat(32), AUDIT_KEY: 'a'.repeat(32), TOKEN_KEY_SECRET: 't'.repeat(32),
  });
  const schema = deployment.schemas.get('internal');
  if (schema === undefined) throw new Error('there is no audience internal');
  await using open = new AsyncDisposableStack();
  const real = await openGateway(deployment, open);
  const bare: Gateway = { ...real, decider: allowing, trail: { ...real.trail, append: async () => '', note: () => undefined } };
  console.log(`${rounds} rounds in turns, ${runs} operations each, ${clients} at a time; processor time for one operation\n`);
  console.log('             allowed, no trail   decided, on record   ratio');
  for (const [name, text] of Object.entries(queries) as [keyof typeof queries, string][]) {
    const document = parse(text);
    const definition = getOperationAST(document);
    if (definition === null || definition === undefined) throw new Error('there is no operation');
    const { roles, purposes = [] } = callers[name];
    const caller: Caller = {
      kind: 'staff', subject: name, issuer: 'bench', tokenId: undefined, actor: undefined, roles, scopes: [], purposes, audience: 'internal',
      customers: 'all', regions: [], expiresAt: Infinity,
    };
    const operation = (): Operation => ({
      schema, document, definition, variables: {}, caller, purpose: { kind: 'purpose', purpose: purposes[0] ?? '' }, optOut: false,
      requestId: randomUUID(), signal: new AbortController().signal,
    });
    const costs: { readonly bare: number[]; readonly real: number[] } = { bare: [], real: [] };
    for (let round = -1; round < rounds; round += 1) {
      const [a, b] = [await costOf(bare, operation), await costOf(real, operation)];
      // The first round meets everybody and decides everything.
      if (round < 0) continue;
      costs.bare.push(a / runs);
      costs.real.push(b / runs);
    }
    const [a, b] = [middle(costs.bare), middle(costs.real)];
    console.log(`${name.padEnd(10)}${`${a.toFixed(2)} ms`.padStart(20)}${`${b.toFixed(2)} ms`.padStart(21)}${(b / a).toFixed(2).padStart(8)}`);
  }
}

const folder = await writeDeployment({});
try {
  await bench(folder);
} finally {
  await Promise.all(children.map((child) => child.end()));
  await rm(folder, { recursive: true, force: true });
}
