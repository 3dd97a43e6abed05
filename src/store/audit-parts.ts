import type { AuditRange } from './audit-log.ts';

/**
 * Ranges in parts of at most `size` places, in order, and only where something is left: others who write to the store wait for a
 * part, and not for the whole. `firstOf` gives the first place in a range that has a record.
 */
export async function* inParts(
  ranges: readonly AuditRange[], size: number, firstOf: (range: AuditRange) => Promise<number | undefined>,
): AsyncGenerator<AuditRange> {
  for (const { chain, from, to } of ranges) {
    for (let next = from; next <= to;) {
      const first = await firstOf({ chain, from: next, to });
      if (first === undefined) break;
      yield { chain, from: first, to: Math.min(first + size - 1, to) };
      next = first + size;
    }
  }
}
