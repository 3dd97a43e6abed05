import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileConversion, type ConversionText } from '../../../src/schema/conversions.ts';
import { Malformed } from '../../../src/schema/model.ts';
import { collectFaults } from '../../../src/parse/faults.ts';

const texts: readonly ConversionText[] = [
  'text', 'lower', 'upper', 'trimmed', 'boolean', 'epochSeconds', 'epochMillis', 'compactDate', 'minorUnits', 'phone', 'joined',
  { enum: { a: 'A' } }, { minorUnits: 'currency' }, { phone: 'country' },
];

describe.each(texts)('the conversion %j', (text) => {
  const faults = collectFaults('sources/crm.yaml');
  const conversion = compileConversion(text, faults);

  test('throws for nothing that JSON can hold', () => {
    const unprintable = fc.constantFrom<unknown>({ toString: 1 }, { valueOf: {}, toString: null }, [[{ toString: 1 }]], Object.create(null));
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), unprintable), fc.jsonValue(), (value, other) => {
      expect(() => conversion?.convert(value, () => other)).not.toThrow();
    }));
  });

  test('takes no object for a value', () => {
    expect(conversion?.convert({ toString: 1 }, () => 'EUR')).toBeInstanceOf(Malformed);
  });
});

test.each(['epochSeconds', 'epochMillis'] as const)('%s makes no instant of an empty text or a truth value', (text) => {
  const conversion = compileConversion(text, collectFaults('sources/crm.yaml'));
  expect(conversion?.convert('', () => undefined)).toBeUndefined();
  expect(conversion?.convert(true, () => undefined)).toBeInstanceOf(Malformed);
  expect(conversion?.convert('0', () => undefined)).toBe('1970-01-01T00:00:00.000Z');
  expect(conversion?.convert(0n, () => undefined)).toBe('1970-01-01T00:00:00.000Z');
});
