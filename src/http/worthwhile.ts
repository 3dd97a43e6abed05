import { performance } from 'node:perf_hooks';

/** How many requests are worth working on at the same time. */
export interface Worthwhile {
  readonly now: () => number;
  /** Ends the timer behind it. */
  readonly close: () => void;
}

/** Milliseconds between two looks at the event loop. */
const every = 250;
/** The part of the time in which it is busy from which on there is no idle moment left that another request could use. */
const busyFrom = 0.95;
/** Milliseconds of work without a pause that are no reason yet: what a garbage collection or a burst left behind is soon caught up with. */
const patience = 1000;
const [fewer, more] = [0.75, 1.25];
/** Enough to keep a processor at work while sources are waited for, and to bear a burst. */
const least = 64;

/**
 * Between 64 and `most`: many while requests wait for sources, fewer from look to look while the process is busy all the time, since then
 * each only makes all others later. `busy` gives the part of the time, 0 to 1, in which the event loop was since it was asked last.
 */
export function openWorthwhile(most: number, busy = openBusy()): Worthwhile {
  const fewest = Math.min(least, most);
  let now = most;
  let busyFor = 0;
  const timer = setInterval(() => {
    busyFor = busy() > busyFrom ? busyFor + every : 0;
    if (busyFor === 0) now = Math.min(most, Math.ceil(now * more));
    else if (busyFor > patience) now = Math.max(fewest, Math.floor(now * fewer));
  }, every).unref();
  return { now: () => now, close: () => clearInterval(timer) };
}

function openBusy(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const after = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(after, before);
    before = after;
    return utilization;
  };
}
