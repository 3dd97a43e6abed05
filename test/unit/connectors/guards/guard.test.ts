import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Call, Connector } from '../../../../src/connectors/connector.ts';
import { guardConnector } from '../../../../src/connectors/guards/guard.ts';
import { aCall, aConnector, aFailure, aMatch, aRead, aRecord, absent, found, limitsOf, never, outcome } from './fixtures.ts';

describe('a guarded connector', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  function aGuarded(answers: Partial<Pick<Connector, 'read' | 'find' | 'close'>>, limits: unknown = {}) {
    const { events, observe } = aRecord();
    const guarded = guardConnector({
      connector: aConnector(answers),
      limits: limitsOf(limits),
      most: 64,
      deps: { clock: () => Date.now(), random: () => 0.5, observe },
    });
    const read = (call: Partial<Call> = {}, ...keys: readonly string[]) => outcome(guarded.read(aRead(...keys), aCall(call)));
    return { guarded, events, read, count: (kind: string) => events.filter((event) => event.kind === kind).length };
  }
  const failing = async (): Promise<never> => {
    throw aFailure('SOURCE_UNAVAILABLE');
  };

  test('answers as the connector does, and is up', async () => {
    const { guarded } = aGuarded({});
    const request = aRead('1', '2');
    expect(await guarded.read(request, aCall())).toEqual(request.keys.map(found));
    expect(await guarded.find(aMatch('a'), aCall())).toEqual([{ kind: 'rows', rows: [], next: undefined }]);
    expect(guarded.health()).toEqual({
      state: 'UP',
      lastError: undefined,
      lastErrorAt: undefined,
      breaker: 'closed',
      inFlight: 0,
      queued: 0,
    });
  });

  test('ends a call that is stuck in the queue at the deadline, without blaming the source', async () => {
    const { guarded, read } = aGuarded({ read: never }, { deadline: '1s', concurrency: 1, breaker: { failures: 2 } });
    const results = [1, 2, 3, 4, 5].map(() => read());
    await jest.advanceTimersByTimeAsync(0);
    expect(guarded.health()).toMatchObject({ inFlight: 1, queued: 4 });
    await jest.advanceTimersByTimeAsync(1000);
    expect(await Promise.all(results)).toMatchObject(results.map(() => ({ code: 'SOURCE_TIMEOUT' })));
    expect(guarded.health()).toMatchObject({ breaker: 'closed', inFlight: 0, queued: 0 });
  });

  test('leaves a source alone that times out, those included that were queued', async () => {
    const { guarded, read, count } = aGuarded({ read: never }, { deadline: '1s', concurrency: 1, breaker: { failures: 1 } });
    const first = read();
    await jest.advanceTimersByTimeAsync(500);
    const queued = [read(), read()];
    await jest.advanceTimersByTimeAsync(500);
    expect(await first).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(await Promise.all(queued)).toMatchObject(queued.map(() => ({ code: 'SOURCE_UNAVAILABLE' })));
    expect(count('call')).toBe(1);
    expect(guarded.health()).toMatchObject({ state: 'DOWN', breaker: 'open', lastError: 'SOURCE_TIMEOUT', lastErrorAt: 1000 });
  });

  test('counts a timeout though the connector does not end on abort, and keeps the place taken', async () => {
    const { guarded, read } = aGuarded({ read: () => new Promise(() => {}) }, { deadline: '1s', breaker: { failures: 1 } });
    const result = read();
    await jest.advanceTimersByTimeAsync(1000);
    expect(await result).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(guarded.health()).toMatchObject({ breaker: 'open', inFlight: 1 });
  });

  test('aborts the call to the source with the call of the caller, and takes that for no failure', async () => {
    const { guarded, read, count } = aGuarded({ read: never }, { breaker: { failures: 1 } });
    const leaving = new AbortController();
    const result = read({ signal: leaving.signal });
    await jest.advanceTimersByTimeAsync(10);
    leaving.abort();
    expect(await result).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(count('call')).toBe(1);
    expect(guarded.health()).toMatchObject({ state: 'UP', breaker: 'closed', inFlight: 0 });
  });

  test('recovers: down, then tried, then up, with the last error kept', async () => {
    let answer: Connector['read'] = failing;
    const { guarded, read } = aGuarded(
      { read: (request, call) => answer(request, call) },
      { retry: { attempts: 1 }, breaker: { failures: 2, openFor: '10s' } },
    );
    await read();
    expect(guarded.health()).toMatchObject({ state: 'DEGRADED', breaker: 'closed', lastError: 'SOURCE_UNAVAILABLE', lastErrorAt: 0 });
    await read();
    expect(guarded.health().state).toBe('DOWN');
    await jest.advanceTimersByTimeAsync(10_000);
    const trial = Promise.withResolvers<[]>();
    answer = () => trial.promise;
    const tried = read();
    expect(guarded.health()).toMatchObject({ state: 'DEGRADED', breaker: 'half-open' });
    trial.resolve([]);
    await tried;
    expect(guarded.health()).toMatchObject({ state: 'UP', breaker: 'closed', lastError: 'SOURCE_UNAVAILABLE', lastErrorAt: 0 });
  });

  test('makes a short failure good without showing it', async () => {
    let calls = 0;
    const { guarded, read, count } = aGuarded({ read: async () => ((calls += 1) === 1 ? failing() : []) });
    const result = read();
    await jest.advanceTimersByTimeAsync(50);
    expect(await result).toEqual([]);
    expect(guarded.health()).toMatchObject({ state: 'UP', lastError: undefined });
    expect(count('retry')).toBe(1);
  });

  test('holds no place while it waits to ask again', async () => {
    const { guarded, read } = aGuarded({ read: failing });
    const result = read();
    await jest.advanceTimersByTimeAsync(10);
    expect(guarded.health()).toMatchObject({ inFlight: 0 });
    await jest.advanceTimersByTimeAsync(100);
    expect(await result).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });

  test('hits a failing source with no more retries than the budget allows', async () => {
    let calls = 0;
    const { read } = aGuarded(
      {
        read: async () => {
          calls += 1;
          return failing();
        },
      },
      { breaker: { failures: 1000 }, concurrency: 100 },
    );
    const results = Array.from({ length: 100 }, () => read());
    await jest.advanceTimersByTimeAsync(1000);
    await Promise.all(results);
    expect(calls).toBe(100 + 10);
  });

  test('keeps the rows it has when the question about the others runs into the deadline', async () => {
    let calls = 0;
    const read: Connector['read'] = async (request, call) => {
      calls += 1;
      return calls === 1 ? request.keys.map((key) => (key === '1' ? found(key) : absent)) : never(request, call);
    };
    const { guarded } = aGuarded({ read }, { deadline: '1s' });
    const request = aRead('1', '2');
    const result = guarded.read(request, aCall());
    await jest.advanceTimersByTimeAsync(1000);
    expect(await result).toMatchObject([{ kind: 'found' }, { kind: 'failed', error: { code: 'SOURCE_TIMEOUT' } }]);
  });

  test('asks once for all parts of a split batch about what they left out', async () => {
    const asked: (readonly string[])[] = [];
    const { read } = aGuarded({
      read: async ({ keys }) => {
        asked.push(keys);
        if (keys.length === 4) throw aFailure('SOURCE_UNAVAILABLE', { fault: 'request' });
        return keys.map((key, index) => (index === 0 && asked.length <= 3 ? found(key) : absent));
      },
    });
    expect(await read({}, '1', '2', '3', '4')).toMatchObject([{ kind: 'found' }, absent, { kind: 'found' }, absent]);
    expect(asked).toEqual([
      ['1', '2', '3', '4'],
      ['1', '2'],
      ['3', '4'],
      ['2', '4'],
    ]);
  });

  test('shows a mistake in a connector as a failure of its source, and reports it', async () => {
    const { guarded, read, count } = aGuarded(
      {
        read: () => {
          throw new TypeError('x is not a function');
        },
      },
      { breaker: { failures: 1 } },
    );
    expect(await read()).toMatchObject({ code: 'SOURCE_UNAVAILABLE', source: 'billing' });
    expect(count('defect')).toBe(1);
    expect(count('call')).toBe(1);
    expect(guarded.health()).toMatchObject({ state: 'DEGRADED', breaker: 'closed', inFlight: 0 });
  });

  test('does not count keys that failed alone', async () => {
    const failed = { kind: 'failed', error: aFailure('SOURCE_UNAVAILABLE') } as const;
    const { guarded, read } = aGuarded({ read: async () => [failed] }, { breaker: { failures: 1 } });
    expect(await read()).toEqual([failed]);
    expect(guarded.health()).toMatchObject({ state: 'UP', breaker: 'closed' });
  });

  test('closes the connector', async () => {
    let closed = 0;
    const { guarded } = aGuarded({ close: async () => void (closed += 1) });
    await guarded.close();
    await guarded.close();
    expect(closed).toBe(2);
  });
});
