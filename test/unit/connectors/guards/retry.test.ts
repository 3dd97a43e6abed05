import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SourceError } from '../../../../src/errors.ts';
import { withRetry } from '../../../../src/connectors/guards/retry.ts';
import { ownFailure } from '../../../../src/connectors/guards/own-failure.ts';
import type { Call } from '../../../../src/connectors/connector.ts';
import { aCall, aConnector, aFailure, aRead, aRecord, outcome } from './fixtures.ts';

describe('retry', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  /** A source that fails with each of `failures` in turn, and then answers; `at` are the times when it was asked. */
  function aRetried(
    failures: readonly unknown[],
    parts: { readonly attempts?: number; readonly random?: number; readonly spend?: () => boolean } = {},
  ) {
    const at: number[] = [];
    const { events, observe } = aRecord();
    const connector = aConnector({
      read: async () => {
        at.push(Date.now());
        if (at.length <= failures.length) throw failures[at.length - 1];
        return [];
      },
    });
    const guarded = withRetry(connector, {
      attempts: parts.attempts ?? 2,
      backoff: 50,
      budget: { earn: () => {}, spend: parts.spend ?? (() => true) },
      clock: () => Date.now(),
      random: () => parts.random ?? 0.5,
      observe,
    });
    const read = async (call: Partial<Call> = {}): Promise<unknown> => {
      const result = outcome(guarded.read(aRead(), aCall(call)));
      await jest.runAllTimersAsync();
      return result;
    };
    return { read, at, events };
  }
  const down = aFailure('SOURCE_UNAVAILABLE');

  test('asks again after the backoff when the source was unavailable', async () => {
    const { read, at, events } = aRetried([down]);
    expect(await read()).toEqual([]);
    expect(at).toEqual([0, 50]);
    expect(events).toEqual([{ kind: 'retry', source: 'billing', attempt: 2, milliseconds: 50 }]);
  });

  test('doubles the backoff, and gives up with the last failure after the last attempt', async () => {
    const last = aFailure('SOURCE_UNAVAILABLE');
    const { read, at } = aRetried([down, down, last, down], { attempts: 3 });
    expect(await read()).toBe(last);
    expect(at).toEqual([0, 50, 150]);
  });

  test.each([
    [0, 25],
    [1, 75],
  ])('spreads the backoff: a random number of %d makes it %d ms', async (random, milliseconds) => {
    const { read, at } = aRetried([down], { random });
    await read();
    expect(at).toEqual([0, milliseconds]);
  });

  const hopeless: readonly [string, SourceError][] = [
    ['an unusable answer', aFailure('SOURCE_MALFORMED')],
    ['a timeout', aFailure('SOURCE_TIMEOUT')],
    ['a refusal of what was asked', aFailure('SOURCE_UNAVAILABLE', { fault: 'request' })],
    ['a refusal by another guard', ownFailure({ source: 'billing', message: '' })],
  ];
  test.each(hopeless)('does not ask again after %s', async (_name, failure) => {
    const { read, at } = aRetried([failure]);
    expect(await read()).toBe(failure);
    expect(at).toHaveLength(1);
  });

  test('waits as long as the source says', async () => {
    const { read, at } = aRetried([aFailure('SOURCE_RATE_LIMITED', { retryAfter: 400 })]);
    expect(await read({ deadline: 1000 })).toEqual([]);
    expect(at).toEqual([0, 450]);
  });

  test('fails at once where that does not fit before the deadline', async () => {
    const limited = aFailure('SOURCE_RATE_LIMITED', { retryAfter: 1000 });
    const { read, at } = aRetried([limited]);
    expect(await read({ deadline: 1000 })).toBe(limited);
    expect(Date.now()).toBe(0);
    expect(at).toHaveLength(1);
  });

  test('does not ask again when the budget is spent', async () => {
    const { read, at } = aRetried([down], { spend: () => false });
    expect(await read()).toBe(down);
    expect(at).toHaveLength(1);
  });

  test('does not spend the budget where no retry comes of it', async () => {
    let spent = 0;
    const spend = () => (spent += 1) > 0;
    await aRetried([aFailure('SOURCE_MALFORMED')], { spend }).read();
    await aRetried([down], { spend, attempts: 1 }).read();
    await aRetried([down], { spend }).read({ deadline: 10 });
    expect(spent).toBe(0);
  });

  test('does not ask again for a caller that has left', async () => {
    const { read, at } = aRetried([down]);
    expect(await read({ signal: AbortSignal.abort() })).toBe(down);
    expect(at).toHaveLength(1);
  });

  test('ends the wait when the caller leaves, with the reason', async () => {
    const leaving = new AbortController();
    const { read, at } = aRetried([aFailure('SOURCE_UNAVAILABLE', { retryAfter: 500 })]);
    const left = aFailure('SOURCE_TIMEOUT');
    setTimeout(() => leaving.abort(left), 100);
    expect(await read({ signal: leaving.signal })).toBe(left);
    expect(Date.now()).toBe(100);
    expect(at).toHaveLength(1);
  });
});
