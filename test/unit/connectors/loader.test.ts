import { expect, test } from '@jest/globals';
import { openLoader } from '../../../src/connectors/loader.ts';

function aLoader(most: number, answer = (key: string): string => `row ${key}`) {
  const asked: (readonly string[])[] = [];
  return { asked, ...openLoader(most, async (keys) => {
    asked.push([...keys]);
    return keys.map(answer);
  }) };
}

test('what is asked for in one tick travels together, promises that are there included, and each key once', async () => {
  const { asked, load } = aLoader(10);
  const later = Promise.resolve().then(() => load('c'));
  expect(await Promise.all([load('a'), load('b'), load('a'), later])).toEqual(['row a', 'row b', 'row a', 'row c']);
  expect(asked).toEqual([['a', 'b', 'c']]);
});

test('a call holds no more keys than may be', async () => {
  const { asked, loadAll } = aLoader(2);
  await loadAll(['a', 'b', 'c', 'a', 'd', 'e']);
  expect(asked).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

test('what has come is there at once, and is not asked for again', async () => {
  const { asked, load, loadAll } = aLoader(10);
  await loadAll(['a', 'b']);
  expect([load('a'), load('b')]).toEqual(['row a', 'row b']);
  await Promise.all([loadAll(['a', 'c']), load('b')]);
  expect(asked).toEqual([['a', 'b'], ['c']]);
});

test('a call that fails fails all that wait for it, and no other', async () => {
  const { load, loadAll } = openLoader<string>(2, async (keys) => {
    if (keys.includes('bad')) throw new Error('gone');
    return keys;
  });
  const settled = await Promise.allSettled([load('bad'), load('b'), load('c'), loadAll(['b', 'c'])]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'rejected']);
});
