import { describe, expect, test } from '@jest/globals';
import { Binary, BSONRegExp, Decimal128, Long, MinKey, ObjectId, Timestamp, UUID } from 'mongodb';
import { formsAt, plain } from '../../../../src/connectors/mongodb/rows.ts';

describe('a value of BSON', () => {
  test.each([
    [new ObjectId('c0ffee00c0ffee00c0ffee00'), 'c0ffee00c0ffee00c0ffee00'],
    [new UUID('123E4567-E89B-42D3-A456-426614174000'), '123e4567-e89b-42d3-a456-426614174000'],
    [new Binary(Buffer.from([0, 255, 1])), 'AP8B'],
    [9223372036854775807n, '9223372036854775807'],
    [Long.fromString('-9223372036854775808'), '-9223372036854775808'],
    [new Date(Date.UTC(2025, 1, 3, 4, 5, 6, 7)), '2025-02-03T04:05:06.007Z'],
    [new Date(NaN), 'Invalid Date'],
    [Decimal128.fromString('12.50'), '12.50'],
    [Decimal128.fromString('-0.00'), '-0.00'],
    [Decimal128.fromString('1E+3'), '1000'],
    [Decimal128.fromString('1.5E+1'), '15'],
    [Decimal128.fromString('-1.25E+1'), '-12.5'],
    [Decimal128.fromString('1E-9'), '0.000000001'],
    [Decimal128.fromString('9.999999999999999999999999999999999E+6144').toString().length, 41],
    [Decimal128.fromString('NaN'), 'NaN'],
    [12.5, 12.5], [true, true], [null, null], [undefined, undefined], ['text', 'text'],
  ])('%p is %p', (value, expected) => {
    expect(plain(value)).toBe(expected);
  });

  test.each([new MinKey(), new Timestamp({ t: 1, i: 2 }), new BSONRegExp('a', 'i')])('that is not made for data, such as %p, is text', (value) => {
    expect(plain(value)).toEqual(expect.stringMatching(/^\{"\$(minKey|timestamp|regularExpression)":/));
  });

  test('is converted wherever it lies, and names are only names', () => {
    const id = new ObjectId('c0ffee00c0ffee00c0ffee00');
    const document = JSON.parse('{"_bsontype":"ObjectId","__proto__":{"x":1},"toString":"y"}');
    expect(plain({ list: [{ id }, null, [id]], document })).toEqual({ list: [{ id: String(id) }, null, [String(id)]], document });
  });
});

describe('the forms at a path', () => {
  test.each([
    [{ a: 'X' }, 'caseless', ['x']], [{ a: 'X' }, 'exact', ['X']], [{ a: 5 }, 'exact', ['5']], [{ a: ['X', ['y'], null, {}, ''] }, 'caseless', ['x', 'y']],
    [{ a: null }, 'exact', []], [{}, 'exact', []], [{ a: { $ne: null } }, 'exact', []],
  ] as const)('of %j, %s, are %j', (document, comparison, expected) => {
    expect(formsAt(document, 'a', comparison)).toEqual(expected);
  });
});
