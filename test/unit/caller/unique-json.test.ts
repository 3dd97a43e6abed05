import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseUniqueJson } from '../../../src/caller/unique-json.ts';

describe('unique JSON', () => {
  test('is what JSON.parse makes of it, for any value without repeated members', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (text, indent) => {
        const value: unknown = JSON.parse(text);
        expect(parseUniqueJson(JSON.stringify(value, undefined, indent))).toEqual(value);
      }),
    );
  });

  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":3}',
    '{"a":1,"\\u0061":2}',
    '{"x":{"a":1,"a":2}}',
    '[{"a":[{"b":1,"b":1}]}]',
    '{"__proto__":1,"__proto__":2}',
    '{"":1,"":2}',
    '{"a:b":1,"a:b":2}',
    '{"\\":":1,"\\":":2}',
  ])('refuses %s', (text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(() => parseUniqueJson(text)).toThrow(SyntaxError);
  });

  test.each([
    '{"a:b":"c:d"}',
    '{"a":"\\":\\\\"}',
    '{"\\\\":":"}',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":2}]',
    '{"__proto__":{"a":1}}',
    '":"',
  ])('accepts %s', (text) => {
    expect(parseUniqueJson(text)).toEqual(JSON.parse(text));
  });

  test.each(['', '{', '{"a":1}x', '{a:1}'])('refuses %j, which is no JSON', (text) => {
    expect(() => parseUniqueJson(text)).toThrow(SyntaxError);
  });

  test('bears any depth that a token has room for', () => {
    const text = `${'['.repeat(4000)}${']'.repeat(4000)}`;
    expect(parseUniqueJson(text)).toEqual(JSON.parse(text));
  });
});
