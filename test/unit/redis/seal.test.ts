import { expect, test } from '@jest/globals';
import { openSeal } from '../../../src/redis/seal.ts';
import { secret } from '../../../src/secret.ts';

const seal = openSeal(secret('k'.repeat(32)), 'customer360');
const other = openSeal(secret('o'.repeat(32)), 'customer360');
const value = Buffer.from('value');

test('names are the same for the same parts and no others, and tell nothing of them', () => {
  const names = [seal.name('row', 'a', 'b'), seal.name('row', 'ab', ''), seal.name('row', 'a,b'), seal.name('token', 'a', 'b'), other.name('row', 'a', 'b')];
  expect(new Set(names).size).toBe(names.length);
  expect(seal.name('row', 'a', 'b')).toBe(names[0]);
  expect(seal.name('rate', 'a-token-id')).toMatch(/^customer360:rate:[\w-]{43}$/);
});

test('what is sealed opens in its own place, with its own key', () => {
  const sealed = seal.seal(value, 'a', 'b');
  expect(seal.open(sealed, 'a', 'b')).toEqual(value);
  expect([seal.open(sealed, 'a'), seal.open(sealed, 'ab'), seal.open(sealed, 'b', 'a'), other.open(sealed, 'a', 'b')]).toEqual([undefined, undefined, undefined, undefined]);
  expect(seal.seal(value, 'a', 'b')).not.toEqual(sealed);
});

test('what was changed anywhere, or cut, does not open', () => {
  const sealed = seal.seal(value, 'a');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(seal.open(changed, 'a')).toBeUndefined();
  }
  for (let length = 0; length < sealed.length; length += 1) expect(seal.open(sealed.subarray(0, length), 'a')).toBeUndefined();
});
