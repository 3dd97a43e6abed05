import { SourceError } from '../../errors.ts';
import type { Connector } from '../connector.ts';
import { guardCalls } from './around.ts';
import type { RetryBudget } from './budget.ts';
import type { Observe } from './events.ts';
import { isOwnFailure } from './own-failure.ts';

/**
 * Asks again where that may help and can do no harm: after a failure of the source itself or its rate limit, while the
 * budget lasts, if the wait fits before the deadline. Every call of a connector is a read, so all may be repeated.
 *
 * Not cockatiel's retry, whose waits don't end on an abort and whose filter can't tell whether a wait still fits.
 */
export function withRetry(
  connector: Connector,
  deps: {
    readonly attempts: number;
    readonly backoff: number;
    readonly budget: RetryBudget;
    readonly clock: () => number;
    readonly random: () => number;
    readonly observe: Observe;
  },
): Connector {
  const { attempts, backoff, budget, clock, random, observe } = deps;
  return guardCalls(connector, async (send, call) => {
    budget.earn();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(call);
      } catch (error) {
        if (attempt >= attempts || !mayHelp(error) || call.signal.aborted) throw error;
        // Between half and one and a half, so that calls which failed together don't come back together.
        const jittered = backoff * 2 ** (attempt - 1) * (0.5 + random());
        const milliseconds = (error.retryAfter ?? 0) + jittered;
        if (clock() + milliseconds >= call.deadline || !budget.spend()) throw error;
        observe({ kind: 'retry', source: connector.source, attempt: attempt + 1, milliseconds });
        await pause(milliseconds, call.signal);
      }
    }
  });
}

function mayHelp(error: unknown): error is SourceError {
  if (!(error instanceof SourceError) || isOwnFailure(error)) return false;
  return error.code === 'SOURCE_RATE_LIMITED' || (error.code === 'SOURCE_UNAVAILABLE' && error.fault === 'source');
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const leave = (): void => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}
