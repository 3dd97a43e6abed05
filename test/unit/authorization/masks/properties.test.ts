import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fits, maskNames, type MaskName } from '../../../../src/authorization/masks/mask.ts';
import { openMasker } from '../../../../src/authorization/masks/open-masker.ts';
import { secret } from '../../../../src/secret.ts';
import { acceptOf } from '../../../../src/schema/scalars.ts';

const masker = openMasker([{ id: '2026', key: secret('k'.repeat(32)) }]);
const show = (mask: MaskName, scalar: string, value: unknown): unknown => masker(mask, scalar, value, 'acme');

/** Whole characters that stay apart when they are joined. */
const character = fc.constantFrom('a', 'B', '7', 'é', 'e\u0301', 'ß', 'я', '字', '한', '😀', '👨‍👩‍👧', '+', '_');
const textOf = (minimum: number, maximum = 20): fc.Arbitrary<string> => fc.array(character, { minLength: minimum, maxLength: maximum }).map((all) => all.join(''));
const word = fc.stringMatching(/^[a-zäöüß]{2,9}$/);
const domain = fc.domain();
const local = fc.stringMatching(/^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{2,20}$/);
const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const instantOf = (year: number): fc.Arbitrary<Date> => fc.date({ min: new Date(Date.UTC(year, 0, 1)), max: new Date(Date.UTC(year, 11, 31, 23, 59)), noInvalidDate: true });

/** By scalar, the values that it can have. */
const valuesOf: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  String: fc.oneof(fc.string({ unit: 'binary' }), textOf(0), fc.emailAddress(), fc.string()),
  ID: fc.oneof(fc.uuid(), textOf(0), fc.string()),
  PhoneNumber: fc.stringMatching(/^\+[1-9]\d{3,14}$/),
  EmailAddress: fc.tuple(local, domain).map((parts) => parts.join('@')),
  Date: day.map((date) => date.toISOString().slice(0, 10)),
  DateTime: day.map((date) => date.toISOString()),
  Decimal: fc.oneof(fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,10})?$/), fc.integer().map(String)),
  Int: fc.integer({ min: -2147483647, max: 2147483647 }),
  Float: fc.double({ noNaN: true, noDefaultInfinity: true }),
};

const fitting = maskNames.flatMap((mask) => Object.keys(valuesOf).filter((scalar) => fits(mask, scalar)).map((scalar) => [mask, scalar] as const));
// A phone number's last four digits are none any more, which the schema says.
const staying = fitting.filter(([, scalar]) => scalar !== 'PhoneNumber');

test.each(staying)('what %s shows of a value of %s is one itself', (mask, scalar) => {
  const accept = acceptOf(scalar);
  fc.assert(fc.property(valuesOf[scalar] ?? fc.constant(null), (value) => {
    const shown = show(mask, scalar, value);
    // Of what is empty there is no hash.
    if (mask === 'hash' && String(value).trim() === '') return expect(shown).toBeNull();
    expect(shown).not.toBeNull();
    expect(accept?.(shown)).toEqual(shown);
  }), { numRuns: 300 });
});

test('whatever a value is, a mask throws nothing and never gives it back, but for what its bounds and years themselves are', () => {
  fc.assert(fc.property(fc.constantFrom(...fitting), fc.anything(), ([mask, scalar], value) => {
    const shown = show(mask, scalar, value);
    if (Array.isArray(value) || value === null || value === undefined) return;
    expect(shown === null || typeof shown === 'string' || typeof shown === 'number').toBe(true);
    if (typeof value === 'string' && mask !== 'year' && mask !== 'band' && value !== '' && !value.includes('*')) expect(shown).not.toBe(value);
  }), { numRuns: 2000 });
});

describe('of two values that share what a mask shows the same is shown, so that nothing else of them can be in it:', () => {
  test('the last four characters', () => {
    fc.assert(fc.property(textOf(4), textOf(4), textOf(4, 4), (one, other, last) => {
      expect(show('last4', 'String', one + last)).toBe(show('last4', 'String', other + last));
      expect(show('last4', 'String', one + last)).toBe(`****${last}`);
    }));
  });

  test('of less than eight characters nothing', () => {
    fc.assert(fc.property(textOf(0, 7), (text) => {
      expect(show('last4', 'String', text)).toBe('****');
    }));
  });

  test('the first letter and the domain of an address', () => {
    fc.assert(fc.property(local, local, domain, (one, other, at) => {
      expect(show('email', 'EmailAddress', `j${one}@${at}`)).toBe(show('email', 'EmailAddress', `j${other}@${at}`));
      expect(show('email', 'EmailAddress', `j@${at}`)).toBe(show('email', 'EmailAddress', `k@${at}`));
    }));
  });

  test('initials', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('J', 'É', 'Я', '王'), word, word), { minLength: 1, maxLength: 5 }), (words) => {
      const [one, other] = [1, 2].map((which) => words.map((parts) => `${parts[0]}${String(parts[which])}`).join(' '));
      expect(show('initials', 'String', one)).toBe(show('initials', 'String', other));
    }));
  });

  test('the year', () => {
    fc.assert(fc.property(fc.integer({ min: 100, max: 9999 }).chain((year) => fc.tuple(instantOf(year), instantOf(year))), ([one, other]) => {
      for (const [scalar, length] of [['Date', 10], ['DateTime', 24]] as const) {
        expect(show('year', scalar, one.toISOString().slice(0, length))).toBe(show('year', scalar, other.toISOString().slice(0, length)));
      }
    }));
  });

  test('the area of a postcode', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Z\d]{2}$/), fc.stringMatching(/^[\d]{2,6}$/), fc.stringMatching(/^[\d]{2,6}$/), (area, one, other) => {
      expect(show('postcodeArea', 'String', area + one)).toBe(show('postcodeArea', 'String', area + other));
    }));
    fc.assert(fc.property(fc.stringMatching(/^[A-Z]{1,2}\d[A-Z\d]?$/), fc.stringMatching(/^\d[A-Z]{2}$/), (outward, inward) => {
      expect(show('postcodeArea', 'String', `${outward} ${inward}`)).toBe(`${outward} ***`);
    }));
  });
});

describe('a band', () => {
  test('is not further from zero than the amount, not less than two fifths of it, and its own band', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => Math.abs(value) > 1e-300), (value) => {
      const shown = show('band', 'Float', value) as number;
      expect(Math.sign(shown)).toBe(Math.sign(value));
      expect(Math.abs(shown)).toBeLessThanOrEqual(Math.abs(value));
      expect(Math.abs(value) / Math.abs(shown)).toBeLessThanOrEqual(2.5);
      expect(show('band', 'Float', shown)).toBe(shown);
      expect(shown.toExponential()).toMatch(/^-?[125]e/);
    }));
  });

  test('of a number and of its decimal text are the same', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 0, max: 9 }), (whole, tenth) => {
      expect(show('band', 'Decimal', `${whole}.${tenth}`)).toBe(String(show('band', 'Float', Number(`${whole}.${tenth}`))));
    }));
  });
});
