import { describe, expect, test } from '@jest/globals';
import { readCursor, writeCursor } from '../../../../src/connectors/sql/cursor.ts';
import { plain, withoutZone } from '../../../../src/connectors/sql/dialects/dialect.ts';
import { outward } from '../../../../src/connectors/sql/dialects/mssql.ts';
import { localTime } from '../../../../src/connectors/sql/dialects/oracle.ts';
import { tidy } from '../../../../src/connectors/sql/rows.ts';
import { entityShape, type Entity, type ValueType } from '../../../../src/connectors/sql/settings.ts';
import { fits } from '../../../../src/connectors/sql/values.ts';

describe('what a column can hold', () => {
  test.each<[ValueType, string, boolean]>([
    ['text', 'a', true], ['text', ' ', true], ['text', '', false], ['text', 'a\0', false], ['text', '\ud800', false], ['text', '日本', true],
    ['integer', '0', true], ['integer', '-5', true], ['integer', '9223372036854775807', true], ['integer', '9223372036854775808', false],
    ['integer', '-9223372036854775808', true], ['integer', '-0', false], ['integer', '007', false], ['integer', '1 ', false], ['integer', '١', false], ['integer', '0x1', false],
    ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', true], ['uuid', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', true], ['uuid', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', false],
    ['date', '2025-01-31', true], ['date', '2025-13-01', false], ['date', '2025-01-31T10:00:00Z', true], ['date', '2025-01-31 10:00', false], ['date', 'now', false],
  ])('%s: %j is %j', (type, text, expected) => {
    expect(fits(text, type)).toBe(expected);
  });
});

describe('a cursor', () => {
  test.each([[{ key: '7', value: undefined }], [{ key: 'a,"b', value: null }], [{ key: '7', value: 0 }], [{ key: '7', value: '' }], [{ key: '7', value: false }]])('%j comes back as it was', (cursor) => {
    expect(readCursor(writeCursor(cursor), cursor.value !== undefined)).toEqual(cursor);
  });

  test.each([['["7"]', true], ['["7",1]', false], ['[7]', false], ['["7",{}]', true], ['["7",1,2]', true], ['{}', false], ['null', false], ['x', false], ['', false]])('%j is refused where ordered is %j', (at, ordered) => {
    expect(() => readCursor(at, ordered)).toThrow(TypeError);
  });
});

describe('values on their way out', () => {
  test.each<[unknown, unknown]>([
    [9007199254740993n, '9007199254740993'], [5n, 5], [Buffer.from('hi'), 'aGk='], [new Uint8Array([0, 255]).subarray(1), '/w=='],
    [new Date(0), '1970-01-01T00:00:00.000Z'], [[1n, [2n]], [1, [2]]], [null, null], ['x', 'x'],
  ])('%p leaves as %j', (value, expected) => {
    expect(plain(value)).toEqual(expected);
  });

  test.each([['2025-01-31T00:30:00+01:00', '2025-01-30T23:30:00.000'], ['2025-01-31T00:30:00Z', '2025-01-31T00:30:00.000'], ['2025-01-31', '2025-01-31'], ['2025-01-31T00:30:00', '2025-01-31T00:30:00']])('the time %s is %s without its zone', (text, expected) => {
    expect(withoutZone(text)).toBe(expected);
  });

  test.each<[string, unknown, number | undefined, unknown]>([
    ['Date', new Date('2025-01-31T00:00:00Z'), undefined, '2025-01-31'],
    ['DateTime2', new Date('2025-01-31T23:59:59.123Z'), 7, '2025-01-31T23:59:59.123'],
    ['DateTimeOffset', new Date('2025-01-31T23:59:59.123Z'), 7, '2025-01-31T23:59:59.123Z'],
    ['Time', new Date('1970-01-01T08:30:00Z'), 0, '08:30:00.000'],
    ['DecimalN', 12.3, 2, '12.30'], ['NumericN', -0.05, 2, '-0.05'], ['MoneyN', 1234.5, undefined, '1234.5000'],
    ['IntN', 7, undefined, 7], ['FloatN', 0.1, undefined, 0.1], ['BigInt', '9007199254740993', undefined, '9007199254740993'], ['NVarChar', null, undefined, null],
  ])('SQL Server\'s %s %p with scale %j leaves as %j', (type, value, scale, expected) => {
    expect(outward({ value, metadata: { colName: 'x', type: { name: type }, scale } })).toEqual(expected);
  });

  test('a decimal that the driver has rounded is given to nobody', () => {
    expect(() => outward({ value: 12345678901234567.89, metadata: { colName: 'saldo', type: { name: 'DecimalN' }, scale: 2 } })).toThrow(RangeError);
  });

  test('Oracle\'s dates read as the clock did in the database, whatever zone this process is in', () => {
    expect(localTime(new Date(2025, 0, 31, 23, 59, 59, 120))).toBe('2025-01-31T23:59:59.120');
  });
});

describe('a row that is tidied', () => {
  const entity: Entity = { ...entityShape.parse({ table: 'x' }), table: ['x'], key: 'id' };
  const raw = { id: 'a  ', note: ' b\n ', extra: '{"a":1} ', broken: '{', n: 5, gone: null };

  test('loses the padding of its texts and no other blanks', () => {
    expect(tidy(raw, entity, ['id'])).toMatchObject({ id: 'a', note: ' b\n', n: 5, gone: null });
    expect(tidy(raw, { ...entity, trim: false }, ['id'])).toEqual(raw);
  });

  test('has JSON text parsed where a field looks into it, and what is none is nothing', () => {
    expect(tidy(raw, entity, ['extra.a', 'broken.a'])).toMatchObject({ extra: { a: 1 }, broken: undefined, id: 'a' });
    expect(tidy(raw, entity, ['extra'])).toMatchObject({ extra: '{"a":1}' });
  });
});
