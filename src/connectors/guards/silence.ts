import { SourceError } from '../../errors.ts';
import type { Connector } from '../connector.ts';
import { guardCalls } from './around.ts';
import type { Observe } from './events.ts';
import type { Limits } from './limits.ts';
import { ownFailure } from './own-failure.ts';

/** The part of its deadline for which a source may say nothing before it counts as silent. */
const part = 1 / 8;

/**
 * Lets at most `most` requests wait for a source that has fallen silent. Until the first calls have come to their deadline its breaker
 * cannot know, and a busy process would by then be full of requests that wait for this source, with no room for those that do not need it.
 *
 * Silent is a source that is waited for and has answered nothing for an eighth of `deadline`, after the `fastest` that a call takes (milliseconds). What
 * ends for want of time, or because nobody waits any more, is no answer.
 */
export function withoutPileUp(connector: Connector, deps: {
  readonly most: number;
  readonly limits: Pick<Limits, 'deadline' | 'fastest'>;
  readonly clock: () => number;
  readonly observe: Observe;
}): Connector {
  const { source } = connector;
  const { most, limits: { deadline, fastest = 0 }, clock, observe } = deps;
  const patience = fastest + deadline * part;
  /** The calls of each request that waits, known by its signal. */
  const waiting = new Map<AbortSignal, number>();
  let heardAt = 0;

  return guardCalls(connector, async (send, call) => {
    if (waiting.size === 0) heardAt = clock();
    const own = waiting.get(call.signal);
    if (own === undefined && waiting.size >= most && clock() - heardAt >= patience) {
      observe({ kind: 'overload', source, requestId: call.requestId });
      throw ownFailure({ source, message: `${waiting.size} requests wait for it already, and it has answered nothing for ${Math.floor(clock() - heardAt)} ms` });
    }
    waiting.set(call.signal, (own ?? 0) + 1);
    try {
      const results = await send(call);
      heardAt = clock();
      return results;
    } catch (error) {
      if (!(error instanceof SourceError && error.code === 'SOURCE_TIMEOUT')) heardAt = clock();
      throw error;
    } finally {
      const left = (waiting.get(call.signal) ?? 1) - 1;
      if (left === 0) waiting.delete(call.signal);
      else waiting.set(call.signal, left);
    }
  });
}
