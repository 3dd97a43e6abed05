import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { collectFaults } from '../../../src/parse/faults.ts';
import { compileConversion, type Conversion, type ConversionText } from '../../../src/schema/conversions.ts';
import { Malformed } from '../../../src/schema/model.ts';

function compiled(text: ConversionText): Conversion {
  const conversion = compileConversion(text, collectFaults('x.yaml'));
  if (conversion === undefined) throw new Error('does not compile');
  return conversion;
}

const convert = async (text: ConversionText, value: unknown, row: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
  compiled(text).convert(value, (path) => row[path]);

test.each<[ConversionText, unknown, unknown]>([
  ['text', 5, '5'],
  ['lower', 'ÄB', 'äb'],
  ['upper', 'churn_risk', 'CHURN_RISK'],
  ['trimmed', ' a ', 'a'],
  ['trimmed', '   ', undefined],
  ['boolean', true, true],
  ['boolean', 'X', true],
  ['boolean', 'No', false],
  ['boolean', 0, false],
  ['epochSeconds', 1_750_000_000, '2025-06-15T15:06:40.000Z'],
  ['epochSeconds', '0', '1970-01-01T00:00:00.000Z'],
  ['epochMillis', 1_750_000_000_123, '2025-06-15T15:06:40.123Z'],
  ['compactDate', '20251003', '2025-10-03'],
  ['compactDate', 20251003, '2025-10-03'],
  ['minorUnits', 1250, '12.50'],
  ['minorUnits', -5, '-0.05'],
  ['phone', '+45 12 34 56 78', '+4512345678'],
  ['joined', ['Street 1', null, '', undefined, 'Berlin'], 'Street 1 Berlin'],
  ['joined', [null, ''], undefined],
  [{ enum: { posted: 'OPEN', 1: 'PAID' } }, 'posted', 'OPEN'],
  [{ enum: { posted: 'OPEN', 1: 'PAID' } }, 1, 'PAID'],
  [{ jsonata: '$ * 2' }, 21, 42],
  [{ jsonata: '$[0] & "-" & $[1]' }, ['a', 'b'], 'a-b'],
])('%j makes of %j: %j', async (text, value, expected) => {
  expect(await convert(text, value)).toEqual(expected);
});

describe.each<[ConversionText, readonly unknown[]]>([
  ['text', [{}, [], true]],
  ['upper', [{}, null]],
  ['boolean', ['maybe', 2, 'on']],
  ['epochSeconds', ['soon', 1e20, {}, Number.NaN]],
  ['epochMillis', ['soon', {}, 1e20]],
  ['compactDate', ['2025-10-03', '2025100', {}]],
  ['minorUnits', [12.5, '12.50', 'x', '', {}]],
  ['phone', ['12', 'call me', '']],
  [{ enum: { posted: 'OPEN' } }, ['lost', 'toString', '__proto__', 'constructor', {}]],
  [{ jsonata: '$error("no")' }, ['x']],
  [{ jsonata: '($f := function() { $f() }; $f())' }, ['x']],
])('%j', (text, values) => {
  test.each(values.map((value) => [value]))('makes nothing of %j', async (value) => {
    expect(await convert(text, value)).toBeInstanceOf(Malformed);
  });
});

describe('minor units', () => {
  test.each([
    ['EUR', 1050, '10.50'], ['JPY', 1050, '1050'], ['BHD', 1050, '1.050'], ['eur', 7, '0.07'], ['EUR', '123456789012345678901', '1234567890123456789.01'],
  ])('of %s: %s are %s', async (currency, value, expected) => {
    expect(await convert({ minorUnits: 'account.currency' }, value, { 'account.currency': currency })).toBe(expected);
  });

  test.each([undefined, null, 'EURO', '', 5])('are nothing without a currency (%j)', async (currency) => {
    expect(await convert({ minorUnits: 'account.currency' }, 5, { 'account.currency': currency })).toBeInstanceOf(Malformed);
  });

  test('say which path has to be asked for; a literal needs none', () => {
    expect(compiled({ minorUnits: 'account.currency' }).paths).toEqual(['account.currency']);
    expect(compiled({ minorUnits: "'DKK'" }).paths).toEqual([]);
  });

  test('lose no digit', async () => {
    await fc.assert(fc.asyncProperty(fc.bigInt(), async (units) => {
      const [whole = '', cents = ''] = String(await convert('minorUnits', units.toString())).split('.');
      expect(cents).toHaveLength(2);
      expect(BigInt(whole.replace('-', '')) * 100n + BigInt(cents)).toBe(units < 0n ? -units : units);
    }));
  });
});

describe('phone numbers', () => {
  test.each([
    ['DK', '12 34 56 78', '+4512345678'], ['de', '0151 21234567', '+4915121234567'], ['DE', '+45 12345678', '+4512345678'], [undefined, '+4512345678', '+4512345678'],
  ])('of %s: %s is %s', async (country, value, expected) => {
    expect(await convert({ phone: 'address.country' }, value, { 'address.country': country })).toBe(expected);
  });

  test('of no country cannot be told', async () => {
    expect(await convert({ phone: 'address.country' }, '0151 21234567', {})).toBeInstanceOf(Malformed);
    expect(await convert({ phone: 'address.country' }, '0151 21234567', { 'address.country': 'Atlantis' })).toBeInstanceOf(Malformed);
  });
});

test('an expression that does not compile is a fault', () => {
  const faults = collectFaults('x.yaml');
  expect(compileConversion({ jsonata: '$[' }, faults)).toBeUndefined();
  expect(faults.all()).toMatchObject([{ file: 'x.yaml', path: 'jsonata' }]);
});
