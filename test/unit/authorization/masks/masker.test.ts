import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fits, maskNames, scalarsOf, type MaskName } from '../../../../src/authorization/masks/mask.ts';
import { openMasker } from '../../../../src/authorization/masks/open-masker.ts';
import { Malformed } from '../../../../src/schema/model.ts';
import { acceptOf } from '../../../../src/schema/scalars.ts';
import { secret } from '../../../../src/secret.ts';

const mask = openMasker([{ id: '2026', key: secret('a'.repeat(32)) }]);

describe('shows', () => {
  test.each<[MaskName, string, unknown, unknown]>([
    ['last4', 'PhoneNumber', '+4915121234567', '****4567'],
    ['last4', 'String', '12345678', '****5678'],
    ['last4', 'String', '1234567', '****'],
    ['last4', 'ID', '', '****'],
    ['last4', 'String', '👩‍👩‍👧ab👨‍👩‍👦cdef', '****cdef'],
    ['last4', 'String', 'xxxxxé́123'.normalize('NFD'), `****${'é́123'.normalize('NFD')}`],
    ['email', 'EmailAddress', 'kaethe.krueger@post.example', 'k***@post.example'],
    ['email', 'EmailAddress', 'k@post.example', '***@post.example'],
    ['email', 'String', '"odd@local"@post.example', '"***@post.example'],
    ['email', 'String', 'no address', null],
    ['email', 'String', '@post.example', null],
    ['email', 'String', 'k@', null],
    ['initials', 'String', 'Käthe Krüger', 'K. K.'],
    ['initials', 'String', 'jean-luc  élan', 'J. L. É.'],
    ['initials', 'String', 'Θεός', 'Θ.'],
    ['initials', 'String', '42 -', null],
    ['year', 'Date', '1984-05-17', '1984-01-01'],
    ['year', 'DateTime', '1984-05-17T08:09:10.123Z', '1984-01-01T00:00:00.000Z'],
    ['year', 'Date', 'some day', null],
    ['postcodeArea', 'String', '10969', '10***'],
    ['postcodeArea', 'String', 'sw1a 1aa', 'SW1A ***'],
    ['postcodeArea', 'String', 'EC1Y8SY', 'EC1Y ***'],
    ['postcodeArea', 'String', '123', '****'],
    ['band', 'Decimal', '1234.56', '1000'],
    ['band', 'Decimal', '7999', '5000'],
    ['band', 'Decimal', '20', '20'],
    ['band', 'Decimal', '-73.2', '-50'],
    ['band', 'Decimal', '0.99', '0'],
    ['band', 'Decimal', '0', '0'],
    ['band', 'Decimal', '007', '5'],
    ['band', 'Decimal', 'much', null],
    ['band', 'Int', 349, 200],
    ['band', 'Float', 1.5e22, 1e22],
    ['band', 'Float', Number.NaN, null],
  ])('by %s of %s %j: %j', (name, scalar, value, shown) => {
    expect(mask(name, scalar, value, 'acme')).toEqual(shown);
  });

  test('nothing of a value that a mask knows nothing of', () => {
    for (const name of maskNames) {
      for (const value of [true, {}, [{}], Symbol('x'), () => 1]) expect([mask(name, scalarsOf[name][0] ?? '', value, 'acme')].flat()).toEqual([null]);
    }
    for (const name of maskNames) expect(mask(name, 'Boolean', 'x', 'acme')).toBeNull();
  });

  test('lists item by item', () => {
    expect(mask('last4', 'String', ['12345678', 'x', 7], 'acme')).toEqual(['****5678', '****', null]);
  });
});

const samples: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  String: fc.oneof(fc.string({ unit: 'grapheme' }), fc.emailAddress(), fc.stringMatching(/^[A-Z]{1,2}\d{1,2} ?\d[A-Z]{2}$/)),
  ID: fc.string({ minLength: 1 }),
  PhoneNumber: fc.stringMatching(/^\+[1-9]\d{7,13}$/),
  EmailAddress: fc.emailAddress().filter((address) => !(acceptOf('EmailAddress')?.(address) instanceof Malformed)),
  Date: fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
  DateTime: fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map((date) => date.toISOString()),
  Decimal: fc.tuple(fc.integer(), fc.nat(999)).map(([whole, part]) => `${whole}.${part}`),
  Int: fc.integer(),
  Float: fc.double({ noNaN: true, noDefaultInfinity: true }),
};
const pairs = maskNames.flatMap((name) => scalarsOf[name].map((scalar) => [name, scalar] as const));

describe('what is shown', () => {
  test.each(pairs)('by %s of %s is still what its scalar promises, but for the digits that a phone number hides', (name, scalar) => {
    fc.assert(fc.property(samples[scalar] ?? fc.constant(''), (value) => {
      const shown = mask(name, scalar, value, 'acme');
      if (shown === null || scalar === 'PhoneNumber') return;
      expect(acceptOf(scalar)?.(shown)).not.toBeInstanceOf(Malformed);
    }));
  });

  test.each(pairs)('by %s of %s is the same for all values that it does not tell apart', (name, scalar) => {
    // Masking what was masked already, or its like, gives no more away: the mask is a function of what it shows.
    fc.assert(fc.property(samples[scalar] ?? fc.constant(''), (value) => {
      expect(mask(name, scalar, value, 'acme')).toEqual(mask(name, scalar, structuredClone(value), 'acme'));
    }));
  });

  test('of long texts is never the text', () => {
    fc.assert(fc.property(fc.string({ minLength: 9, unit: 'grapheme-ascii' }), (text) => {
      for (const name of ['last4', 'email', 'initials', 'postcodeArea', 'hash'] as const) {
        const shown = mask(name, 'String', text, 'acme');
        expect(shown).not.toBe(text);
        if (name === 'last4') expect(shown).toBe(`****${text.slice(-4)}`);
        if (name === 'hash') expect(shown).toMatch(/^2026\.[0-9a-f]{32}$/);
      }
    }));
  });
});

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

  test('without a key for the recipient shows nothing', () => {
    expect(openMasker([])('hash', 'String', 'x', 'acme')).toBeNull();
    expect(openMasker([{ id: 'a', key: secret('c'.repeat(32)), recipients: ['acme'] }])('hash', 'String', 'x', 'apex')).toBeNull();
  });
});

test('every mask fits what it says and nothing else', () => {
  for (const name of maskNames) expect([...scalarsOf[name], 'Boolean', 'URL', 'CountryCode'].filter((scalar) => fits(name, scalar))).toEqual(scalarsOf[name]);
});
