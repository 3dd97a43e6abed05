import { setImmediate } from 'node:timers/promises';
import { inTime } from '../in-time.ts';
import { CommandError } from './command-error.ts';

/** Milliseconds in which a store answers one call or never will. */
const patience = 120_000;

/** Waits for a call, but not for ever. `what` says what did not come. */
export function within<Result>(call: Promise<Result>, what: string, limit = patience): Promise<Result> {
  return inTime(call, limit, () => new CommandError(`${what} took longer than ${limit / 1000} s; it was given up`));
}

/** Lets signals and timers have their turn, which a chain of fulfilled promises would not; rejects once Ctrl-C was pressed. */
export async function pause(signal: AbortSignal): Promise<void> {
  await setImmediate();
  if (signal.aborted) throw new CommandError('interrupted; the same command, repeated, goes on from here');
}
