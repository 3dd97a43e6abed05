import { expect, test } from '@jest/globals';
import { bare } from '../../src/bare.ts';

test('a bare object has what was put into it and nothing else, whatever the names', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a'];
  const object = bare();
  for (const name of names) expect(object[name]).toBeUndefined();
  for (const name of names) object[name] = name;
  expect(Object.entries(object)).toEqual(names.map((name) => [name, name]));
  expect(JSON.parse(JSON.stringify(object), (key, value: unknown) => (key === '' ? Object.keys(value as object) : value))).toEqual(names);
  // What one holds is none of another's.
  expect(bare()['__proto__']).toBeUndefined();
});
