import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCsv, type Cells } from '../../../src/cli/import/parse-csv.ts';

const parsed = (texts: readonly string[], delimiter = ','): readonly Cells[] =>
  parseCsv(texts.map((text, index) => ({ number: index + 2, bytes: Buffer.from(text), complete: true })), delimiter);

describe('lines of CSV', () => {
  test('give the cells that were written', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', ' ', 'é'), minLength: 1 });
    await fc.assert(fc.asyncProperty(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 })), async (rows) => {
      const written = rows.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
      expect(parsed(written)).toEqual(rows.map((cells, index) => ({ line: index + 2, cells })));
    }));
  });

  test('are told apart from each other, whatever stands in them', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r') });
    await fc.assert(fc.asyncProperty(fc.array(text), async (texts) => {
      expect(parsed(texts)).toEqual(texts.flatMap((one, index) => parsed([one]).map((cells) => ({ ...cells, line: index + 2 }))));
    }));
  });

  test.each<[string, unknown]>([
    ['a,b\r', { line: 2, cells: ['a', 'b'] }],
    ['', { line: 2, cells: [''] }],
    [' a , b ', { line: 2, cells: [' a ', ' b '] }],
    ['"a', { line: 2, reason: 'unterminated quote' }],
    ['a"b', { line: 2, reason: 'a quote within a value that is not quoted as a whole' }],
    ['"a"b', { line: 2, reason: 'a quote within a value that is not quoted as a whole' }],
  ])('%j', (text, cells) => {
    expect(parsed([text])).toEqual([cells]);
  });

  test('of which a quote is open cost only themselves', () => {
    expect(parsed(['"a,1', 'b,2', '"c",3', 'd"', 'e,5']).map((cells) => ('cells' in cells ? cells.cells[0] : cells.reason))).toEqual([
      'unterminated quote', 'b', 'c', 'a quote within a value that is not quoted as a whole', 'e',
    ]);
  });
});
