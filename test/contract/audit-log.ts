import { describe, expect, test } from '@jest/globals';
import type { AuditQuery, AuditRecord } from '../../src/store/audit-log.ts';
import type { Store } from '../../src/store/store.ts';
import { anAuditRecord } from '../fixtures/audit.ts';

/** The laws of `AuditLog`. `connect` gives another connection to the same store. */
export function describeAuditLog({ connect }: { readonly connect: () => Promise<Store> }): void {
  describe('the audit trail', () => {
    const read = async ({ audit }: Store, query: AuditQuery = {}): Promise<readonly AuditRecord[]> => {
      const records: AuditRecord[] = [];
      for await (const part of audit.read(query)) records.push(...part);
      return records;
    };
    const placesOf = (records: readonly AuditRecord[]): readonly string[] => records.map(({ chain, seq }) => `${chain}${seq}`);

    test('has records as soon as their promise is fulfilled, for every connection and as they were given', async () => {
      const [store, other] = [await connect(), await connect()];
      const records = [
        anAuditRecord('a', 1, { kind: 'opened', purpose: undefined, previous: '' }),
        anAuditRecord('a', 2, { customers: ['c1', 'c2'] }),
        anAuditRecord('a', 3, { entry: undefined }),
      ];
      await store.audit.append(records);
      expect(await read(other)).toEqual(records);
      await Promise.all([store.audit.append([anAuditRecord('a', 4)]), other.audit.append([anAuditRecord('b', 1)])]);
      expect(placesOf(await read(store))).toEqual(['a1', 'a2', 'a3', 'a4', 'b1']);
      await store.audit.append([]);
    });

    test('refuses a place that is taken, keeps what was there, and nothing after it', async () => {
      const store = await connect();
      await store.audit.append([anAuditRecord('a', 2)]);
      await expect(store.audit.append([anAuditRecord('a', 1), anAuditRecord('a', 2, { mac: 'other' }), anAuditRecord('a', 3)])).rejects.toBeDefined();
      const places = placesOf(await read(store));
      expect(places).toContain('a2');
      expect(places).not.toContain('a3');
      expect((await read(store)).find(({ seq }) => seq === 2)?.mac).toBe('a2');
      await store.audit.append([anAuditRecord('b', 1)]);
    });

    test('is read by the thousand, chain by chain, each in its order', async () => {
      const store = await connect();
      const records = ['b', 'a'].flatMap((chain) => Array.from({ length: 1_200 }, (_, at) => anAuditRecord(chain, at + 1)));
      await store.audit.append(records.toReversed());
      expect(placesOf(await read(store))).toEqual([...records.slice(1_200), ...records.slice(0, 1_200)].map(({ chain, seq }) => `${chain}${seq}`));
    });

    test('gives what fits: times from the first on and before the second, a customer, a purpose, a kind', async () => {
      const store = await connect();
      await store.audit.append([
        anAuditRecord('a', 1, { at: 100, customers: ['c1'], purpose: 'p' }),
        anAuditRecord('a', 2, { at: 200, customers: ['c1', 'c2'], purpose: 'q' }),
        anAuditRecord('a', 3, { at: 300, customers: [], purpose: undefined, kind: 'administration' }),
      ]);
      const placesFor = async (query: AuditQuery): Promise<readonly string[]> => placesOf(await read(store, query));
      expect(await placesFor({ from: 200 })).toEqual(['a2', 'a3']);
      expect(await placesFor({ until: 200 })).toEqual(['a1']);
      expect(await placesFor({ from: 100, until: 300, customer: 'c1' })).toEqual(['a1', 'a2']);
      expect(await placesFor({ customer: 'c2' })).toEqual(['a2']);
      expect(await placesFor({ customer: 'c' })).toEqual([]);
      expect(await placesFor({ purpose: 'q' })).toEqual(['a2']);
      expect(await placesFor({ kind: 'administration' })).toEqual(['a3']);
      expect(await placesFor({ kind: 'administration', purpose: 'q' })).toEqual([]);
    });

    test('knows the ends of the chains that nobody has closed', async () => {
      const store = await connect();
      expect(await store.audit.openEnds()).toEqual([]);
      await store.audit.append([
        anAuditRecord('a', 1, { kind: 'opened' }), anAuditRecord('a', 2),
        anAuditRecord('b', 1, { kind: 'opened' }), anAuditRecord('b', 2, { kind: 'closed' }),
        anAuditRecord('c', 1, { kind: 'opened' }),
      ]);
      expect((await store.audit.openEnds()).toSorted((x, y) => (x.chain < y.chain ? -1 : 1))).toEqual([{ chain: 'a', seq: 2, mac: 'a2' }, { chain: 'c', seq: 1, mac: 'c1' }]);
    });

    test('loses what entries say, or entries, only where it is told to; either may be repeated', async () => {
      const store = await connect();
      const records = ['a', 'b'].flatMap((chain) => [1, 2, 3, 4].map((seq) => anAuditRecord(chain, seq, { customers: ['c'] })));
      await store.audit.append(records);
      for (let times = 0; times < 2; times += 1) {
        await store.audit.erase([{ chain: 'a', from: 2, to: 3 }, { chain: 'b', from: 4, to: 4 }]);
        await store.audit.drop([{ chain: 'b', from: 1, to: 2 }]);
      }
      const emptied = new Set(['a2', 'a3', 'b4']);
      const left = records.filter(({ chain, seq }) => chain === 'a' || seq > 2);
      expect(await read(store)).toEqual(left.map((record) => (emptied.has(record.mac) ? { ...record, entry: undefined, customers: [] } : record)));
      expect(placesOf(await read(store, { customer: 'c' }))).toEqual(['a1', 'a4', 'b3']);
    });

    test('loses many places of a chain, with gaps between them, and none beside', async () => {
      const store = await connect();
      const from = (chain: string, first: number, last: number): AuditRecord[] => Array.from({ length: last - first + 1 }, (_, at) => anAuditRecord(chain, first + at));
      await store.audit.append([...from('a', 1, 130), ...from('a', 1_200, 1_300), ...from('b', 1, 30)]);
      await store.audit.drop([{ chain: 'a', from: 1, to: 1_250 }, { chain: 'b', from: 20, to: 999_999 }, { chain: 'c', from: 1, to: 999_999 }]);
      expect(await read(store)).toEqual([...from('a', 1_251, 1_300), ...from('b', 1, 19)]);
    });
  });
}
