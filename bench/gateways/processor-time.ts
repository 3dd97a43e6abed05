import { readdirSync, readFileSync } from 'node:fs';

/** The ticks that Linux counts processor time in are hundredths of a second for every program, whatever the kernel's own clock. */
const millisecondsPerTick = 10;

/** Milliseconds of processor time that a process and its children have used so far, all their threads included. */
export function processorTime(pid: number): number {
  const own = timeIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return childrenOf(pid).reduce((sum, child) => sum + processorTime(child), own);
}

/** Milliseconds of `utime` and `stime` in the text of `/proc/PID/stat`. */
export function timeIn(stat: string): number {
  // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  if (!Number.isInteger(user) || !Number.isInteger(system)) throw new Error(`expected processor times in fields 14 and 15, got: ${stat}`);
  return (user + system) * millisecondsPerTick;
}

/** Bytes that a process holds in memory (`VmRSS`), its children included. */
export function residentMemory(pid: number): number {
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  return childrenOf(pid).reduce((sum, child) => sum + residentMemory(child), own);
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter((id) => id !== '').map(Number));
}
