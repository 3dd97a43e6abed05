import { SourceError } from '../../errors.ts';
import type { Connector } from '../connector.ts';
import { guardCalls } from './around.ts';
import { ownFailure } from './own-failure.ts';

/**
 * Ends each call after `limit` milliseconds, or at its own deadline if that is sooner. It does so by aborting the signal
 * with the SourceError to reject with; the guards further in end on it. So what they have already found can be kept,
 * where a race at this place would throw it away.
 */
export function withDeadline(connector: Connector, deps: { readonly limit: number; readonly clock: () => number }): Connector {
  const { source } = connector;
  return guardCalls(connector, async (send, call) => {
    const now = deps.clock();
    const deadline = Math.min(call.deadline, now + deps.limit);
    if (deadline <= now) throw ownFailure({ source, code: 'SOURCE_TIMEOUT', message: 'no time is left for the call' });
    const timeout = (): SourceError =>
      new SourceError({ code: 'SOURCE_TIMEOUT', source, message: `no answer within ${deadline - now} ms` });
    const abandoned = (): SourceError =>
      ownFailure({ source, code: 'SOURCE_TIMEOUT', message: 'the caller stopped waiting', cause: call.signal.reason });
    if (call.signal.aborted) throw abandoned();

    const ending = new AbortController();
    // A caller that leaves at the deadline leaves because of it, and that is the source's fault.
    const leave = (): void => ending.abort(deps.clock() >= deadline ? timeout() : abandoned());
    const timer = setTimeout(() => ending.abort(timeout()), deadline - now);
    call.signal.addEventListener('abort', leave, { once: true });
    try {
      return await send({ ...call, deadline, signal: ending.signal });
    } finally {
      clearTimeout(timer);
      call.signal.removeEventListener('abort', leave);
    }
  });
}
