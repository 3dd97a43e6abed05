import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { splitLines } from '../../../src/cli/split-lines.ts';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function linesOf(bytes: Buffer, size: number, longest = 1000): Promise<readonly unknown[]> {
  const lines: unknown[] = [];
  for await (const line of splitLines(inChunks(bytes, size), longest)) lines.push([line.number, line.bytes.toString(), line.complete]);
  return lines;
}

describe('a stream in lines', () => {
  test('is the same however it was cut into chunks', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '€', '"', '\r', ',') })), fc.integer({ min: 1, max: 9 }), async (texts, size) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
      expect(await linesOf(bytes, size)).toEqual(texts.map((text, index) => [index + 1, text, true]));
    }));
  });

  test('has a last line without an end, and none after the last end', async () => {
    expect(await linesOf(Buffer.from('a\nb'), 100)).toEqual([[1, 'a', true], [2, 'b', true]]);
    expect(await linesOf(Buffer.from('a\n'), 100)).toEqual([[1, 'a', true]]);
    expect(await linesOf(Buffer.from(''), 100)).toEqual([]);
    expect(await linesOf(Buffer.from('\n\n'), 100)).toEqual([[1, '', true], [2, '', true]]);
  });

  test('loses only the rest of a line that is too long', async () => {
    expect(await linesOf(Buffer.from('abcd\nabcde\nabcdefghij\nx'), 3, 4)).toEqual([[1, 'abcd', true], [2, 'abcd', false], [3, 'abcd', false], [4, 'x', true]]);
  });
});
