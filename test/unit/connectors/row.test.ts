import { expect, test } from '@jest/globals';
import { keyOf } from '../../../src/connectors/row.ts';

test.each<[unknown, string | undefined]>([
  ['A-1', 'A-1'], [7, '7'], [7n, '7'], ['Zoë 日本 🙂', 'Zoë 日本 🙂'],
  ['', undefined], ['\ud83d', undefined], ['a\ude42', undefined], [1.5, undefined], [2 ** 53, undefined], [null, undefined], [true, undefined], [['A-1'], undefined],
])('%s as a key is %s', (value, key) => {
  expect(keyOf(value)).toBe(key);
});
