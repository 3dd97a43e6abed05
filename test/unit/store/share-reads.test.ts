import { expect, test } from '@jest/globals';
import { shareCalls } from '../../../src/store/share-reads.ts';

function aStore(ask: (items: readonly number[]) => Promise<readonly string[]> = async (items) => items.map(String)): { readonly asked: (readonly number[])[]; readonly read: ReturnType<typeof shareCalls<number, string>> } {
  const asked: (readonly number[])[] = [];
  return { asked, read: shareCalls((items) => (asked.push(items), ask(items)), 4) };
}

test('what is asked in one turn is one question, and each is told of its own', async () => {
  const { asked, read } = aStore();
  expect(await Promise.all([read([1, 2]), read([]), read([2, 3])])).toEqual([['1', '2'], [], ['2', '3']]);
  expect(asked).toEqual([[1, 2, 2, 3]]);
});

test('a question is no larger than the store takes, but for one that is so by itself', async () => {
  const { asked, read } = aStore();
  expect(await Promise.all([read([1, 2, 3]), read([4, 5]), read([6, 7, 8, 9, 10])])).toEqual([['1', '2', '3'], ['4', '5'], ['6', '7', '8', '9', '10']]);
  expect(asked).toEqual([[1, 2, 3], [4, 5], [6, 7, 8, 9, 10]]);
});

test('what is asked later is asked anew', async () => {
  const { asked, read } = aStore();
  await read([1]);
  await read([1]);
  expect(asked).toEqual([[1], [1]]);
});

test('a store that fails fails all of them, and no later ones', async () => {
  let down = true;
  const { read } = aStore(async (items) => {
    if (down) throw new Error('gone');
    return items.map(String);
  });
  expect((await Promise.allSettled([read([1]), read([2])])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  down = false;
  expect(await read([1])).toEqual(['1']);
});
