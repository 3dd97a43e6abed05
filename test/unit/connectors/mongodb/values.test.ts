import { describe, expect, test } from '@jest/globals';
import { projectionOf } from '../../../../src/connectors/mongodb/questions.ts';
import { bsonOf, fits } from '../../../../src/connectors/mongodb/values.ts';

describe('a value fits its field', () => {
  test.each([
    ['text', ['a', ' ', '0', '{"$ne":null}', '$a', 'a\u0000b', '日本'], ['', '\ud800']],
    ['integer', ['0', '-1', '9223372036854775807', '-9223372036854775808'], ['', '01', '+1', '1.0', '1e3', '9223372036854775808', '-9223372036854775809', ' 1', '1\n', '0x1', '-0']],
    ['objectId', ['c0ffee00c0ffee00c0ffee00', 'C0FFEE00C0FFEE00C0FFEE00'], ['', 'c0ffee00c0ffee00c0ffee0', 'g0ffee00c0ffee00c0ffee00', 'twelve bytes', 'c0ffee00c0ffee00c0ffee00\n']],
    ['uuid', ['123e4567-e89b-42d3-a456-426614174000'], ['', '123e4567e89b42d3a456426614174000', '{123e4567-e89b-42d3-a456-426614174000}']],
    ['date', ['2025-01-02', '2025-01-02T03:04:05Z', '2025-01-02T03:04:05.123456+02:00', '2025-01-02T03:04:05'], ['', '2025', '2025-13-01', '2025-01-02T25:00:00Z', 'yesterday', '2025-01-02 03:04:05']],
  ] as const)('of type %s in some spellings only', (type, good, bad) => {
    expect(good.filter((text) => !fits(text, type))).toEqual([]);
    expect(bad.filter((text) => fits(text, type))).toEqual([]);
  });

  test.each([
    ['2025-01-02', '2025-01-02T00:00:00.000Z'], ['2025-01-02T03:04:05', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02T03:04:05Z', '2025-01-02T03:04:05.000Z'], ['2025-01-02T03:04:05.5+02:00', '2025-01-02T01:04:05.500Z'],
  ])('and the date %s is the instant %s in whatever zone the machine is', (text, instant) => {
    expect(bsonOf(text, 'date')).toEqual(new Date(instant));
  });
});

describe('a projection', () => {
  test.each([
    [['a', 'b.c'], { a: 1, 'b.c': 1, _id: 0 }],
    [['b.c', 'b', 'b.c.d', 'bc'], { b: 1, bc: 1, _id: 0 }],
    [['_id'], { _id: 1 }],
    [['_id.nr', 'a'], { '_id.nr': 1, a: 1 }],
    [['_id.nr', '_id'], { _id: 1 }],
    [['a', 'a'], { a: 1, _id: 0 }],
  ])('of %j names %j: no path twice, none within another, and the id only where it is wanted', (paths, expected) => {
    expect(projectionOf(paths)).toEqual(expected);
  });
});
