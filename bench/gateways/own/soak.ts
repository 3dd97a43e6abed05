import { shown, spreadOf } from '../figures.ts';
import { load } from '../load.ts';
import { residentMemory } from '../processor-time.ts';
import { crm, list, one } from '../workloads.ts';
import type { Measuring } from './measuring.ts';

/** Mixed load for some minutes, with sources that fail now and then: whether memory grows. The first quarter of the time is left to the caches. */
export async function soak({ ours, sources, minutes }: Measuring): Promise<unknown> {
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
