import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sourceKey } from '../../../../src/ids.ts';
import { withSplit } from '../../../../src/connectors/guards/split.ts';
import { aCall, aConnector, aFailure, aListing, aMatch, aRead, aRecord, found, outcome } from './fixtures.ts';

const refusal = aFailure('SOURCE_UNAVAILABLE', { fault: 'request' });

/** A source that refuses every batch with a bad key in it. */
function aPicky(bad: readonly string[]) {
  const asked: (readonly string[])[] = [];
  const { events, observe } = aRecord();
  const guarded = withSplit(
    aConnector({
      read: async ({ keys }) => {
        asked.push(keys);
        if (keys.some((key) => bad.includes(key))) throw refusal;
        return keys.map(found);
      },
    }),
    { observe },
  );
  return { guarded, asked, events };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

describe('split', () => {
  test('lets one bad key spoil that key only, and keeps the order', async () => {
    const { guarded, events } = aPicky(['3']);
    const results = await guarded.read(aRead(...numbered(6)), aCall());
    expect(results).toEqual(numbered(6).map((key) => (key === '3' ? { kind: 'failed', error: refusal } : found(sourceKey(key)))));
    expect(events).toEqual([{ kind: 'split', source: 'billing', items: 6, bad: 1, requestId: 'r1' }]);
  });

  test('makes no further call when the batch is accepted', async () => {
    const { guarded, asked, events } = aPicky([]);
    await guarded.read(aRead(...numbered(6)), aCall());
    expect(asked).toEqual([numbered(6)]);
    expect(events).toEqual([]);
  });

  test('isolates any one or two bad keys of a batch of 100', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(99).map(String), { minLength: 1, maxLength: 2 }), async (bad) => {
        const { guarded } = aPicky(bad);
        const results = await guarded.read(aRead(...numbered(100)), aCall());
        expect(results.flatMap(({ kind }, index) => (kind === 'failed' ? [String(index)] : []))).toEqual(
          bad.toSorted((a, b) => Number(a) - Number(b)),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('gives one result per key with at most 28 extra calls for 100 keys, however many are bad', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(99).map(String)), async (bad) => {
        const { guarded, asked } = aPicky(bad);
        const results = await outcome(guarded.read(aRead(...numbered(100)), aCall()));
        expect(results === refusal || (Array.isArray(results) && results.length === 100)).toBe(true);
        expect(asked.length - 1).toBeLessThanOrEqual(28);
      }),
      { numRuns: 60 },
    );
  });

  test('fails as a whole after six extra calls when no part is accepted', async () => {
    const { guarded, asked } = aPicky(numbered(100));
    expect(await outcome(guarded.read(aRead(...numbered(100)), aCall()))).toBe(refusal);
    expect(asked).toHaveLength(1 + 6);
  });

  test('does not ask for a single key twice', async () => {
    const { guarded, asked } = aPicky(['1']);
    expect(await outcome(guarded.read(aRead('1'), aCall()))).toBe(refusal);
    expect(asked).toHaveLength(1);
  });

  test.each(['SOURCE_TIMEOUT', 'SOURCE_UNAVAILABLE', 'SOURCE_RATE_LIMITED'] as const)(
    'does not split for %s by fault of the source',
    async (code) => {
      const failure = aFailure(code);
      let calls = 0;
      const guarded = withSplit(
        aConnector({
          read: async () => {
            calls += 1;
            throw failure;
          },
        }),
        { observe: () => {} },
      );
      expect(await outcome(guarded.read(aRead('1', '2'), aCall()))).toBe(failure);
      expect(calls).toBe(1);
    },
  );

  test('keeps what was found when another part fails by fault of the source', async () => {
    const timeout = aFailure('SOURCE_TIMEOUT');
    const guarded = withSplit(
      aConnector({
        read: async ({ keys }) => {
          if (keys.length === 4) throw refusal;
          if (keys.includes(sourceKey('3'))) throw timeout;
          return keys.map(found);
        },
      }),
      { observe: () => {} },
    );
    const failed = { kind: 'failed', error: timeout };
    expect(await guarded.read(aRead('1', '2', '3', '4'), aCall())).toEqual([found(sourceKey('1')), found(sourceKey('2')), failed, failed]);
  });

  test('splits the values of a search alike, and leaves listings alone', async () => {
    const asked: unknown[] = [];
    const guarded = withSplit(
      aConnector({
        find: async (request) => {
          asked.push(request);
          if (request.kind === 'list' || request.values.includes('%')) throw refusal;
          return request.values.map((value) => ({ kind: 'rows', rows: [], next: value }));
        },
      }),
      { observe: () => {} },
    );
    expect(await guarded.find(aMatch('a', '%'), aCall())).toEqual([
      { kind: 'rows', rows: [], next: 'a' },
      { kind: 'failed', error: refusal },
    ]);
    asked.length = 0;
    expect(await outcome(guarded.find(aListing, aCall()))).toBe(refusal);
    expect(asked).toHaveLength(1);
  });
});
