import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeCursorSeal } from '../../../../src/federation/pages/cursor.ts';
import { secret } from '../../../../src/secret.ts';

const seal = makeCursorSeal(secret('k'.repeat(32)));
const position = fc.record({
  source: fc.string(),
  key: fc.string(),
  at: fc.option(fc.string(), { nil: undefined }),
  size: fc.integer({ min: 1, max: 1000 }),
  skip: fc.nat(1000),
});
const scope = fc.array(fc.string());

test('a cursor opens to the position it was made of, in its own scope', () => {
  fc.assert(fc.property(position, scope, (place, where) => {
    expect(seal.open(seal.seal(place, where), where)).toEqual(place);
  }));
});

test('how long a cursor is does not tell how far it lies behind the first row', () => {
  const lengths = [[undefined, 0], ['0.3', 1], ['12.300', 97], ['a'.repeat(90), 1000]] as const;
  const cursors = lengths.map(([at, skip]) => seal.seal({ source: 'crm', key: '', at, size: 3, skip }, []));
  expect(new Set(cursors.map(({ length }) => length)).size).toBe(1);
});

test('the longer of two cursors is longer by whole blocks', () => {
  const bytesOf = (at: string): number => Buffer.from(seal.seal({ source: 'crm', key: '', at, size: 3, skip: 0 }, []), 'base64url').length;
  const sizes = new Set(Array.from({ length: 400 }, (_, length) => bytesOf('x'.repeat(length)) - 28));
  expect([...sizes]).toEqual([128, 256, 384, 512]);
});

test('a cursor opens in no other scope, however its parts are cut', () => {
  fc.assert(fc.property(position, scope, scope, (place, where, elsewhere) => {
    fc.pre(JSON.stringify(where) !== JSON.stringify(elsewhere));
    expect(seal.open(seal.seal(place, where), elsewhere)).toBeUndefined();
  }));
  const place = { source: 'crm', key: 'k', at: undefined, size: 1, skip: 0 };
  expect(seal.open(seal.seal(place, ['a', 'b']), ['a,b'])).toBeUndefined();
  expect(seal.open(seal.seal(place, ['ab']), ['a', 'b'])).toBeUndefined();
});

test('a cursor in which any bit was changed opens to nothing', () => {
  fc.assert(fc.property(position, scope, fc.nat(), (place, where, bit) => {
    const bytes = Buffer.from(seal.seal(place, where), 'base64url');
    const at = Math.floor(bit / 8) % bytes.length;
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit % 8)), at);
    expect(seal.open(bytes.toString('base64url'), where)).toBeUndefined();
  }));
});

describe('opens to nothing:', () => {
  test('a cursor that was sealed under another key', () => {
    const other = makeCursorSeal(secret('j'.repeat(32)));
    expect(seal.open(other.seal({ source: 'crm', key: 'k', at: 'x', size: 1, skip: 0 }, []), [])).toBeUndefined();
  });

  test('any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
      expect(seal.open(text, [])).toBeUndefined();
    }));
  });
});

test('one position is sealed differently each time, and shows nothing of itself', () => {
  const place = { source: 'billing', key: 'k', at: 'in_0kQ2xZ', size: 5, skip: 2 };
  const [one, other] = [seal.seal(place, ['caller']), seal.seal(place, ['caller'])];
  expect(one).not.toBe(other);
  expect(Buffer.from(one, 'base64url').toString('latin1')).not.toMatch(/billing|in_0kQ2xZ|caller/);
});

test('processes with one key open each other\'s cursors', () => {
  const place = { source: 'billing', key: 'k', at: undefined, size: 5, skip: 2 };
  expect(makeCursorSeal(secret('k'.repeat(32))).open(seal.seal(place, []), [])).toEqual(place);
});
