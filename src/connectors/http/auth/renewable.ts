import type { SourceError } from '../../../errors.ts';
import type { Fail } from '../../failure.ts';
import type { Auth, Credential } from './auth.ts';

/** A credential and the clock's time until which it may be used. */
export interface Lease {
  readonly credential: Credential;
  readonly until: number;
}

interface Flight {
  readonly lease: Promise<Lease>;
  readonly abort: AbortController;
  waiters: number;
}

/**
 * A credential that has to be fetched: once for all who wait, again when it has run out or was refused.
 * Fetching ends when the last waiter leaves, not when the first does.
 */
export function renewable(
  obtain: (signal: AbortSignal) => Promise<Lease>,
  deps: { readonly clock: () => number; readonly fail: Fail; readonly close?: () => Promise<void> },
): Auth {
  let current: Lease | undefined;
  let flight: Flight | undefined;

  const start = (): Flight => {
    const abort = new AbortController();
    const started: Flight = { abort, waiters: 0, lease: obtain(abort.signal) };
    const landed = (lease: Lease | undefined): void => {
      if (flight !== started) return;
      flight = undefined;
      current = lease;
    };
    started.lease.then(landed, () => landed(undefined));
    return started;
  };

  const leave = (left: Flight): void => {
    left.waiters -= 1;
    if (left.waiters > 0 || flight !== left) return;
    // Whoever comes next must not join a flight that has just been called off.
    flight = undefined;
    left.abort.abort();
  };

  return {
    credential: async (signal) => {
      if (current !== undefined && deps.clock() < current.until) return current.credential;
      if (signal.aborted) throw gaveUp(signal, deps.fail);
      const joined = (flight ??= start());
      joined.waiters += 1;
      try {
        return (await orAborted(joined.lease, signal, deps.fail)).credential;
      } finally {
        leave(joined);
      }
    },
    refused: (credential) => {
      if (current?.credential === credential) current = undefined;
      return true;
    },
    close: async () => {
      flight?.abort.abort();
      await deps.close?.();
    },
  };
}

async function orAborted<Value>(wait: Promise<Value>, signal: AbortSignal, fail: Fail): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(gaveUp(signal, fail));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([wait, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function gaveUp(signal: AbortSignal, fail: Fail): SourceError {
  return fail('SOURCE_TIMEOUT', 'the time was up while waiting for a credential', { cause: signal.reason });
}
