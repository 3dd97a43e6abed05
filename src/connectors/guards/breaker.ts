import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen, type CircuitBreakerPolicy } from 'cockatiel';
import { SourceError } from '../../errors.ts';
import type { Connector } from '../connector.ts';
import { guardCalls } from './around.ts';
import type { BreakerState, Observe } from './events.ts';
import { isOwnFailure, ownFailure } from './own-failure.ts';

/** Leaves a source alone that keeps failing. */
export interface Breaker {
  guard(connector: Connector): Connector;
  /** For calls that passed `guard` and then had to wait: refuses those that the breaker has overtaken. */
  recheck(connector: Connector): Connector;
  state(): BreakerState;
}

/**
 * Opens after `failures` failed calls in a row. After `openFor` one call is let through to try the source; the others are
 * refused until it has ended, rather than made to wait for a source that is likely still down.
 */
export function openBreaker(deps: {
  readonly source: string;
  readonly failures: number;
  readonly openFor: number;
  readonly observe: Observe;
}): Breaker {
  const { source, failures, openFor, observe } = deps;
  const policy: CircuitBreakerPolicy = circuitBreaker(
    // A trial that ended for reasons of our own has shown nothing, and must not close the breaker.
    handleWhen((error) => countsAgainst(error) || (isOwnFailure(error) && policy.state === CircuitState.HalfOpen)),
    { halfOpenAfter: openFor, breaker: new ConsecutiveBreaker(failures) },
  );
  const state = (): BreakerState => stateName(policy.state);
  policy.onStateChange(() => observe({ kind: 'breaker', source, state: state() }));

  const refusal = (cause?: unknown): SourceError =>
    ownFailure({ source, message: `the source failed ${failures} times in a row and is left alone for ${openFor} ms`, cause });

  return {
    guard: (connector) =>
      guardCalls(connector, async (send, call) => {
        if (policy.state === CircuitState.HalfOpen) throw refusal();
        return policy.execute(() => send(call)).catch((error: unknown) => {
          throw error instanceof BrokenCircuitError ? refusal(error) : error;
        });
      }),
    recheck: (connector) =>
      guardCalls(connector, async (send, call) => {
        if (policy.state === CircuitState.Open) throw refusal();
        return send(call);
      }),
    state,
  };
}

/**
 * No answer in time, or none at all, counts. A refusal of what was asked (`fault: 'request'`), a rate limit and an answer
 * that can't be used do not: a source that says such things is up, says them quickly, and may well answer the next call,
 * which is often for another entity.
 */
function countsAgainst(error: unknown): boolean {
  if (!(error instanceof SourceError) || error.fault === 'request' || isOwnFailure(error)) return false;
  return error.code === 'SOURCE_TIMEOUT' || error.code === 'SOURCE_UNAVAILABLE';
}

function stateName(state: CircuitState): BreakerState {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half-open' : 'open';
}
