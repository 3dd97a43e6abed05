import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent } from 'undici';
import { startChild, type Child } from '../sample/children.ts';
import { copyId } from '../sample/ids.ts';
import { startTestGateway } from '../test/fixtures/gateway.ts';
import { ask, measure, percentile } from './measure.ts';

/**
 * What the gateway adds to its slowest source: one customer out of three systems, each of which takes its time to answer,
 * asked over one connection. The baseline makes the calls that the gateway makes for it, at once and with nothing around them.
 */

const { values } = parseArgs({ options: { runs: { type: 'string', default: '200' }, latency: { type: 'string', default: '50' } } });
const runs = Number(values.runs);
const root = join(import.meta.dirname, '..');

const query = `{ customer(by: { number: "10001" }) {
  id profile { name } billing { currency balance }
  invoices(first: 2) { edges { node { number totalAmount } } }
  tickets(first: 2) { edges { node { name status } } }
  completeness { source { key } status }
} }`;

interface System {
  readonly name: 'crm' | 'billing' | 'support';
  readonly variable: string;
}
const systems: readonly System[] = [
  { name: 'crm', variable: 'CRM_TOKEN' }, { name: 'billing', variable: 'BILLING_KEY' }, { name: 'support', variable: 'SUPPORT_TOKEN' },
];
const credential = 'bench';

const children: Child[] = [];
const agent = new Agent({ pipelining: 1 });

async function start({ name, variable }: System): Promise<string> {
  const child = startChild({
    name, script: join(root, `sample/${name}.ts`), args: ['--port', '0', '--latency', values.latency], cwd: root,
    environment: { PATH: process.env['PATH'], [variable]: credential }, stdout: () => undefined, stderr: (text) => process.stderr.write(text),
  });
  children.push(child);
  return ((await child.firstMessage) as { readonly url: string }).url;
}

/** The calls of the gateway's one wave for a customer whose links are stored. */
function bareCalls([crm, billing, support]: readonly string[]): () => Promise<unknown> {
  const bearer = { authorization: `Bearer ${credential}` };
  const account = encodeURIComponent(copyId('billing', 0));
  const tickets = `query ($value: ID!, $size: Int) {
    tickets(requesterId: $value, first: $size) { nodes { id requester { id } subject state } pageInfo { hasNextPage endCursor } }
  }`;
  return () => Promise.all([
    ask(agent, `${crm}/v1/contacts/batch-read`, bearer, { ids: [copyId('crm', 0)], properties: ['id', 'first_name', 'last_name'] }),
    ask(agent, `${billing}/v1/accounts?ids=${account}`, { 'x-api-key': credential }),
    ask(agent, `${billing}/v1/accounts/${account}/invoices?limit=2`, { 'x-api-key': credential }),
    ask(agent, `${support}/graphql`, bearer, { query: tickets, variables: { value: copyId('support', 0), size: 2 } }),
  ]);
}

async function bench(): Promise<void> {
  const urls = await Promise.all(systems.map(start));
  const [crm = '', billing = '', support = ''] = urls;
  const gateway = await startTestGateway({
    env: { CRM_URL: crm, CRM_TOKEN: credential, BILLING_URL: billing, BILLING_KEY: credential, SUPPORT_URL: support, SUPPORT_TOKEN: credential },
  });
  try {
    const headers = { authorization: `Bearer ${gateway.issuer.caller('support')}` };
    const throughGateway = async (): Promise<void> => {
      const { errors } = (await ask(agent, `${gateway.url}/graphql`, headers, { query })) as { readonly errors?: unknown };
      if (errors !== undefined) throw new Error(`the query failed: ${JSON.stringify(errors)}`);
    };
    // The first answer stores the links; from then on all calls are one wave.
    await throughGateway();
    const [bare = [], through = []] = await measure([bareCalls(urls), throughGateway], runs);
    console.log(`${runs} runs in turns at one connection, sources that take ${values.latency} ms\n`);
    console.log('         bare calls   gateway   overhead   ratio');
    for (const [name, part] of [['p50', 0.5], ['p95', 0.95]] as const) {
      const [a, b] = [percentile(bare, part), percentile(through, part)];
      const shown = [a, b, b - a].map((milliseconds) => `${milliseconds.toFixed(1)} ms`);
      console.log(`${name}  ${shown[0]?.padStart(13)}${shown[1]?.padStart(10)}${shown[2]?.padStart(11)}${(b / a).toFixed(2).padStart(8)}`);
    }
  } finally {
    await gateway.stop();
  }
}

try {
  await bench();
} finally {
  await Promise.all([agent.close(), ...children.map((child) => child.end())]);
}
