import { residentMemory } from '../processor-time.ts';
import type { Measuring } from './measuring.ts';

/** What the process holds after all that was asked of it. */
export async function memory({ ours }: Measuring): Promise<unknown> {
  const mebibytes = residentMemory(ours.pid) / 2 ** 20;
  console.log(`\nmemory after load, ours: ${mebibytes.toFixed(0)} MiB`);
  return { mebibytes };
}
