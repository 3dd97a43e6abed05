import { describe, expect, test } from '@jest/globals';
import type { AccessRecord } from '../../src/store/access.ts';
import type { Store } from '../../src/store/store.ts';
import { anAccessRequest, anEmergency, aVerdict } from '../fixtures/access.ts';

/** The laws of `AccessRegister`. `connect` gives another connection to the same store. */
export function describeAccessRegister({ connect }: { readonly connect: () => Promise<Store> }): void {
  describe('requests for access', () => {
    const append = async ({ access }: Store, ...records: readonly AccessRecord[]): Promise<void> => {
      for (const record of records) await access.append(record);
    };
    const idsOf = (records: readonly AccessRecord[]): readonly string[] => records.map(({ id }) => id);

    test('are read by every connection as they were told, in the order of their times', async () => {
      const [store, other] = [await connect(), await connect()];
      const asked = anAccessRequest('a');
      const records = [
        asked, aVerdict(asked, { id: 'b', kind: 'approved', at: 300, fields: ['Customer.email'], until: 500, note: undefined }),
        aVerdict(asked, { id: 'c', kind: 'revoked', at: 300, note: 'é\u0000' }), anEmergency('d', { at: 400 }),
      ];
      await append(store, ...records.toReversed());
      expect(await other.access.read({})).toEqual(records.map((record) => JSON.parse(JSON.stringify(record)) as AccessRecord));
    });

    test('are found by who asked, by the request and by when they end, all at once', async () => {
      const store = await connect();
      const [a, b] = [anAccessRequest('a', { ends: 1_000 }), anAccessRequest('b', { ends: 2_000, holder: { issuer: 'i', subject: 'other' } })];
      await append(store, a, b, aVerdict(a, { id: 'a2', kind: 'refused', at: 300, note: 'x' }), aVerdict(b, { id: 'b2', kind: 'refused', at: 300, note: 'x' }));
      const read = async (query: Parameters<Store['access']['read']>[0]): Promise<readonly string[]> => idsOf(await store.access.read(query));
      expect(await read({ holder: a.holder })).toEqual(['a', 'a2']);
      expect(await read({ holder: { issuer: 'other', subject: a.holder.subject } })).toEqual([]);
      expect(await read({ request: 'b' })).toEqual(['b', 'b2']);
      expect(await read({ request: 'b', holder: a.holder })).toEqual([]);
      expect(await read({ endsAfter: 999 })).toEqual(['a', 'b', 'a2', 'b2']);
      expect(await read({ endsAfter: 1_000 })).toEqual(['b', 'b2']);
      expect(await read({ holder: a.holder, endsAfter: 999 })).toEqual(['a', 'a2']);
      expect(await read({ holder: a.holder, endsAfter: 1_000 })).toEqual([]);
    });

    test('that are there already stay as they were told first', async () => {
      const store = await connect();
      await append(store, anAccessRequest('a', { reason: 'first' }), anAccessRequest('a', { reason: 'second' }));
      expect(await store.access.read({})).toMatchObject([{ id: 'a', reason: 'first' }]);
    });
  });
}
