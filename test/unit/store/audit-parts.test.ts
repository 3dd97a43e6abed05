import { expect, test } from '@jest/globals';
import { inParts } from '../../../src/store/audit-parts.ts';
import type { AuditRange } from '../../../src/store/audit-log.ts';

const places = new Set([1, 2, 3, 4, 5, 900, 901, 1_000_000_000]);

async function partsOf(ranges: readonly AuditRange[]): Promise<readonly (readonly [number, number])[]> {
  const parts: (readonly [number, number])[] = [];
  const firstOf = async ({ from, to }: AuditRange): Promise<number | undefined> => [...places].find((place) => place >= from && place <= to);
  for await (const { from, to } of inParts(ranges, 3, firstOf)) parts.push([from, to]);
  return parts;
}

test('ranges come in parts of the given size, in order, and not where nothing is', async () => {
  expect(await partsOf([{ chain: 'a', from: 1, to: 1_000_000_000 }])).toEqual([[1, 3], [4, 6], [900, 902], [1_000_000_000, 1_000_000_000]]);
  expect(await partsOf([{ chain: 'a', from: 2, to: 2 }, { chain: 'a', from: 4, to: 5 }, { chain: 'a', from: 6, to: 899 }])).toEqual([[2, 2], [4, 5]]);
  expect(await partsOf([{ chain: 'a', from: 5, to: 4 }])).toEqual([]);
});
