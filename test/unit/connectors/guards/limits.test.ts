import { describe, expect, test } from '@jest/globals';
import { collectFaults } from '../../../../src/parse/faults.ts';
import { parse } from '../../../../src/parse/parse.ts';
import { limitsShape, mostCalls } from '../../../../src/connectors/guards/limits.ts';

describe('limits', () => {
  test('have defaults for all that is left out', () => {
    expect(limitsShape.parse({})).toEqual({
      deadline: 2000,
      concurrency: 20,
      coalesce: true,
      queue: 200,
      retry: { attempts: 2, budget: 0.1, backoff: 50 },
      breaker: { failures: 5, openFor: 10_000 },
    });
  });

  test('keep the defaults beside what is given', () => {
    const limits = limitsShape.parse({ deadline: '800ms', retry: { attempts: 1 }, breaker: { openFor: '1m' } });
    expect(limits).toMatchObject({ deadline: 800, retry: { attempts: 1, backoff: 50 }, breaker: { failures: 5, openFor: 60_000 } });
  });

  test.each([
    [{ deadline: 800 }, 'deadline'],
    [{ deadline: '0ms' }, 'deadline'],
    [{ deadline: '6m' }, 'deadline'],
    [{ concurrency: 0 }, 'concurrency'],
    [{ queue: -1 }, 'queue'],
    [{ retry: { attempts: 0 } }, 'retry.attempts'],
    [{ retry: { attempts: 6 } }, 'retry.attempts'],
    [{ retry: { budget: 1.5 } }, 'retry.budget'],
    [{ breaker: { failures: 0.5 } }, 'breaker.failures'],
    [{ breaker: { openFor: '0s' } }, 'breaker.openFor'],
    [{ fastest: '0s' }, 'fastest'],
    [{ fastest: '3s' }, 'fastest'],
    [{ timeout: '1s' }, ''],
  ])('refuse %j', (text, path) => {
    const faults = collectFaults('sources/billing.yaml');
    expect(parse(limitsShape, text, faults)).toBeUndefined();
    expect(faults.all().map((fault) => fault.path)).toEqual([path]);
  });
});

describe('the most calls that start together', () => {
  const most = (text: object, requestDeadline = 5000): number => mostCalls(limitsShape.parse(text), requestDeadline);

  test('are those that have a place or may wait for one', () => {
    expect(most({ concurrency: 3, queue: 7 })).toBe(10);
    expect(most({})).toBe(220);
  });

  test('are fewer where it is known what a call takes at least: the last turn has to end in time', () => {
    expect(most({ concurrency: 3, deadline: '2s', fastest: '300ms' })).toBe(18);
    expect(most({ concurrency: 3, deadline: '2s', fastest: '2s' })).toBe(3);
    expect(most({ concurrency: 3, queue: 2, deadline: '2s', fastest: '300ms' })).toBe(5);
    expect(most({ concurrency: 3, deadline: '2s', fastest: '300ms' }, 1000)).toBe(9);
  });

  test('are never none', () => {
    expect(most({ concurrency: 1, fastest: '1s' }, 500)).toBe(1);
  });
});
