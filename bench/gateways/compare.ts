import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { customerCount, keysAt } from './company.ts';
import { contestantNames, folderOf, startContestant, type Contestant, type Ring } from './contestants.ts';
import { ratioOf, shown, type Spread } from './figures.ts';
import { passGate } from './gate.ts';
import { installIn } from './install.ts';
import { ownFigures, slowFigures } from './own-figures.ts';
import type { Ours } from './ours.ts';
import { startSources, type Sources } from './sources.ts';
import { table } from './table.ts';
import { resultOf, takeTurn, type Result, type Turn } from './turn.ts';
import { workloads, type Workload } from './workloads.ts';

/**
 * What a request costs at the gateway, against every gateway that one could pick instead: processor time of the gateway's process, of all its threads, for one request.
 * The gateway has one core for itself; sources and load generator share another. Contestants take turns.
 *
 *     npm run bench
 *     npm run bench -- --only floor,ours --workload one --rounds 3 --seconds 2
 */

const known = [...workloads.map(({ name }) => name), ...Object.keys(ownFigures)];
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: contestantNames.join(',') },
    workload: { type: 'string', default: known.filter((name) => !slowFigures.includes(name)).join(',') },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '5' },
    minutes: { type: 'string', default: '20' },
    cores: { type: 'string', default: '0,1,2,3' },
    'node-options': { type: 'string' },
    out: { type: 'string', default: 'data/bench/gateways.json' },
  },
});
const [rounds, seconds, warmUp] = [Number(values.rounds), Number(values.seconds), Number(values['warm-up'])];
const [core = 0, otherCore = 1, spareGateway = 2, spareSources = 3] = values.cores.split(',').map(Number);
// Asked before this process is pinned to a core of them.
const cores = availableParallelism();
const spareCores = cores < 4 ? undefined : { gateway: spareGateway, sources: spareSources };
const names = chosen('--only', values.only, contestantNames);
const selected = chosen('--workload', values.workload, known);
const root = join(import.meta.dirname, '../..');

function chosen(option: string, text: string, all: readonly string[]): readonly string[] {
  const wanted = text.split(',');
  const strange = wanted.find((name) => !all.includes(name));
  if (strange !== undefined) throw new RangeError(`${option}: expected some of ${all.join(', ')}, got ${strange}`);
  return wanted;
}

async function compare(contestants: readonly Contestant[], workload: Workload, sources: Sources): Promise<ReadonlyMap<string, Result>> {
  sources.setLatency(workload.latency);
  for (const contestant of contestants) await takeTurn([contestant], workload, sources, warmUp);
  const turns = new Map(contestants.map(({ name }): [string, Turn[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Nobody always comes after the same one.
    for (const at of contestants.keys()) {
      const contestant = contestants[(at + round) % contestants.length] as Contestant;
      turns.get(contestant.name)?.push(await takeTurn([contestant], workload, sources, seconds));
    }
  }
  sources.setLatency(0);
  return new Map([...turns].map(([name, all]) => [name, resultOf(all)]));
}

/** The workload's main figure over the floor's; undefined where the floor does not take part. */
function overFloor({ figure }: Workload, results: ReadonlyMap<string, Result>, result: Result): Spread | undefined {
  const floor = results.get('floor');
  return floor === undefined ? undefined : ratioOf(result[figure], floor[figure]);
}

function print(workload: Workload, results: ReadonlyMap<string, Result>): void {
  const { title, figure } = workload;
  const ratio = (result: Result): string => {
    const over = overFloor(workload, results, result);
    return over === undefined ? '' : shown(over, 2);
  };
  console.log(`\n${title}\n`);
  console.log(table(
    ['', figure === 'p50' ? 'p50, ms' : 'processor time, µs', '÷ floor', 'requests/s', 'p50, ms', 'p99, ms', 'calls to sources'],
    [...results].map(([name, result]) => [
      name, shown(result[figure], figure === 'p50' ? 1 : 0), ratio(result),
      result.requestsPerSecond.median.toFixed(0), result.p50.median.toFixed(1), result.p99.median.toFixed(1), result.calls.median.toFixed(2),
    ]),
  ));
}

async function bench(work: string, ends: (() => Promise<void>)[]): Promise<void> {
  const sources = await startSources(otherCore);
  ends.push(() => sources.end());
  const ring: Ring = {
    core, otherCore, spareCores, work, company: join(work, 'company.json'), links: join(work, 'links.csv'), rest: sources.rest, nodeOptions: values['node-options'],
  };
  const supergraph = join(work, 'supergraph.graphql');
  await writeFile(supergraph, sources.supergraph);
  await writeFile(ring.company, JSON.stringify({ rest: sources.rest, subgraphs: sources.subgraphs, supergraph, links: ring.links }));
  await writeFile(ring.links, `number,crm,billing,support\n${Array.from({ length: customerCount }, (_, at) => Object.values(keysAt(at)).join(',')).join('\n')}\n`);
  const contestants: Contestant[] = [];
  for (const name of names) {
    const contestant = await startContestant(name, ring);
    ends.push(() => contestant.end());
    contestants.push(contestant);
    await passGate(contestant);
  }
  console.log(`${rounds} rounds in turns, ${seconds} s each; middle of the rounds (least to most); Node ${process.version}, ${cpus()[0]?.model ?? ''}`);
  const results: Record<string, unknown> = {};
  for (const workload of workloads.filter(({ name }) => selected.includes(name))) {
    const compared = await compare(contestants, workload, sources);
    results[workload.name] = Object.fromEntries([...compared].map(([name, result]) => [name, { ...result, overFloor: overFloor(workload, compared, result) }]));
    print(workload, compared);
  }
  const ours = contestants.find((contestant): contestant is Ours => contestant.name === 'ours');
  const own: Record<string, unknown> = {};
  for (const name of Object.keys(ownFigures).filter((each) => ours !== undefined && selected.includes(each))) {
    own[name] = await ownFigures[name]?.({ ours: ours as Ours, ring, sources, rounds, seconds, minutes: Number(values.minutes) });
  }
  for (const contestant of contestants) await passGate(contestant);
  console.log('\nall of them answered rightly, before and after');
  const out = resolve(root, values.out);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, JSON.stringify({
    at: new Date().toISOString(), node: process.version, processor: cpus()[0]?.model, options: values,
    workloads: results, ours: own,
  }, null, 2));
}

if (cores < 2) throw new Error('expected two cores: one for the gateway, one for sources and load generator');
// All threads of this process: the load generator is here.
spawnSync('taskset', ['-a', '-c', '-p', String(otherCore), String(process.pid)]);
installIn(join(import.meta.dirname, 'sources'));
for (const name of names) installIn(folderOf(name));
await mkdir(join(root, 'data/bench'), { recursive: true });
// Not in the folder for temporary files, which may be in memory, where nothing waits for a disk.
const work = await mkdtemp(join(root, 'data/bench/work-'));
process.once('exit', () => rmSync(work, { recursive: true, force: true }));
const ends: (() => Promise<void>)[] = [];
const endAll = async (): Promise<void> => void (await Promise.allSettled(ends.map((end) => end())));
// What runs is ended first: the gateway writes into the folder until it is gone.
for (const event of ['SIGINT', 'SIGTERM'] as const) process.once(event, () => void endAll().finally(() => process.exit(1)));
try {
  await bench(work, ends);
} finally {
  await endAll();
}
