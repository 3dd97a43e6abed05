import { describe, expect, test } from '@jest/globals';
import { openMasker } from '../../../../src/authorization/masks/open-masker.ts';
import { fits, maskNames, type MaskName } from '../../../../src/authorization/masks/mask.ts';
import { maskValue } from '../../../../src/authorization/masks/mask-value.ts';
import { secret } from '../../../../src/secret.ts';

const mask = openMasker([{ id: '2026', key: secret('k'.repeat(32)) }]);
const family = '👨‍👩‍👧';
const accented = 'e\u0301';

describe.each<[MaskName, string, readonly (readonly [unknown, unknown])[]]>([
  ['last4', 'PhoneNumber', [['+4512345678', '****5678'], ['+451234567', '****4567'], ['+45123', '****']]],
  ['last4', 'ID', [['0035e00001AbCdE', '****bCdE'], ['12345678', '****5678']]],
  ['last4', 'String', [
    ['4111 1111 1111 1234', '****1234'],
    ['DE89 3704 0044 0532 0130 00', '****3000'],
    ['1234567', '****'], ['1234', '****'], ['1', '****'], ['', '****'], ['        ', '****'],
    ['  1 2 3 4  ', '****'],
    ['\u202A1234567\u202C', '****'],
    ['12\u200B34\u200B56\u200B78\u200B', '****5678'],
    [`secret-${family}${family}${accented}1`, `****${family}${family}${accented}1`],
    [family.repeat(7), '****'],
    [accented.repeat(7), '****'],
    ['x'.repeat(100_000), '****xxxx'],
  ]],
  ['email', 'EmailAddress', [
    ['jane@example.com', 'j***@example.com'], ['Jane.Doe+news@Mail.Example', 'J***@Mail.Example'], ['ab@example.com', 'a***@example.com'],
    ['j@example.com', '***@example.com'], ['root@localhost', 'r***@localhost'], ['*x@example.com', '****@example.com'],
    ['no address', null], ['@example.com', null], ['jane@', null], ['', null],
  ]],
  ['email', 'String', [
    [' jane@example.com ', 'j***@example.com'], ['jürgen@müller.example', 'j***@müller.example'], [`${accented}va@example.com`, `${accented}***@example.com`],
    [`${accented}@example.com`, '***@example.com'], ['jane@xn--mller-kva.xn--p1ai', 'j***@xn--mller-kva.xn--p1ai'],
    ['p@ssw0rd', '***'], ['pin@4711', '***'], ['pin@47.11', '***'], ['@jane', '***'], ['jane', '***'], ['', '***'], [family, '***'],
    ['call jane@example.com', '***'], ['Jane <jane@example.com>', '***'], ['a@b@example.com', '***'], ['jane@example.com, joe@example.com', '***'], ['jane@-.com', '***'],
  ]],
  ['initials', 'String', [
    ['Jane Smith', 'J. S.'], ['jane smith', 'J. S.'], ['  Jane   Smith ', 'J. S.'], ['Jean-Luc Picard', 'J. L. P.'], ['Ludwig van Beethoven', 'L. V. B.'],
    ['John F. Kennedy', 'J. F. K.'], ["O'Brien", 'O.'], ['(Bob) "Jones"', 'B. J.'], ['Émile Zola', 'É. Z.'], [`${accented}mile Zola`, 'E\u0301. Z.'],
    ['élodie ørsted', 'É. Ø.'], ['Лев Толстой', 'Л. Т.'], ['王小明', '王.'], ['김 민준', '김. 민.'], ['Jane 😀 Smith', 'J. S.'], ['4711 Jane', 'J.'],
    ['one two three four five six', 'O. T. T. F. F.'],
    ['J', '***'], ['J. S.', '***'], ['a b c', '***'], ['王 明', '***'], ['', '***'], ['  ', '***'], [family, '***'], ['4711', '***'], [accented, '***'], ['\u200BJ\u200B', '***'],
  ]],
  ['year', 'Date', [
    ['1984-02-29', '1984-01-01'], ['1984-01-01', '1984-01-01'], ['0001-12-31', '0001-01-01'],
    ['1985-02-29', null], ['1984-13-01', null], ['1984', null], ['29.02.1984', null], ['1984-02-29T00:00:00Z', null], ['', null],
  ]],
  ['year', 'DateTime', [
    ['2026-06-15T12:34:56.789Z', '2026-01-01T00:00:00.000Z'], ['2026-01-01T00:30:00+02:00', '2025-01-01T00:00:00.000Z'], ['2025-12-31T23:30:00-02:00', '2026-01-01T00:00:00.000Z'],
    ['0000-01-01T00:00:00+01:00', null], ['9999-12-31T23:59:59-01:00', null], ['2026-02-30T00:00:00Z', null], ['2026-06-15T25:00:00Z', null], ['2026-06-15', null], ['now', null], ['', null],
  ]],
  ['postcodeArea', 'String', [
    ['SW1A 1AA', 'SW1A ***'], ['sw1a1aa', 'SW1A ***'], ['M1 1AE', 'M1 ***'], ['B33 8TH', 'B33 ***'], ['CR2 6XH', 'CR2 ***'], ['DN55 1PT', 'DN55 ***'], ['GIR 0AA', 'GIR ***'],
    ['10117', '10***'], ['2100', '21***'], ['K1A 0B1', 'K1***'], ['1012 AB', '10***'], [' LV-1010 ', 'LV***'], ['D02 AF30', 'D0***'],
    ['101', '***'], ['1 0 1', '***'], ['M1', '***'], ['1', '***'], ['', '***'], ['   ', '***'], [family, '***'], [accented.repeat(3), '***'],
  ]],
  ['band', 'Decimal', [
    ['1234.56', '1000'], ['1999.99', '1000'], ['2000', '2000'], ['4999', '2000'], ['5000.01', '5000'], ['9.99', '5'], ['1', '1'], ['-1234.56', '-1000'], ['-0.37', '-0.2'],
    ['0.99', '0.5'], ['0.0049', '0.002'], ['0', '0'], ['0.00', '0'], ['-0.00', '0'], ['123456789012345678901234567890.12', '100000000000000000000000000000'],
    ['1,5', null], ['1e5', null], ['+1', null], ['007', null], ['1.', null], ['x', null], ['', null], [5, null],
  ]],
  ['band', 'Int', [[1234, 1000], [-77, -50], [0, 0], [1, 1], [2_147_483_647, 2_000_000_000], [1.5, null], ['12', null], [Number.NaN, null]]],
  ['band', 'Float', [
    [0.37, 0.2], [-0.37, -0.2], [12.5, 10], [1.9999999999999998, 1], [0, 0], [-0, 0], [5e-324, 5e-324], [1.7976931348623157e308, 1e308],
    [Number.NaN, null], [Number.POSITIVE_INFINITY, null], ['0.5', null],
  ]],
])('%s of %s', (name, scalar, cases) => {
  test.each(cases)('shows of %j %j', (value, shown) => {
    expect(mask(name, scalar, value, 'acme')).toEqual(shown);
  });
});

const fitting = maskNames.flatMap((name) => ['String', 'ID', 'PhoneNumber', 'EmailAddress', 'Date', 'DateTime', 'Decimal', 'Int', 'Float'].filter((scalar) => fits(name, scalar)).map((scalar) => [name, scalar] as const));

describe.each(fitting)('%s of %s', (name, scalar) => {
  test('leaves null and undefined as they are', () => {
    expect(mask(name, scalar, null, 'acme')).toBeNull();
    expect(mask(name, scalar, undefined, 'acme')).toBeUndefined();
  });

  test.each([true, {}, { toString: () => 'secret' }, Symbol('secret'), 5n, () => 'secret', new Date(0), new Error('secret'), Promise.resolve('secret')].map((value) => [value]))(
    'shows nothing of what the scalar cannot have', (value) => {
      expect(mask(name, scalar, value, 'acme')).toBeNull();
    },
  );
});

test('a list is masked item by item, and the list itself is left alone', () => {
  const list = Object.freeze(['jane@example.com', null, 'x', ['joe@example.com'], 5]);
  expect(mask('email', 'EmailAddress', list, 'acme')).toEqual(['j***@example.com', null, null, ['j***@example.com'], null]);
  expect(mask('band', 'Int', [], 'acme')).toEqual([]);
});

test.each<[MaskName, string, unknown]>([
  ['last4', 'EmailAddress', 'jane@example.com'], ['email', 'ID', 'jane@example.com'], ['year', 'String', '1984-02-29'], ['band', 'Date', '1984-02-29'], ['hash', 'PhoneNumber', '+4512345678'],
  ['initials', 'ID', 'Jane Smith'], ['postcodeArea', 'ID', '10117'], ['last4', 'Loyalty', '123456789'], ['hash', '', '123456789'], ['band', 'Boolean', 1], ['last4', 'constructor', '123456789'],
])('%s of %s does not fit and shows nothing', (name, scalar, value) => {
  expect(fits(name, scalar)).toBe(false);
  expect(mask(name, scalar, value, 'acme')).toBeNull();
  if (name !== 'hash') expect(maskValue(name, scalar, value)).toBeUndefined();
});
