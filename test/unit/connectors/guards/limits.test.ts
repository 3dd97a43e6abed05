import { describe, expect, test } from '@jest/globals';
import { collectFaults } from '../../../../src/parse/faults.ts';
import { parse } from '../../../../src/parse/parse.ts';
import { limitsShape } from '../../../../src/connectors/guards/limits.ts';

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
    [{ timeout: '1s' }, ''],
  ])('refuse %j', (text, path) => {
    const faults = collectFaults('sources/billing.yaml');
    expect(parse(limitsShape, text, faults)).toBeUndefined();
    expect(faults.all().map((fault) => fault.path)).toEqual([path]);
  });
});
