import { SourceError } from '../../errors.ts';
import type { Call, Connector } from '../connector.ts';
import { guardCalls } from './around.ts';
import type { Observe } from './events.ts';
import { ownFailure } from './own-failure.ts';
import { openPlaces } from './places.ts';

/** The places with a source and the queue for them. */
export interface Bulkhead {
  guard(connector: Connector): Connector;
  inFlight(): number;
  queued(): number;
}

/**
 * Lets at most `concurrency` calls be with the source and `queue` wait; further ones fail at once. When the signal is
 * aborted, a call ends with its reason, but keeps its place until the source is really done with it.
 *
 * A call that ended after more time in the queue than with the source says nothing of the source, which may be well and
 * only asked for more than our own limit lets through: such an end is the guard's own doing.
 */
export function openBulkhead(deps: {
  readonly source: string;
  readonly concurrency: number;
  readonly queue: number;
  readonly clock: () => number;
  readonly observe: Observe;
}): Bulkhead {
  const { source, concurrency, queue, clock, observe } = deps;
  const places = openPlaces({ count: concurrency, queue });

  const endedInQueue = (reason: unknown): SourceError => {
    const code = reason instanceof SourceError ? reason.code : 'SOURCE_TIMEOUT';
    return ownFailure({ source, code, message: 'the call ended in the queue', cause: reason });
  };

  const takePlace = async ({ signal, requestId }: Call): Promise<void> => {
    const taken = await places.take(signal).catch((reason: unknown) => {
      throw endedInQueue(reason);
    });
    if (taken) return;
    observe({ kind: 'overload', source, requestId });
    throw ownFailure({ source, message: `${concurrency} calls are under way and ${queue} wait` });
  };

  const sendAndFree = async <Result>(send: (call: Call) => Promise<Result>, call: Call): Promise<Result> => {
    try {
      call.signal.throwIfAborted();
      return await send(call);
    } finally {
      places.free();
    }
  };

  return {
    guard: (connector) =>
      guardCalls(connector, async (send, call) => {
        const askedAt = clock();
        await takePlace(call);
        const sentAt = clock();
        try {
          return await endOnAbort(sendAndFree(send, call), call.signal);
        } catch (error) {
          throw call.signal.aborted && sentAt - askedAt > clock() - sentAt ? endedInQueue(error) : error;
        }
      }),
    inFlight: places.taken,
    queued: places.waiting,
  };
}

async function endOnAbort<Result>(result: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const leave = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([result, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
