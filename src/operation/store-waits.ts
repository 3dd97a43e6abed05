import { StoreFailure } from '../errors.ts';
import { inTime, type InTime } from '../in-time.ts';

/** Milliseconds for which the store is waited for even when the operation's time is over: a gateway with much to do comes late to it, and that is not the store's fault. */
const least = 2000;

/** Ends an operation's waits for the store with the operation's own deadline, by a StoreFailure: the store's own limit is for each of several calls. */
export function openStoreWaits({ deadline, clock }: { /** Milliseconds since the epoch, as of the clock. */ readonly deadline: number; readonly clock: () => number }): InTime {
  return (wait) => inTime(wait, Math.max(least, deadline - clock()), () => new StoreFailure('the store did not answer within the time of the request'));
}
