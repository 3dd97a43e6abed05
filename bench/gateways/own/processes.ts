import { spawnSync } from 'node:child_process';
import { spreadOf, type Spread } from '../figures.ts';
import { serveOurs } from '../ours.ts';
import { table } from '../table.ts';
import { takeTurn, type Turn } from '../turn.ts';
import { one } from '../workloads.ts';
import { compared, type Measuring } from './measuring.ts';

/** Two processes on one store against one. On four cores or more each has a core of its own. */
export async function processes({ ours, ring, sources, rounds, seconds }: Measuring): Promise<unknown> {
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
