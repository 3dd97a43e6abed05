import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { getOperationAST, parse, type ExecutionResult } from 'graphql';
import type { Decider, Decision } from '../src/authorization/decision.ts';
import type { Caller } from '../src/caller/caller.ts';
import { openGateway } from '../src/compose.ts';
import { loadDeployment } from '../src/load-deployment.ts';
import { executeOperation } from '../src/operation/execute.ts';
import type { Gateway, Operation } from '../src/operation/gateway.ts';
import { startChild, type Child } from '../sample/children.ts';
import { writeDeployment } from '../test/fixtures/gateway.ts';
import { makeTestIssuer } from '../test/fixtures/tokens.ts';
import type { AskOften } from './ask-often.ts';
import { serveOverHttp } from './serve-over-http.ts';

/**
 * What authorization and audit cost: the processor time, of all threads, for a support agent's and a marketer's query, against the
 * same query with everything allowed and nothing put on record. Such a gateway exists here alone: its decider and its trail are
 * put in the place of the real ones. Sources answer at once, so that nothing else of the time is theirs; their processes are not counted.
 *
 * Each query is asked of the stages behind HTTP, where little else is in the figures, and as a user asks it: a request with a token.
 * Short runs in turns, so that what else the machine does meets all alike.
 */

const { values } = parseArgs({ options: { runs: { type: 'string', default: '100' }, rounds: { type: 'string', default: '30' } } });
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

/** Asks so often as is measured, under a gateway. */
type Way = (gateway: Gateway) => Promise<void>;

function behindHttp(operation: () => Operation): Way {
  return async (gateway) => {
    let left = runs;
    await Promise.all(Array.from({ length: clients }, async () => {
      while ((left -= 1) >= 0) {
        const { errors } = await executeOperation(gateway, operation());
        if (errors?.some(({ extensions }) => extensions['code'] !== 'UNAUTHORIZED_FIELD_OR_TYPE') === true) throw new Error(JSON.stringify(errors));
      }
    }));
  };
}

/** Milliseconds of processor time for one operation. */
async function costOf(way: Way, gateway: Gateway): Promise<number> {
  const before = process.cpuUsage();
  await way(gateway);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / runs;
}

/** Starts the client, and gives how it is told to ask. */
async function startClient(open: AsyncDisposableStack): Promise<(asked: AskOften) => Promise<void>> {
  const client = fork(join(import.meta.dirname, 'ask-often.ts'));
  open.defer(() => void client.kill());
  await once(client, 'message');
  return async (asked) => {
    client.send(asked);
    const [told] = (await once(client, 'message')) as [string];
    if (told !== 'done') throw new Error(told);
  };
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
  let served: Gateway = real;
  const run = (operation: Operation): Promise<ExecutionResult> => executeOperation(served, operation);
  const url = await serveOverHttp(deployment, { open, store: real.store, run, clock: Date.now, newId: randomUUID });
  const askOften = await startClient(open);

  console.log(`${rounds} rounds in turns, ${runs} operations each, ${clients} at a time; processor time for one operation\n`);
  console.log('                        allowed, no trail   decided, on record   ratio');
  for (const [name, text] of Object.entries(queries) as [keyof typeof queries, string][]) {
    const document = parse(text);
    const definition = getOperationAST(document);
    if (definition === null || definition === undefined) throw new Error('there is no operation');
    const { roles, purposes = [] } = callers[name];
    const caller: Caller = {
      kind: 'staff', subject: name, issuer: 'bench', tokenId: undefined, client: undefined, actor: undefined, roles, scopes: [], purposes, audience: 'internal',
      customers: 'all', regions: [], expiresAt: Infinity,
    };
    const operation = (): Operation => ({
      schema, document, definition, variables: {}, caller, purpose: { kind: 'purpose', purpose: purposes[0] ?? '' }, optOut: false,
      requestId: randomUUID(), signal: new AbortController().signal,
    });
    const overHttp: Way = async (gateway) => {
      served = gateway;
      await askOften({ url, token: issuer.caller(name), query: text, requests: runs, clients });
    };
    await compare(name, { real, bare, way: behindHttp(operation) });
    await compare(`${name} over HTTP`, { real, bare, way: overHttp });
  }
}

async function compare(title: string, { real, bare, way }: { readonly real: Gateway; readonly bare: Gateway; readonly way: Way }): Promise<void> {
  const costs: { readonly bare: number[]; readonly real: number[] } = { bare: [], real: [] };
  // The first rounds meet everybody, decide everything and are compiled.
  for (let round = -3; round < rounds; round += 1) {
    const [a, b] = [await costOf(way, bare), await costOf(way, real)];
    if (round < 0) continue;
    costs.bare.push(a);
    costs.real.push(b);
  }
  const [a, b] = [middle(costs.bare), middle(costs.real)];
  console.log(`${title.padEnd(21)}${`${a.toFixed(2)} ms`.padStart(20)}${`${b.toFixed(2)} ms`.padStart(21)}${(b / a).toFixed(2).padStart(8)}`);
}

const folder = await writeDeployment({});
const issuer = makeTestIssuer();
await issuer.writeKeys(folder);
try {
  await bench(folder);
} finally {
  await Promise.all(children.map((child) => child.end()));
  await rm(folder, { recursive: true, force: true });
}
