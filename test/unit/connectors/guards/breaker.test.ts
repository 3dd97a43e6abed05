import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SourceError } from '../../../../src/errors.ts';
import { openBreaker, type Breaker } from '../../../../src/connectors/guards/breaker.ts';
import type { Connector } from '../../../../src/connectors/connector.ts';
import type { GuardEvent } from '../../../../src/connectors/guards/events.ts';
import { isOwnFailure, ownFailure } from '../../../../src/connectors/guards/own-failure.ts';
import { aCall, aConnector, aFailure, aRead, aRecord, outcome } from './fixtures.ts';

describe('breaker', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  let answer: () => Promise<never[]>;
  let calls: number;
  let breaker: Breaker;
  let guarded: Connector;
  let events: readonly GuardEvent[];
  const source = aConnector({
    read: () => {
      calls += 1;
      return answer();
    },
  });
  beforeEach(() => {
    const record = aRecord();
    calls = 0;
    answer = async () => [];
    events = record.events;
    breaker = openBreaker({ source: 'billing', failures: 3, openFor: 1000, observe: record.observe });
    guarded = breaker.guard(source);
  });

  const fails = (error: unknown) => async (): Promise<never> => {
    throw error;
  };
  const read = () => outcome(guarded.read(aRead(), aCall()));
  const readTimes = async (times: number) => {
    for (let time = 0; time < times; time += 1) await read();
  };
  const open = async () => {
    answer = fails(aFailure('SOURCE_TIMEOUT'));
    await readTimes(3);
    expect(breaker.state()).toBe('open');
    calls = 0;
  };

  test.each(['SOURCE_TIMEOUT', 'SOURCE_UNAVAILABLE'] as const)('opens after failures in a row with %s', async (code) => {
    answer = fails(aFailure(code));
    await readTimes(2);
    expect(breaker.state()).toBe('closed');
    await read();
    expect(breaker.state()).toBe('open');
  });

  test('starts counting anew after a success', async () => {
    answer = fails(aFailure('SOURCE_TIMEOUT'));
    await readTimes(2);
    answer = async () => [];
    await read();
    answer = fails(aFailure('SOURCE_TIMEOUT'));
    await readTimes(2);
    expect(breaker.state()).toBe('closed');
  });

  test.each([
    ['a refusal of what was asked', aFailure('SOURCE_UNAVAILABLE', { fault: 'request' })],
    ['a rate limit', aFailure('SOURCE_RATE_LIMITED')],
    ['an unusable answer', aFailure('SOURCE_MALFORMED')],
    ['a full queue or a caller that left', ownFailure({ source: 'billing', message: '' })],
    ['a timeout in the queue', ownFailure({ source: 'billing', code: 'SOURCE_TIMEOUT', message: '' })],
  ])('does not count %s', async (_name, failure: SourceError) => {
    answer = fails(failure);
    await readTimes(10);
    expect(breaker.state()).toBe('closed');
    expect(calls).toBe(10);
  });

  test('refuses at once while open, as no further failure of the source', async () => {
    await open();
    const refused = await read();
    expect(refused).toMatchObject({ code: 'SOURCE_UNAVAILABLE', source: 'billing' });
    expect(isOwnFailure(refused)).toBe(true);
    expect(calls).toBe(0);
  });

  test('tries the source with one call after the pause, and refuses the others meanwhile', async () => {
    await open();
    const trial = Promise.withResolvers<never[]>();
    answer = () => trial.promise;
    jest.setSystemTime(1000);
    const tried = read();
    expect(breaker.state()).toBe('half-open');
    expect(isOwnFailure(await read())).toBe(true);
    expect(calls).toBe(1);
    trial.resolve([]);
    expect(await tried).toEqual([]);
    expect(breaker.state()).toBe('closed');
  });

  test('stays open for another pause when the trial fails', async () => {
    await open();
    jest.setSystemTime(1000);
    await read();
    expect(breaker.state()).toBe('open');
    jest.setSystemTime(1999);
    expect(isOwnFailure(await read())).toBe(true);
    jest.setSystemTime(2000);
    expect(isOwnFailure(await read())).toBe(false);
    expect(calls).toBe(2);
  });

  test('does not close because the caller of the trial has left', async () => {
    await open();
    jest.setSystemTime(1000);
    answer = fails(ownFailure({ source: 'billing', message: 'the caller stopped waiting' }));
    await read();
    expect(breaker.state()).toBe('open');
  });

  test('closes when the source refuses the trial, since then it is up', async () => {
    await open();
    jest.setSystemTime(1000);
    answer = fails(aFailure('SOURCE_UNAVAILABLE', { fault: 'request' }));
    await read();
    expect(breaker.state()).toBe('closed');
  });

  test('refuses on recheck what it let pass before it opened', async () => {
    const rechecked = breaker.recheck(source);
    expect(await outcome(rechecked.read(aRead(), aCall()))).toEqual([]);
    await open();
    expect(isOwnFailure(await outcome(rechecked.read(aRead(), aCall())))).toBe(true);
    expect(calls).toBe(0);
  });

  test('reports every change of its state', async () => {
    await open();
    jest.setSystemTime(1000);
    answer = async () => [];
    await read();
    expect(events).toEqual(['open', 'half-open', 'closed'].map((state) => ({ kind: 'breaker', source: 'billing', state })));
  });
});
