import { SourceError, type SourceErrorCode } from '../../errors.ts';
import type { Connector } from '../connector.ts';
import { guardCalls } from './around.ts';
import type { BreakerState } from './events.ts';
import { isOwnFailure } from './own-failure.ts';

/** How a source is doing. `lastError` stays after it has recovered; `lastErrorAt` is in milliseconds since the epoch. */
export interface Health {
  /** DOWN: it is left alone. DEGRADED: it is being tried, or the last call failed. */
  readonly state: 'UP' | 'DEGRADED' | 'DOWN';
  readonly lastError: SourceErrorCode | undefined;
  readonly lastErrorAt: number | undefined;
  readonly breaker: BreakerState;
  readonly inFlight: number;
  readonly queued: number;
}

/** The record of how calls ended. */
export interface Outcomes {
  guard(connector: Connector): Connector;
  last(): { readonly failed: boolean; readonly error: SourceErrorCode | undefined; readonly at: number | undefined };
}

/** Notes how each whole call ended; what the guards refused or the caller gave up says nothing of the source. */
export function openOutcomes({ clock }: { readonly clock: () => number }): Outcomes {
  let last: ReturnType<Outcomes['last']> = { failed: false, error: undefined, at: undefined };
  return {
    guard: (connector) =>
      guardCalls(connector, async (send, call) => {
        try {
          const results = await send(call);
          last = { ...last, failed: false };
          return results;
        } catch (error) {
          if (error instanceof SourceError && !isOwnFailure(error)) last = { failed: true, error: error.code, at: clock() };
          throw error;
        }
      }),
    last: () => last,
  };
}

/** The state that a breaker and the last outcome amount to. */
export function stateOf(breaker: BreakerState, lastFailed: boolean): Health['state'] {
  if (breaker === 'open') return 'DOWN';
  return breaker === 'half-open' || lastFailed ? 'DEGRADED' : 'UP';
}
