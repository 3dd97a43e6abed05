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
const [fewer, more] = [0.75, 1.25];
/** Enough to keep a processor at work while sources are waited for; with fewer, one that is busy with saying no would do little else. */
const least = 32;

/**
 * Between 32 and `most`: many while requests wait for sources, fewer from look to look while the process is busy all the time, since then
 * each only makes all others later. `busy` gives the part of the time, 0 to 1, in which the event loop was since it was asked last.
 */
export function openWorthwhile(most: number, busy = openBusy()): Worthwhile {
  const fewest = Math.min(least, most);
  let now = most;
  const timer = setInterval(() => {
    now = busy() > busyFrom ? Math.max(fewest, Math.floor(now * fewer)) : Math.min(most, Math.ceil(now * more));
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
