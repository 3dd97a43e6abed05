import { describe, expect, test } from '@jest/globals';
import { openRetryBudget } from '../../../../src/connectors/guards/budget.ts';

describe('retry budget', () => {
  function aBudget(ratio: number) {
    let now = 0;
    const budget = openRetryBudget({ ratio, clock: () => now });
    const spendAll = (): number => {
      let spent = 0;
      while (budget.spend()) spent += 1;
      return spent;
    };
    const earn = (calls: number): void => {
      for (let call = 0; call < calls; call += 1) budget.earn();
    };
    return { budget, spendAll, earn, pass: (milliseconds: number) => void (now += milliseconds) };
  }

  test('starts with ten retries', () => {
    expect(aBudget(0.1).spendAll()).toBe(10);
  });

  test('earns a part of a retry with every call', () => {
    const { spendAll, earn } = aBudget(0.25);
    spendAll();
    earn(3);
    expect(spendAll()).toBe(0);
    earn(1);
    expect(spendAll()).toBe(1);
  });

  test('earns one retry a second however few calls there are', () => {
    const { spendAll, pass } = aBudget(0);
    spendAll();
    pass(999);
    expect(spendAll()).toBe(0);
    pass(1);
    expect(spendAll()).toBe(1);
  });

  test('does not save up more than ten', () => {
    const { spendAll, earn, pass } = aBudget(1);
    earn(1000);
    pass(3_600_000);
    expect(spendAll()).toBe(10);
  });

  test('loses nothing when the clock is set back', () => {
    const { spendAll, pass } = aBudget(0.1);
    pass(-60_000);
    expect(spendAll()).toBe(10);
  });
});
