import { describe, expect, test } from '@jest/globals';
import type { ReadResult } from '../../../../src/connectors/connector.ts';
import { isOwnFailure } from '../../../../src/connectors/guards/own-failure.ts';
import { withoutPileUp } from '../../../../src/connectors/guards/silence.ts';
import { aCall, aConnector, aFailure, aRead, aRecord, outcome } from './fixtures.ts';

describe('a source that has fallen silent', () => {
  /** Three requests may wait for a source that is silent after a second; each call waits to be ended by the test. */
  function aGuarded(fastest?: number) {
    const { events, observe } = aRecord();
    const calls: PromiseWithResolvers<readonly ReadResult[]>[] = [];
    let now = 0;
    const connector = aConnector({
      read: () => {
        const call = Promise.withResolvers<readonly ReadResult[]>();
        calls.push(call);
        return call.promise;
      },
    });
    const guarded = withoutPileUp(connector, { most: 3, limits: { deadline: 8000, fastest }, clock: () => now, observe });
    const read = (signal = new AbortController().signal) => outcome(guarded.read(aRead(), aCall({ signal })));
    return { calls, events, read, pass: (milliseconds: number) => void (now += milliseconds) };
  }
  const refused = expect.objectContaining({ code: 'SOURCE_UNAVAILABLE', source: 'billing' });

  test('is waited for by no more requests than may, and the others are told at once, as no fault of the source', async () => {
    const { calls, events, read, pass } = aGuarded();
    for (let times = 0; times < 3; times += 1) void read();
    pass(1000);
    const failure = await read();
    expect(failure).toEqual(refused);
    expect(isOwnFailure(failure)).toBe(true);
    expect(calls).toHaveLength(3);
    expect(events).toEqual([{ kind: 'overload', source: 'billing', requestId: 'r1' }]);
  });

  test('is asked further by those who wait already', async () => {
    const { calls, read, pass } = aGuarded();
    const { signal } = new AbortController();
    void read(signal);
    void read();
    void read();
    pass(1000);
    void read(signal);
    expect(calls).toHaveLength(4);
  });

  test.each<[string, (calls: readonly PromiseWithResolvers<readonly ReadResult[]>[]) => unknown]>([
    ['an answer', ([call]) => call?.resolve([])],
    ['a failure', ([call]) => call?.reject(aFailure('SOURCE_RATE_LIMITED'))],
  ])('is silent no more after %s', async (_, end) => {
    const { calls, read, pass } = aGuarded();
    const first = read();
    for (let times = 0; times < 3; times += 1) void read();
    pass(1000);
    end(calls);
    await first;
    void read();
    expect(calls).toHaveLength(5);
    pass(1000);
    expect(await read()).toEqual(refused);
  });

  test('is silent all the same when calls end for want of time', async () => {
    const { calls, read, pass } = aGuarded();
    const first = read();
    for (let times = 0; times < 3; times += 1) void read();
    pass(1000);
    calls[0]?.reject(aFailure('SOURCE_TIMEOUT'));
    await first;
    expect(await read()).toEqual(refused);
  });

  test('is given the time that its calls take at least, and as many requests as there are before it has had time', async () => {
    const { calls, read, pass } = aGuarded(500);
    pass(60_000);
    for (let times = 0; times < 10; times += 1) void read();
    pass(1499);
    void read();
    expect(calls).toHaveLength(11);
    pass(1);
    expect(await read()).toEqual(refused);
  });
});
