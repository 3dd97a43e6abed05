import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pad, unpad } from '../../../src/federation/padding.ts';

test('a text comes back, whatever it ends in', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(fc.property(text, fc.constantFrom('', '\0', '\u0001', '\u0001\0\0', ' '), fc.constantFrom(16, 128), (start, end, block) => {
    const padded = pad(start + end, block);
    expect(padded.length % block).toBe(0);
    expect(unpad(padded)).toBe(start + end);
  }));
});

test('a text that fills a block has its end in the next one', () => {
  expect([0, 15, 16, 31, 32].map((length) => pad('x'.repeat(length), 16).length)).toEqual([16, 16, 32, 32, 48]);
});
