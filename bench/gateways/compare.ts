import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { percentile } from '../measure.ts';
import { customerCount, keysAt } from './company.ts';
import { contestantNames, folderOf, startContestant, type Contestant, type Ring } from './contestants.ts';
import { ratioOf, shown, spreadOf, type Spread } from './figures.ts';
import { passGate } from './gate.ts';
import { installIn } from './install.ts';
import { load } from './load.ts';
import { processorTime } from './processor-time.ts';
import { startSources, type Sources } from './sources.ts';
import { table } from './table.ts';
import { workloads, type Workload } from './workloads.ts';

/**
 * What a request costs at the gateway, against every gateway that one could pick instead: processor time of the gateway's process, of all its threads, for one request.
 * The gateway has one core for itself; sources and load generator share another. Contestants take turns.
 *
 *     npm run bench
 *     npm run bench -- --only floor,ours --workload one --rounds 3 --seconds 2
 */

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: contestantNames.join(',') },
    workload: { type: 'string', default: workloads.map(({ name }) => name).join(',') },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '5' },
    cores: { type: 'string', default: '0,1' },
    'node-options': { type: 'string' },
    out: { type: 'string', default: 'data/bench/gateways.json' },
  },
});
const [rounds, seconds, warmUp] = [Number(values.rounds), Number(values.seconds), Number(values['warm-up'])];
const [gatewayCore = 0, otherCore = 1] = values.cores.split(',').map(Number);
const names = chosen('--only', values.only, contestantNames);
const selected = chosen('--workload', values.workload, workloads.map(({ name }) => name)).map((name) => workloads.find((workload) => workload.name === name) as Workload);
const root = join(import.meta.dirname, '../..');

/** What was measured of one contestant in one workload. Times of a request in milliseconds, processor time in microseconds a request. */
interface Result {
  readonly processorTime: Spread;
  readonly p50: Spread;
  readonly p99: Spread;
  readonly requestsPerSecond: Spread;
  /** Requests to sources for one request. */
  readonly calls: Spread;
}
type Turn = Readonly<Record<keyof Result, number>>;

function chosen(option: string, text: string, known: readonly string[]): readonly string[] {
  const wanted = text.split(',');
  const strange = wanted.find((name) => !known.includes(name));
  if (strange !== undefined) throw new RangeError(`${option}: expected some of ${known.join(', ')}, got ${strange}`);
  return wanted;
}

async function takeTurn(contestant: Contestant, workload: Workload, sources: Sources, length: number): Promise<Turn> {
  await sources.calls();
  const before = processorTime(contestant.pid);
  const { requests, duration, times } = await load(contestant, workload, { seconds: length });
  // What is done after an answer has left belongs to it.
  await pause(50);
  return {
    processorTime: ((processorTime(contestant.pid) - before) * 1000) / requests,
    p50: percentile(times, 0.5), p99: percentile(times, 0.99), requestsPerSecond: requests / duration, calls: (await sources.calls()) / requests,
  };
}

async function compare(contestants: readonly Contestant[], workload: Workload, sources: Sources): Promise<ReadonlyMap<string, Result>> {
  sources.setLatency(workload.latency);
  for (const contestant of contestants) await takeTurn(contestant, workload, sources, warmUp);
  const turns = new Map(contestants.map(({ name }): [string, Turn[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Nobody always comes after the same one.
    for (const at of contestants.keys()) {
      const contestant = contestants[(at + round) % contestants.length] as Contestant;
      turns.get(contestant.name)?.push(await takeTurn(contestant, workload, sources, seconds));
    }
  }
  sources.setLatency(0);
  const figure = (all: readonly Turn[], name: keyof Turn): Spread => spreadOf(all.map((turn) => turn[name]));
  return new Map([...turns].map(([name, all]) => [name, {
    processorTime: figure(all, 'processorTime'), p50: figure(all, 'p50'), p99: figure(all, 'p99'), requestsPerSecond: figure(all, 'requestsPerSecond'), calls: figure(all, 'calls'),
  }]));
}

function print({ title, figure }: Workload, results: ReadonlyMap<string, Result>): void {
  const main = ({ processorTime: time, p50 }: Result): Spread => (figure === 'p50' ? p50 : time);
  const floor = results.get('floor');
  console.log(`\n${title}\n`);
  console.log(table(
    ['', figure === 'p50' ? 'p50, ms' : 'processor time, µs', '÷ floor', 'requests/s', 'p50, ms', 'p99, ms', 'calls to sources'],
    [...results].map(([name, result]) => [
      name, shown(main(result), figure === 'p50' ? 1 : 0), floor === undefined ? '' : shown(ratioOf(main(result), main(floor)), 2),
      result.requestsPerSecond.median.toFixed(0), result.p50.median.toFixed(1), result.p99.median.toFixed(1), result.calls.median.toFixed(2),
    ]),
  ));
}

async function bench(work: string, ends: (() => Promise<void>)[]): Promise<void> {
  const sources = await startSources(otherCore);
  ends.push(() => sources.end());
  const ring: Ring = {
    core: gatewayCore, work, company: join(work, 'company.json'), links: join(work, 'links.csv'), rest: sources.rest, nodeOptions: values['node-options'],
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
  const results = new Map<string, ReadonlyMap<string, Result>>();
  for (const workload of selected) {
    const compared = await compare(contestants, workload, sources);
    results.set(workload.name, compared);
    print(workload, compared);
  }
  for (const contestant of contestants) await passGate(contestant);
  console.log('\nall of them answered rightly, before and after');
  const out = join(root, values.out);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, JSON.stringify({
    at: new Date().toISOString(), node: process.version, processor: cpus()[0]?.model, options: values,
    workloads: Object.fromEntries([...results].map(([name, each]) => [name, Object.fromEntries(each)])),
  }, null, 2));
}

if (availableParallelism() < 2) throw new Error('expected two cores: one for the gateway, one for sources and load generator');
// All threads of this process: the load generator is here.
spawnSync('taskset', ['-a', '-c', '-p', String(otherCore), String(process.pid)]);
installIn(join(import.meta.dirname, 'sources'));
for (const name of names) installIn(folderOf(name));
await mkdir(join(root, 'data/bench'), { recursive: true });
// Not in the folder for temporary files, which may be in memory, where nothing waits for a disk.
const work = await mkdtemp(join(root, 'data/bench/work-'));
const ends: (() => Promise<void>)[] = [];
try {
  await bench(work, ends);
} finally {
  await Promise.all(ends.map((end) => end()));
  await rm(work, { recursive: true, force: true });
}
