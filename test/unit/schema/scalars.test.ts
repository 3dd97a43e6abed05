import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Malformed } from '../../../src/schema/model.ts';
import { acceptOf, scalarTypes } from '../../../src/schema/scalars.ts';

function accept(scalar: string, value: unknown): unknown {
  const accepts = acceptOf(scalar);
  if (accepts === undefined) throw new Error(`no scalar ${scalar}`);
  return accepts(value);
}

test.each<[string, unknown, unknown]>([
  ['String', 'text', 'text'],
  ['String', 5, '5'],
  ['String', 9007199254740993n, '9007199254740993'],
  ['ID', 12, '12'],
  ['Int', '42', 42],
  ['Int', -2147483647, -2147483647],
  ['Float', '0.5', 0.5],
  ['Boolean', false, false],
  ['Decimal', 12.5, '12.5'],
  ['Decimal', 0, '0'],
  ['Decimal', '12.50', '12.50'],
  ['Decimal', ' +007.10 ', '7.10'],
  ['Decimal', '-.5', '-0.5'],
  ['Decimal', '123456789012345678901234567890.12', '123456789012345678901234567890.12'],
  ['Decimal', 10n ** 30n, '1000000000000000000000000000000'],
  ['Date', '2026-02-28', '2026-02-28'],
  ['Date', '2024-02-29T23:59:59+14:00', '2024-02-29'],
  ['DateTime', '2026-06-15T12:00:00Z', '2026-06-15T12:00:00.000Z'],
  ['DateTime', '2026-06-15T12:00:00.5+02:00', '2026-06-15T10:00:00.500Z'],
  ['DateTime', '2026-06-15 12:00', '2026-06-15T12:00:00.000Z'],
  ['EmailAddress', ' a.b+c@post.example ', 'a.b+c@post.example'],
  ['PhoneNumber', '+4512345678', '+4512345678'],
  ['CurrencyCode', 'eur', 'EUR'],
  ['CountryCode', 'dk', 'DK'],
  ['LanguageTag', 'da_DK', 'da-DK'],
  ['URL', 'https://desk.example/tickets/1', 'https://desk.example/tickets/1'],
])('%s takes %j as %j', (scalar, value, expected) => {
  expect(accept(scalar, value)).toEqual(expected);
});

describe.each<[string, readonly unknown[]]>([
  ['String', [true, {}, [], ['a']]],
  ['Int', [1.5, '1.5', 2147483648, '9999999999', 'one', '', true, Number.NaN]],
  ['Float', ['', ' ', 'x', Number.NaN, Number.POSITIVE_INFINITY, true]],
  ['Boolean', [1, 0, 'yes', 'wahr', '']],
  ['Decimal', ['', 'x', '1,5', '1.', '1e5', '0x10', '1 000', '--1', Number.NaN, Number.POSITIVE_INFINITY, true, {}]],
  ['Date', ['2026-02-30', '2025-02-29', '2026-13-01', '26-01-01', '01.02.2026', '2026-1-1', 20260101, '', '2026-01-01x']],
  ['DateTime', ['2026-06-15', '2026-02-30T00:00:00Z', '2026-06-15T25:00:00Z', 'now', 1750000000, '', '15/06/2026 12:00']],
  ['EmailAddress', ['a', 'a@', '@b.example', 'a b@c.example', '', 5]],
  ['PhoneNumber', ['12345678', '004512345678', '+45', 'call me', '', 4512345678]],
  ['CurrencyCode', ['EURO', 'ZZZ', '€', '', 978]],
  ['CountryCode', ['DNK', 'ZZ', 'Denmark', '', 45]],
  ['LanguageTag', ['dänisch', '', 5]],
  ['URL', ['/tickets/1', 'example', '', 5]],
])('%s', (scalar, values) => {
  test.each(values.map((value) => [value]))('is not %j, and the reason does not repeat it', (value) => {
    const refused = accept(scalar, value);
    expect(refused).toBeInstanceOf(Malformed);
    if (typeof value === 'string' && value.trim().length > 3) expect((refused as Malformed).reason).not.toContain(value);
  });
});

test('what is accepted is accepted again, unchanged, and nothing throws', () => {
  const scalars = ['String', 'ID', 'Int', 'Float', 'Boolean', 'Decimal', 'Date', 'DateTime', 'EmailAddress', 'PhoneNumber', 'CurrencyCode', 'CountryCode', 'LanguageTag', 'URL'];
  const anything = fc.oneof(fc.anything(), fc.string(), fc.double(), fc.emailAddress(), fc.webUrl(), fc.date({ noInvalidDate: true }).map((date) => date.toISOString()));
  fc.assert(fc.property(fc.constantFrom(...scalars), anything, (scalar, value) => {
    const once = accept(scalar, value);
    if (!(once instanceof Malformed)) expect(accept(scalar, once)).toEqual(once);
  }), { numRuns: 500 });
});

test('a decimal keeps the digits that a number prints', () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (number) => {
    const shown = accept('Decimal', number);
    if (!(shown instanceof Malformed)) expect(Number(shown)).toBe(number === 0 ? 0 : number);
  }));
});

describe('as arguments', () => {
  test.each<[string, unknown]>([
    ['Decimal', '1,5'], ['DateTime', 'now'], ['Date', '2026-02-30'], ['Date', 'yesterday'], ['CountryCode', 'Denmark'], ['EmailAddress', 'x'], ['PhoneNumber', '123'],
  ])('%s refuses %j', (scalar, value) => {
    expect(() => scalarTypes[scalar]?.parseValue(value)).toThrow();
  });

  test.each<[string, unknown]>([['Decimal', '1.50'], ['Date', '2026-02-28'], ['CountryCode', 'DK']])('%s takes %j', (scalar, value) => {
    expect(scalarTypes[scalar]?.parseValue(value)).toBe(value);
  });
});
