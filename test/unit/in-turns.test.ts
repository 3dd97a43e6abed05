import { expect, test } from '@jest/globals';
import { inTurns } from '../../src/in-turns.ts';

const busy = (milliseconds: number): void => {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
};

test('makes all in their order, those that come later included', async () => {
  expect(await inTurns([1, 2, 3], (item) => (item === 2 ? Promise.resolve(item * 10) : item * 10))).toEqual([10, 20, 30]);
  expect(await inTurns([], () => 1)).toEqual([]);
});

test('others come between the items of a long list', async () => {
  const seen: string[] = [];
  setImmediate(() => seen.push('another'));
  await inTurns(['first', 'second', 'third'], (item) => {
    busy(6);
    seen.push(item);
  });
  expect(seen.indexOf('another')).toBeGreaterThan(0);
  expect(seen.indexOf('another')).toBeLessThan(3);
});

test('one that fails while others are still to be made is told of at the end', async () => {
  const made: number[] = [];
  await expect(inTurns([1, 2, 3], async (item) => {
    made.push(item);
    busy(6);
    if (item === 1) throw new Error('gone');
  })).rejects.toThrow('gone');
  expect(made).toEqual([1, 2, 3]);
});
