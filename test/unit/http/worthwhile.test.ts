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

test('a burst costs no places, and what keeps the process busy leaves a quarter of them', () => {
  expect(after(1, 1)).toBe(256);
  expect(after(0.25, 0.5)).toBe(256);
  expect(after(3, 1)).toBe(64);
  expect(after(60, 1)).toBe(64);
});

test('they come back when it is over', () => {
  after(60, 1);
  expect(after(0.25, 0.5)).toBe(80);
  expect(after(3, 0.5)).toBe(256);
});

test('who allows few gets as many', () => {
  worthwhile.close();
  worthwhile = openWorthwhile(12, () => busy);
  expect(after(60, 1)).toBe(12);
});
