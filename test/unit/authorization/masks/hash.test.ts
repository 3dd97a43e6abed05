import { describe, expect, test } from '@jest/globals';
import { openMasker } from '../../../../src/authorization/masks/open-masker.ts';
import { secret } from '../../../../src/secret.ts';

const mask = openMasker([{ id: '2026', key: secret('a'.repeat(32)) }]);

describe('a hash', () => {
  const hash = (value: string, recipient = 'acme', scalar = 'EmailAddress'): unknown => mask('hash', scalar, value, recipient);

  test('is the same for the same recipient, whatever the case of an address', () => {
    expect(hash('Kaethe@Post.example ')).toBe(hash('kaethe@post.example'));
    expect(hash('kaethe@post.example')).toMatch(/^2026\.[0-9a-f]{32}@masked\.invalid$/);
    expect(hash('Käthe', 'acme', 'String')).toBe(hash('käthe'.normalize('NFD'), 'acme', 'String'));
  });

  test('tells keys of systems apart by case', () => {
    expect(hash('aB', 'acme', 'ID')).not.toBe(hash('Ab', 'acme', 'ID'));
  });

  test('is another one for another recipient, and under another key', () => {
    const others = openMasker([{ id: '2026', key: secret('b'.repeat(32)) }]);
    const all = [hash('k@post.example'), hash('k@post.example', 'apex'), others('hash', 'EmailAddress', 'k@post.example', 'acme'), hash('l@post.example')];
    expect(new Set(all).size).toBe(4);
  });

  test('moves to a new key for one recipient after the other, and says which it was', () => {
    const moving = openMasker([{ id: 'new', key: secret('c'.repeat(32)), recipients: ['acme'] }, { id: '2026', key: secret('a'.repeat(32)) }]);
    expect(moving('hash', 'String', 'x', 'acme')).toMatch(/^new\./);
    expect(moving('hash', 'String', 'x', 'apex')).toBe(hash('x', 'apex', 'String'));
  });

  test('of nothing is none: all that is empty would look like one', () => {
    for (const empty of ['', '  ', '\n']) expect(hash(empty, 'acme', 'String')).toBeNull();
  });

  test('without a key for the recipient shows nothing', () => {
    expect(openMasker([])('hash', 'String', 'x', 'acme')).toBeNull();
    expect(openMasker([{ id: 'a', key: secret('c'.repeat(32)), recipients: ['acme'] }])('hash', 'String', 'x', 'apex')).toBeNull();
  });
});
