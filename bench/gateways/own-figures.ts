import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startChild } from '../../sample/children.ts';
import { serveFolder, writeDeployment } from '../../test/fixtures/gateway.ts';
import { makeTestIssuer } from '../../test/fixtures/tokens.ts';
import { percentile } from '../measure.ts';
import type { Ring } from './contestants.ts';
import { ratioOf, shown, spreadOf, type Spread } from './figures.ts';
import { load } from './load.ts';
import { serveOurs, type Ours } from './ours.ts';
import { residentMemory } from './processor-time.ts';
import type { Sources } from './sources.ts';
import { table } from './table.ts';
import { takeTurn, type Turn } from './turn.ts';
import { workloads, type Workload } from './workloads.ts';

/** What figures of ours alone are measured with. */
export interface Measuring {
  readonly ours: Ours;
  readonly ring: Ring;
  readonly sources: Sources;
  readonly rounds: number;
  /** Of a turn. */
  readonly seconds: number;
  /** Of `soak`. */
  readonly minutes: number;
}

const root = join(import.meta.dirname, '../..');
const [one, list, crm] = workloads as readonly [Workload, Workload, Workload];
const thousand: Workload = { ...list, name: 'keys', title: '1,000 keys', customers: 1000, connections: 1 };
const single: Workload = { ...one, connections: 1 };

/** Figures of ours alone, by the names that `--workload` takes. Each prints what it found and gives it. */
export const ownFigures: Readonly<Record<string, (measuring: Measuring) => Promise<unknown>>> = { keys, processes, memory, start, soak };
/** These take longer than all others together, and run only where they are asked for. */
export const slowFigures: readonly string[] = ['soak'];

/** 1,000 keys in one query: what a customer costs in it, and how long somebody waits who asks for one at the same time. */
async function keys({ ours, sources, rounds, seconds }: Measuring): Promise<unknown> {
  const costs: { readonly list: number[]; readonly thousand: number[] } = { list: [], thousand: [] };
  const waits: { readonly alone: number[]; readonly beside: number[] } = { alone: [], beside: [] };
  const p99 = (times: readonly number[]): number => percentile(times.toSorted((a, b) => a - b), 0.99);
  for (let round = -1; round < rounds; round += 1) {
    const cost = async (workload: Workload): Promise<number> => (await takeTurn([ours], workload, sources, seconds)).processorTime / workload.customers;
    const [small, large] = [await cost(list), await cost(thousand)];
    const alone = await load(ours, single, seconds);
    const [beside] = await Promise.all([load(ours, single, seconds), load(ours, thousand, seconds)]);
    // The first round warms up.
    if (round < 0) continue;
    costs.list.push(small);
    costs.thousand.push(large);
    waits.alone.push(p99(alone.times));
    waits.beside.push(p99(beside.times));
  }
  const figures = { list: spreadOf(costs.list), thousand: spreadOf(costs.thousand), alone: spreadOf(waits.alone), beside: spreadOf(waits.beside) };
  console.log(`\n${table(['1,000 keys in one query, ours', 'of 1,000 keys', 'baseline', 'ratio'], [
    ['processor time for a customer, µs; baseline: list of 50', ...compared(figures.thousand, figures.list, 1)],
    ['p99 of a single look-up beside it, ms; baseline: alone', ...compared(figures.beside, figures.alone, 1)],
  ])}`);
  return figures;
}

/** Two processes on one store against one. On four cores or more each has a core of its own. */
async function processes({ ours, ring, sources, rounds, seconds }: Measuring): Promise<unknown> {
  const apart = ring.spareCores;
  const move = (pid: number, core: number): void => void spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)]);
  const second = await serveOurs('ours, second process', ours.deployment, { ...ring, core: apart?.gateway ?? ring.core });
  // The load of two is more than one core has room for beside the sources.
  if (apart !== undefined) move(sources.pid, apart.sources);
  const turns: { readonly one: Turn[]; readonly two: Turn[] } = { one: [], two: [] };
  try {
    for (let round = -1; round < rounds; round += 1) {
      const [alone, both] = [await takeTurn([ours], one, sources, seconds), await takeTurn([ours, second], one, sources, seconds)];
      if (round < 0) continue;
      turns.one.push(alone);
      turns.two.push(both);
    }
  } finally {
    await second.end();
    if (apart !== undefined) move(sources.pid, ring.otherCore);
  }
  const of = (all: readonly Turn[], name: keyof Turn): Spread => spreadOf(all.map((turn) => turn[name]));
  const figures = {
    processorTime: { one: of(turns.one, 'processorTime'), two: of(turns.two, 'processorTime') },
    requestsPerSecond: apart !== undefined ? { one: of(turns.one, 'requestsPerSecond'), two: of(turns.two, 'requestsPerSecond') } : 'skipped: needs four cores',
  };
  console.log(`\n${table(['two processes on one store, ours', 'two', 'one', 'ratio'], [
    ['processor time for a request, µs', ...compared(figures.processorTime.two, figures.processorTime.one, 0)],
    typeof figures.requestsPerSecond === 'string'
      ? ['requests/s', figures.requestsPerSecond, '', '']
      : ['requests/s', ...compared(figures.requestsPerSecond.two, figures.requestsPerSecond.one, 0)],
  ])}`);
  return figures;
}

/** What the process holds after all that was asked of it. */
async function memory({ ours }: Measuring): Promise<unknown> {
  const mebibytes = residentMemory(ours.pid) / 2 ** 20;
  console.log(`\nmemory after load, ours: ${mebibytes.toFixed(0)} MiB`);
  return { mebibytes };
}

/** Mixed load for some minutes, with sources that fail now and then: whether memory grows. The first quarter of the time is left to the caches. */
async function soak({ ours, sources, minutes }: Measuring): Promise<unknown> {
  const mebibytes: number[] = [];
  let requests = 0;
  sources.setFaults(50);
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const [workload, seconds] of [[one, 40], [list, 10], [crm, 10]] as const) requests += (await load(ours, workload, seconds, true)).times.length;
    mebibytes.push(residentMemory(ours.pid) / 2 ** 20);
  }
  sources.setFaults(0);
  const quarters = [1, 2, 3].map((quarter) => spreadOf(mebibytes.slice((quarter * minutes) / 4, ((quarter + 1) * minutes) / 4)));
  console.log(`\n${requests} requests in ${minutes} minutes with faults, memory of ours in the second, third and last quarter of the time, MiB: ${quarters.map((quarter) => shown(quarter, 0)).join(', ')}`);
  // Open breakers close again before the gate looks at answers.
  await load(ours, one, 15, true);
  return { requests, mebibytes };
}

const systems = [{ name: 'crm', token: 'CRM_TOKEN', url: 'CRM_URL' }, { name: 'billing', token: 'BILLING_KEY', url: 'BILLING_URL' }, { name: 'support', token: 'SUPPORT_TOKEN', url: 'SUPPORT_URL' }] as const;

/** Milliseconds from the start of a gateway in front of the sample company, whose systems run already and whose store is empty, to the end of its first answer. */
async function start({ ring, rounds }: Measuring): Promise<unknown> {
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

function compared(figure: Spread, baseline: Spread, decimals: number): readonly [string, string, string] {
  return [shown(figure, decimals), shown(baseline, decimals), shown(ratioOf(figure, baseline), 2)];
}
