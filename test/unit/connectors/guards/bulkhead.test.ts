import { describe, expect, test } from '@jest/globals';
import { openBulkhead } from '../../../../src/connectors/guards/bulkhead.ts';
import { isOwnFailure } from '../../../../src/connectors/guards/own-failure.ts';
import { aCall, aConnector, aFailure, aRead, aRecord, outcome } from './fixtures.ts';

describe('bulkhead', () => {
  /** Each call to the source waits to be ended by the test, whatever its signal says. */
  function aGuarded(limits: { readonly concurrency: number; readonly queue: number }) {
    const { events, observe } = aRecord();
    const ends: (() => void)[] = [];
    let now = 0;
    const bulkhead = openBulkhead({ source: 'billing', ...limits, clock: () => now, observe });
    const connector = aConnector({
      read: () => new Promise((resolve) => void ends.push(() => resolve([]))),
    });
    const pass = (milliseconds: number): void => void (now += milliseconds);
    return { bulkhead, guarded: bulkhead.guard(connector), ends, events, pass };
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  test('lets no more calls through than there are places, and queues the next', async () => {
    const { bulkhead, guarded, ends } = aGuarded({ concurrency: 2, queue: 5 });
    const reads = [1, 2, 3].map(() => guarded.read(aRead(), aCall()));
    await settle();
    expect(ends).toHaveLength(2);
    expect([bulkhead.inFlight(), bulkhead.queued()]).toEqual([2, 1]);
    ends[0]?.();
    await settle();
    expect(ends).toHaveLength(3);
    expect([bulkhead.inFlight(), bulkhead.queued()]).toEqual([2, 0]);
    for (const end of ends) end();
    await Promise.all(reads);
    expect(bulkhead.inFlight()).toBe(0);
  });

  test('refuses at once what exceeds the queue, and says so, as no fault of the source', async () => {
    const { guarded, events } = aGuarded({ concurrency: 1, queue: 1 });
    void guarded.read(aRead(), aCall());
    void guarded.read(aRead(), aCall());
    const refused = await outcome(guarded.read(aRead(), aCall()));
    expect(refused).toMatchObject({ code: 'SOURCE_UNAVAILABLE', source: 'billing' });
    expect(isOwnFailure(refused)).toBe(true);
    expect(events).toEqual([{ kind: 'overload', source: 'billing', requestId: 'r1' }]);
  });

  test('ends a call on abort at once, but keeps its place until the source is done with it', async () => {
    const { bulkhead, guarded, ends } = aGuarded({ concurrency: 1, queue: 1 });
    const leaving = new AbortController();
    const result = outcome(guarded.read(aRead(), aCall({ signal: leaving.signal })));
    const timeout = aFailure('SOURCE_TIMEOUT');
    await settle();
    leaving.abort(timeout);
    expect(await result).toBe(timeout);
    expect(bulkhead.inFlight()).toBe(1);
    ends[0]?.();
    await settle();
    expect(bulkhead.inFlight()).toBe(0);
  });

  test('does not send a call that is given up in the same breath', async () => {
    const { bulkhead, guarded, ends } = aGuarded({ concurrency: 1, queue: 1 });
    const leaving = new AbortController();
    const result = outcome(guarded.read(aRead(), aCall({ signal: leaving.signal })));
    const timeout = aFailure('SOURCE_TIMEOUT');
    leaving.abort(timeout);
    expect(await result).toBe(timeout);
    expect([ends.length, bulkhead.inFlight()]).toEqual([0, 0]);
  });

  test('takes a timeout in the queue for its own doing', async () => {
    const { guarded, ends } = aGuarded({ concurrency: 1, queue: 1 });
    void guarded.read(aRead(), aCall());
    const leaving = new AbortController();
    const result = outcome(guarded.read(aRead(), aCall({ signal: leaving.signal })));
    leaving.abort(aFailure('SOURCE_TIMEOUT'));
    expect(await result).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(isOwnFailure(await result)).toBe(true);
    expect(ends).toHaveLength(1);
  });

  test.each([
    [600, 400, true],
    [400, 600, false],
  ])('blames itself for a timeout after %d ms in the queue and %d ms with the source: %s', async (queued, sent, own) => {
    const { guarded, ends, pass } = aGuarded({ concurrency: 1, queue: 1 });
    const first = guarded.read(aRead(), aCall());
    const leaving = new AbortController();
    const result = outcome(guarded.read(aRead(), aCall({ signal: leaving.signal })));
    await settle();
    pass(queued);
    ends[0]?.();
    await first;
    await settle();
    pass(sent);
    leaving.abort(aFailure('SOURCE_TIMEOUT'));
    expect(await result).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(isOwnFailure(await result)).toBe(own);
    expect(ends).toHaveLength(2);
  });

  test('frees the queue of calls that have left it', async () => {
    const { bulkhead, guarded, ends } = aGuarded({ concurrency: 1, queue: 2 });
    void guarded.read(aRead(), aCall());
    const leaving = new AbortController();
    const left = [1, 2].map(() => outcome(guarded.read(aRead(), aCall({ signal: leaving.signal }))));
    leaving.abort(aFailure('SOURCE_TIMEOUT'));
    await Promise.all(left);
    expect(bulkhead.queued()).toBe(0);
    const waiting = guarded.read(aRead(), aCall());
    ends[0]?.();
    await settle();
    ends[1]?.();
    expect(await waiting).toEqual([]);
    expect([bulkhead.inFlight(), bulkhead.queued()]).toEqual([0, 0]);
  });

  test('serves the queue in the order of arrival', async () => {
    const order: string[] = [];
    const bulkhead = openBulkhead({ source: 'billing', concurrency: 1, queue: 9, clock: Date.now, observe: () => {} });
    const guarded = bulkhead.guard(
      aConnector({
        read: async ({ keys }) => {
          order.push(...keys);
          return [];
        },
      }),
    );
    await Promise.all(['1', '2', '3'].map((key) => guarded.read(aRead(key), aCall())));
    expect(order).toEqual(['1', '2', '3']);
  });

  test('gives the place back when the source fails, or the connector throws at once', async () => {
    const bulkhead = openBulkhead({ source: 'billing', concurrency: 1, queue: 0, clock: Date.now, observe: () => {} });
    const failure = aFailure('SOURCE_MALFORMED');
    const throwing = bulkhead.guard(
      aConnector({
        read: () => {
          throw failure;
        },
      }),
    );
    expect(await outcome(throwing.read(aRead(), aCall()))).toBe(failure);
    expect(bulkhead.inFlight()).toBe(0);
  });
});
