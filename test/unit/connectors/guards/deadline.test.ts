import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { withDeadline } from '../../../../src/connectors/guards/deadline.ts';
import { isOwnFailure } from '../../../../src/connectors/guards/own-failure.ts';
import type { Call } from '../../../../src/connectors/connector.ts';
import { aCall, aConnector, aRead, outcome } from './fixtures.ts';

describe('deadline', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1000 }));
  afterEach(() => void jest.useRealTimers());

  const calls: Call[] = [];
  beforeEach(() => void calls.splice(0));
  /** Ends on abort, with the reason, as the guards further in do. */
  const untilAborted = aConnector({
    read: async (_request, call) => {
      calls.push(call);
      return new Promise((_resolve, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason)));
    },
  });
  const guarded = withDeadline(untilAborted, { limit: 500, clock: () => Date.now() });

  test('aborts the call with SOURCE_TIMEOUT when its time is over, and not before', async () => {
    const result = outcome(guarded.read(aRead(), aCall()));
    await jest.advanceTimersByTimeAsync(499);
    expect(calls[0]?.signal.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await result).toMatchObject({ code: 'SOURCE_TIMEOUT', source: 'billing', fault: 'source' });
    expect(isOwnFailure(await result)).toBe(false);
  });

  test('never goes past the deadline of the call', async () => {
    const result = outcome(guarded.read(aRead(), aCall({ deadline: 1200 })));
    expect(calls[0]?.deadline).toBe(1200);
    await jest.advanceTimersByTimeAsync(200);
    expect(await result).toMatchObject({ code: 'SOURCE_TIMEOUT' });
  });

  test('tells the call of its own deadline where that is sooner', () => {
    void outcome(guarded.read(aRead(), aCall({ deadline: 9000 })));
    expect(calls[0]?.deadline).toBe(1500);
  });

  test('does not call when no time is left', async () => {
    const result = await outcome(guarded.read(aRead(), aCall({ deadline: 1000 })));
    expect(result).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(isOwnFailure(result)).toBe(true);
    expect(calls).toHaveLength(0);
  });

  test('passes on that the caller has left, which is no failure of the source', async () => {
    const caller = new AbortController();
    const result = outcome(guarded.read(aRead(), aCall({ signal: caller.signal })));
    caller.abort();
    expect(await result).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(isOwnFailure(await result)).toBe(true);
  });

  test('does not call for a caller that has left already', async () => {
    const result = await outcome(guarded.read(aRead(), aCall({ signal: AbortSignal.abort() })));
    expect(isOwnFailure(result)).toBe(true);
    expect(calls).toHaveLength(0);
  });

  test('takes a caller that leaves at the deadline for a failure of the source', async () => {
    const caller = new AbortController();
    const result = outcome(guarded.read(aRead(), aCall({ signal: caller.signal, deadline: 1100 })));
    jest.setSystemTime(1100);
    caller.abort();
    expect(await result).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(isOwnFailure(await result)).toBe(false);
  });

  test('leaves no timer behind', async () => {
    await withDeadline(aConnector(), { limit: 500, clock: () => Date.now() }).read(aRead(), aCall());
    expect(jest.getTimerCount()).toBe(0);
  });
});
