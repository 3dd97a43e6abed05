import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildClientSchema, getIntrospectionQuery, type GraphQLSchema } from 'graphql';
import { Pool } from 'undici';
import { startFaultyCompany, systems, warmUp, type FaultyCompany, type System } from '../fixtures/faulty-company.ts';
import { passOn } from '../fixtures/faulty-proxy.ts';
import { knownEverywhere } from '../fixtures/faulty-records.ts';
import { saysNothing } from '../fixtures/faulty-answers.ts';
import { spoiling, spoils, type Spoiling } from '../fixtures/spoiled-answers.ts';
import { requests, type Sent } from './requests.ts';
import { readSettings } from './settings.ts';
import { openTurns } from './turns.ts';

const { seed, cases, path } = readSettings(6000);
/** Each with a gateway of its own, and one case after the other: what a source answers is a part of the case. */
const lanes = path === undefined ? 2 : 1;
const requestDeadline = 2000;
/** A machine that is busy with other tests is no gateway that waits too long: it has some seconds more, and what takes longer is asked again alone before it counts. */
const bearable = requestDeadline + 5000;
const late = `not answered within ${bearable} ms`;

/** One thing that is done to a gateway: a request, and how a source answers to what follows from it. */
interface Case {
  readonly sent: Sent;
  readonly upstream: { readonly system: System; readonly how: Spoiling | 'silent' } | undefined;
}

interface Lane {
  readonly company: FaultyCompany;
  readonly pool: Pool;
  readonly cases: fc.Arbitrary<Case>;
}

const turns = openTurns();
const open = new AsyncDisposableStack();
let ready: readonly Lane[];

beforeAll(async () => {
  ready = await Promise.all(Array.from({ length: lanes }, openLane));
}, 60_000);
afterAll(() => open.disposeAsync());

async function openLane(): Promise<Lane> {
  const limits = { deadline: '300ms', retry: { attempts: 2, backoff: '1ms' }, breaker: { failures: 1_000_000 } };
  const company = open.adopt(await startFaultyCompany({
    limits: { crm: limits, billing: limits, support: limits },
    server: { requestDeadline: `${requestDeadline}ms` },
    settings: { audiences: { internal: { fields: 'all', introspection: true, subgraph: true }, self: { fields: 'all' }, acme: { fields: ['Query.customer', 'Query.customersBy', 'Customer.number', 'Customer.email', 'Customer.profile', 'Profile.name'], documents: 'off' } } },
  }), (one) => one.stop());
  const { gateway } = company;
  const schema: GraphQLSchema = buildClientSchema((await gateway.ask(getIntrospectionQuery())).data);
  const people = knownEverywhere(company).slice(0, 40);
  const ids = await warmUp(() => gateway.ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id } }', { variables: { keys: people.map(({ number }) => ({ number })) } }));
  const names = [...people.flatMap(({ number, email, copies }) => [number ?? '', email, copies.crm?.id ?? '']), ...ids.data.customersBy.map(({ id }: { readonly id: string }) => id)];
  const exp = Math.floor(Date.now() / 1000) + 7200;
  const tokenOf = (kind: string, roles: readonly string[], purposes: readonly string[], more: object = {}): string => gateway.issuer.token({ sub: `${kind}-${roles.join('-')}`, kind, roles, purposes, exp, ...more });
  const tokens: [string, ...string[]] = [
    tokenOf('staff', ['support'], ['service.support']), tokenOf('staff', ['marketing'], ['marketing.email']), tokenOf('staff', ['privacy-officer'], ['data.subject.request']),
    tokenOf('staff', ['steward'], ['identity.stewardship']), tokenOf('staff', ['support', 'marketing', 'steward'], ['service.support', 'marketing.email']),
    tokenOf('partner', ['partner-acme'], ['partner.share.acme'], { scope: 'customer:read', customers: names.slice(0, 20), view: 'acme' }),
    tokenOf('customer', ['customer'], ['service.support'], { customers: [people[0]?.number] }),
  ];
  const upstream = fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 5 },
    { arbitrary: fc.record({ system: fc.constantFrom(...systems), how: fc.oneof({ arbitrary: spoiling, weight: 250 }, { arbitrary: fc.constant('silent' as const), weight: 1 }) }), weight: 5 },
  );
  return {
    company,
    pool: open.adopt(new Pool(gateway.url, { connections: 1, pipelining: 1 }), (pool) => pool.close()),
    cases: fc.record({ sent: requests({ schema, names: [names[0] ?? '', ...names.slice(1)], tokens }), upstream }),
  };
}

/** What is wrong with how a case went; undefined where nothing is. */
async function wrongWith({ company, pool }: Lane, { sent, upstream }: Case): Promise<string | undefined> {
  if (upstream !== undefined) company.proxies[upstream.system].behave(upstream.how === 'silent' ? saysNothing : spoils(upstream.how));
  const patience = AbortSignal.timeout(bearable);
  try {
    const { statusCode: status, body } = await pool.request({ path: sent.path, method: sent.method, headers: sent.headers, body: sent.body ?? null, signal: patience });
    const text = await body.text();
    if (status >= 500 || text.includes('INTERNAL_SERVER_ERROR')) return `answered ${status}: ${text.slice(0, 600)}`;
    if (patience.aborted) return late;
    if (text === '' ? sent.method !== 'HEAD' && status !== 204 : !isAnswer(text)) return `answered ${status} without data or errors: ${text.slice(0, 200)}`;
    const secret = company.secrets.find((one) => text.includes(one) && !`${sent.path}${sent.body ?? ''}`.includes(one));
    return secret === undefined ? undefined : `told ${secret}: ${text.slice(0, 600)}`;
  } catch (error) {
    return patience.aborted ? late : `broke off: ${String(error)}`;
  } finally {
    if (upstream !== undefined) company.proxies[upstream.system].behave(passOn);
  }
}

function isAnswer(text: string): boolean {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && ['data', 'errors', 'keys'].some((name) => name in answer);
  } catch {
    return false;
  }
}

/** For people: who asked is told by what the token says. */
function shownCase(one: unknown): string {
  return JSON.stringify(one, undefined, 1).replaceAll(/[\w-]+\.([\w-]+)\.[\w-]{80,}/g, (_, claims: string) => Buffer.from(claims, 'base64url').toString('utf8').replaceAll('"', "'"));
}

test(`whatever is sent and whatever sources say, the gateway answers in time and knows what it says: ${cases} cases of seed ${seed}`, async () => {
  const start = performance.now();
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const reports = await Promise.all(ready.map(async (lane, place) => {
    const property = fc.asyncProperty(lane.cases, async (one) => {
      const first = await turns.beside(() => wrongWith(lane, one));
      if (first === late) count('asked again');
      const wrong = first === late ? await turns.alone(() => wrongWith(lane, one)) : first;
      count(wrong === undefined ? 'sound' : 'wrong');
      if (wrong !== undefined) throw new Error(wrong);
    });
    const own = seed + place;
    const outcome = await fc.check(property, { seed: own, numRuns: Math.ceil(cases / lanes), interruptAfterTimeLimit: 900_000, ...(path === undefined ? {} : { path, endOnFailure: true }) });
    const found = outcome.failed ? [`FUZZ_SEED=${own} FUZZ_PATH=${outcome.counterexamplePath ?? ''}\n${shownCase(outcome.counterexample)}\n${String(outcome.errorInstance)}`] : [];
    // It has to be there still, with nothing to say of what it did not expect.
    const alive = await warmUp(() => lane.company.gateway.ask('{ customer(by: { number: "10001" }) { number } }')).then(() => [], (error: unknown) => [String(error)]);
    const unexpected = lane.company.gateway.log().split('\n').filter((line) => /a request failed|unhandled|uncaught/i.test(line)).slice(0, 3);
    return [...found, ...alive, ...unexpected];
  }));
  process.stderr.write(`fuzz: seed ${seed}, ${[...counts].map(([what, number]) => `${number} ${what}`).join(', ')}, ${Math.round((performance.now() - start) / 1000)} s\n`);
  expect(reports.flat().join('\n\n')).toBe('');
}, 3_600_000);
