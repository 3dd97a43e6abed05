import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { openWorthwhile, type Worthwhile } from '../../../src/http/worthwhile.ts';

let busy = 0;
let worthwhile: Worthwhile;
beforeEach(() => {
  jest.useFakeTimers();
  worthwhile = openWorthwhile(256, () => busy);
});
afterEach(() => {
  worthwhile.close();
  jest.useRealTimers();
});

function after(seconds: number, part: number): number {
  busy = part;
  jest.advanceTimersByTime(seconds * 1000);
  return worthwhile.now();
}

test('all may be worked on while there are idle moments, however few', () => {
  expect(worthwhile.now()).toBe(256);
  expect(after(60, 0.9)).toBe(256);
});

test('a burst costs no places to speak of, and what keeps the process busy leaves what keeps it busy', () => {
  expect(after(0.5, 1)).toBeGreaterThanOrEqual(128);
  expect(after(2, 1)).toBe(32);
  expect(after(60, 1)).toBe(32);
});

test('they come back when it is over', () => {
  after(60, 1);
  expect(after(0.25, 0.5)).toBe(40);
  expect(after(3, 0.5)).toBe(256);
});

test('who allows few gets as many', () => {
  worthwhile.close();
  worthwhile = openWorthwhile(12, () => busy);
  expect(after(60, 1)).toBe(12);
});
