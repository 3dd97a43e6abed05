import { SourceError } from '../../errors.ts';
import type { Call, Connector, FindResult, ReadResult } from '../connector.ts';
import type { Observe } from './events.ts';
import { ownFailure } from './own-failure.ts';

/** One who waits for a call that others may wait for, too. */
interface Waiter {
  readonly items: readonly string[];
  readonly call: Call;
  readonly done: (results: readonly unknown[]) => void;
  readonly failed: (error: unknown) => void;
}

/** Items that will be asked for in one call, and who waits for them. */
interface Gathering {
  readonly items: Set<string>;
  readonly waiters: Waiter[];
  readonly send: (items: readonly string[], call: Call) => Promise<readonly unknown[]>;
}

/**
 * Joins what concurrent requests ask for in the same turn of the event loop into one call, as far as the source takes many keys in one. They
 * get the same rows: the gateway reads with a credential of its own, and what each caller is told of a row is decided above.
 *
 * Whoever leaves, or has no time left, stops waiting; the call ends when nobody waits any more. `limit` is the longest that
 * the source is waited for, in milliseconds.
 */
export function withCoalescing(connector: Connector, deps: { readonly limit: number; readonly clock: () => number; readonly observe: Observe }): Connector {
  const { source, capabilities } = connector;
  const gatherings = new Map<string, Gathering>();

  const dispatch = (gathering: Gathering): void => {
    const [first, another] = gathering.waiters;
    if (first === undefined) return;
    if (another === undefined) {
      gathering.send(first.items, first.call).then(first.done, first.failed);
      return;
    }
    deps.observe({ kind: 'coalesced', source, waiters: gathering.waiters.length });
    void share(gathering, { source, ...deps });
  };
  const ask = <Result>(signature: string, most: number, items: readonly string[], call: Call, send: (items: readonly string[], call: Call) => Promise<readonly Result[]>): Promise<readonly Result[]> =>
    new Promise((resolve, failed) => {
      const waiter: Waiter = { items, call, done: (results) => resolve(results as readonly Result[]), failed };
      const open = gatherings.get(signature);
      // Which of them are there already is looked at only where that decides.
      if (open !== undefined && (open.items.size + items.length <= most || open.items.size + items.filter((item) => !open.items.has(item)).length <= most)) {
        for (const item of items) open.items.add(item);
        open.waiters.push(waiter);
        return;
      }
      const gathering: Gathering = { items: new Set(items), waiters: [waiter], send };
      gatherings.set(signature, gathering);
      setImmediate(() => {
        if (gatherings.get(signature) === gathering) gatherings.delete(signature);
        dispatch(gathering);
      });
    });

  return {
    source, capabilities,
    read(request, call) {
      const most = capabilities.get(request.entity)?.read?.batch ?? 1;
      if (most === 1) return connector.read(request, call);
      return ask<ReadResult>(`read ${JSON.stringify([request.entity, request.fields])}`, most, request.keys, call,
        (keys, joint) => connector.read({ ...request, keys: keys as typeof request.keys }, joint));
    },
    find(request, call) {
      const most = request.kind === 'list' ? 1 : capabilities.get(request.entity)?.find.get(request.attribute)?.batch ?? 1;
      if (request.kind === 'list' || most === 1) return connector.find(request, call);
      const { values, ...alike } = request;
      return ask<FindResult>(`find ${JSON.stringify(alike)}`, most, values, call, (all, joint) => connector.find({ ...request, values: all }, joint));
    },
    close: () => connector.close(),
  };
}

/** Makes one call for several who wait. */
async function share({ items, waiters, send }: Gathering, { source, limit, clock }: { readonly source: string; readonly limit: number; readonly clock: () => number }): Promise<void> {
  const all = [...items];
  const ending = new AbortController();
  const waiting = new Set(waiters);
  const leave = (waiter: Waiter, error: SourceError): void => {
    waiter.failed(error);
    waiting.delete(waiter);
    if (waiting.size === 0) ending.abort(error);
  };
  const stops = waiters.map((waiter) => {
    const { signal, deadline } = waiter.call;
    const abandon = (): void => leave(waiter, ownFailure({ source, code: 'SOURCE_TIMEOUT', message: 'the caller stopped waiting', cause: signal.reason }));
    const left = deadline - clock();
    // Past its limit the source is waited for by nobody.
    const timer = left >= limit ? undefined : setTimeout(() => leave(waiter, new SourceError({ code: 'SOURCE_TIMEOUT', source, message: `no answer within ${left} ms` })), left);
    if (signal.aborted) abandon();
    else signal.addEventListener('abort', abandon, { once: true });
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abandon);
    };
  });
  try {
    const call = { signal: ending.signal, deadline: Math.max(...waiters.map((one) => one.call.deadline)), requestId: waiters[0]?.call.requestId ?? '', traceparent: waiters[0]?.call.traceparent };
    const results = await send(all, call);
    if (results.length !== all.length) throw new SourceError({ code: 'SOURCE_MALFORMED', source, message: 'not one result per key' });
    const placeOf = new Map<string, number>();
    for (const item of all) placeOf.set(item, placeOf.size);
    for (const { items: own, done } of waiters) done(own.map((item) => results[placeOf.get(item) ?? NaN]));
  } catch (error) {
    for (const { failed } of waiters) failed(error);
  } finally {
    for (const stop of stops) stop();
  }
}
