import type { Connector } from '../connector.ts';
import { openBreaker } from './breaker.ts';
import { openRetryBudget } from './budget.ts';
import { openBulkhead } from './bulkhead.ts';
import { withCoalescing } from './coalesce.ts';
import { withConfirmedAbsence } from './confirm-absent.ts';
import { withDeadline } from './deadline.ts';
import type { Observe } from './events.ts';
import { openOutcomes, stateOf, type Health } from './health.ts';
import type { Limits } from './limits.ts';
import { withRetry } from './retry.ts';
import { withoutPileUp } from './silence.ts';
import { withSplit } from './split.ts';
import { reportCalls } from './upstream.ts';

/** A connector that can't be leant on too hard or waited for too long, and says how its source is doing. */
export interface GuardedConnector extends Connector {
  health(): Health;
}

/**
 * Puts all guards around a connector. A call that fails as a whole rejects with a SourceError, whatever the connector did.
 *
 * The order, from the outside in, and why:
 * - pile-up: counts whole requests, of which many may wait for one joined call.
 * - coalescing: what is joined is one call to everything below, with one deadline, one retry and one place.
 * - outcomes: health tells of whole calls, not of tries that a retry made good.
 * - deadline: everything below is waiting of some sort, and one clock ends it all.
 * - absence, then split: both make further calls, each of which needs its own retries, place and breaker. The second
 *   question for absent keys goes out once for all parts of a split batch, so it is outside.
 * - retry: a call that waits to be repeated holds no place, and the breaker counts every try.
 * - breaker: refuses before the queue, so that refusals are immediate even where the queue is long.
 * - bulkhead: around nothing but the call itself; its own refusals pass the breaker uncounted.
 * - recheck: what queued while the breaker opened does not go on to the source.
 * - report: sees exactly the calls that reach the source.
 */
export function guardConnector(parts: {
  readonly connector: Connector;
  readonly limits: Limits;
  /** The entity that customers are looked up in. */
  readonly lookedUp?: string;
  /** How many requests may wait for the source when it has fallen silent. */
  readonly most: number;
  readonly deps: {
    /** Milliseconds since the epoch. */
    readonly clock: () => number;
    /** From 0 to below 1. */
    readonly random: () => number;
    readonly observe: Observe;
  };
}): GuardedConnector {
  const { connector, limits, lookedUp, most, deps } = parts;
  const { clock, random, observe } = deps;
  const { source } = connector;
  const outcomes = openOutcomes({ clock });
  const breaker = openBreaker({ source, ...limits.breaker, observe });
  const bulkhead = openBulkhead({ source, concurrency: limits.concurrency, queue: limits.queue, clock, observe });
  const budget = openRetryBudget({ ratio: limits.retry.budget, clock });
  const { attempts, backoff } = limits.retry;

  const placed = bulkhead.guard(breaker.recheck(reportCalls(connector, { clock, observe })));
  const retried = withRetry(breaker.guard(placed), { attempts, backoff, budget, clock, random, observe });
  const completed = withConfirmedAbsence(withSplit(retried, { observe }), { lookedUp, observe });
  const each = outcomes.guard(withDeadline(completed, { limit: limits.deadline, clock }));
  const joined = limits.coalesce ? withCoalescing(each, { limit: limits.deadline, clock, observe }) : each;
  const guarded = withoutPileUp(joined, { most, limits, clock, observe });

  return {
    ...guarded,
    health: () => {
      const last = outcomes.last();
      return {
        state: stateOf(breaker.state(), last.failed),
        lastError: last.error,
        lastErrorAt: last.at,
        breaker: breaker.state(),
        inFlight: bulkhead.inFlight(),
        queued: bulkhead.queued(),
      };
    },
  };
}
