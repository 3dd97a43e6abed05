import { describe, expect, test } from '@jest/globals';
import type { LatestQuery } from '../../src/store/audit-by-customer.ts';
import type { Store } from '../../src/store/store.ts';
import { anAuditRecord } from '../fixtures/audit.ts';

/** The laws of `AuditByCustomer`. `connect` gives another connection to the same store. */
export function describeAuditByCustomer({ connect }: { readonly connect: () => Promise<Store> }): void {
  describe('what the audit trail says of customers', () => {
    const placesOf = async ({ auditByCustomer }: Store, query: Partial<LatestQuery>): Promise<readonly string[]> =>
      (await auditByCustomer.latest({ customers: ['c'], kind: 'disclosure', before: undefined, size: 100, ...query })).map(({ chain, seq }) => `${chain}${seq}`);

    test('is told the latest first, whole, as soon as it is on record; of one moment, by place', async () => {
      const [store, other] = [await connect(), await connect()];
      const latest = anAuditRecord('a', 3, { at: 300, customers: ['c', 'd'] });
      await store.audit.append([
        anAuditRecord('a', 1, { at: 100, customers: ['c'] }), anAuditRecord('a', 2, { at: 200, customers: ['c'] }), latest,
        anAuditRecord('b', 9, { at: 200, customers: ['c'] }), anAuditRecord('b', 10, { at: 200, customers: ['c'] }),
      ]);
      expect(await placesOf(other, {})).toEqual(['a3', 'b10', 'b9', 'a2', 'a1']);
      expect(await other.auditByCustomer.latest({ customers: ['d'], kind: 'disclosure', before: undefined, size: 1 })).toEqual([latest]);
    });

    test('is told part by part, without a gap and without anything twice, also when more is written meanwhile', async () => {
      const store = await connect();
      await store.audit.append(Array.from({ length: 7 }, (_, at) => anAuditRecord('a', at + 1, { at: at < 5 ? 100 : 200, customers: ['c'] })));
      const found: string[] = [];
      for (let before: LatestQuery['before']; ;) {
        const part = await store.auditByCustomer.latest({ customers: ['c'], kind: 'disclosure', before, size: 3 });
        found.push(...part.map(({ chain, seq }) => `${chain}${seq}`));
        before = part.at(-1);
        if (before === undefined) break;
        await store.audit.append([anAuditRecord('z', found.length, { at: 900, customers: ['c'] })]);
      }
      expect(found).toEqual(['a7', 'a6', 'a5', 'a4', 'a3', 'a2', 'a1']);
    });

    test('is told of several ids together, each record once, and of nobody else and no other kind', async () => {
      const store = await connect();
      await store.audit.append([
        anAuditRecord('a', 1, { at: 100, customers: ['c'] }), anAuditRecord('a', 2, { at: 200, customers: ['c', 'd'] }), anAuditRecord('a', 3, { at: 300, customers: ['d'] }),
        anAuditRecord('a', 4, { at: 400, customers: ['e'] }), anAuditRecord('a', 5, { at: 500, customers: ['c'], kind: 'emergency' }), anAuditRecord('a', 6, { at: 600 }),
      ]);
      expect(await placesOf(store, { customers: ['c', 'd'] })).toEqual(['a3', 'a2', 'a1']);
      expect(await placesOf(store, { customers: ['c', 'd'], size: 2 })).toEqual(['a3', 'a2']);
      expect(await placesOf(store, { customers: ['c', 'd'], size: 2, before: { at: 200, chain: 'a', seq: 2 } })).toEqual(['a1']);
      expect(await placesOf(store, { kind: 'emergency' })).toEqual(['a5']);
      expect(await placesOf(store, { customers: [] })).toEqual([]);
    });

    test('is told whole and once however much there is, while more is written', async () => {
      const [store, other] = [await connect(), await connect()];
      const written = Array.from({ length: 900 }, (_, at) => anAuditRecord('a', at + 1, { at, customers: ['c', `of ${at}`] }));
      let done = 0;
      const writing = (async () => {
        for (; done < written.length; done += 25) await store.audit.append(written.slice(done, done + 25));
      })();
      while (done < written.length) {
        const before = done;
        const found = await placesOf(other, { size: 1000 });
        expect(found.length).toBeGreaterThanOrEqual(before);
        expect(found).toEqual(written.slice(0, found.length).map(({ seq }) => `a${seq}`).reverse());
        await new Promise((resolve) => setImmediate(resolve));
      }
      await writing;
      expect(await placesOf(other, { customers: ['of 3', 'of 899'] })).toEqual(['a900', 'a4']);
      await store.audit.erase([{ chain: 'a', from: 2, to: 121 }]);
      const left = written.filter(({ seq }) => seq < 2 || seq > 121).map(({ seq }) => seq);
      expect(await placesOf(other, { size: 1000 })).toEqual(left.toReversed().map((seq) => `a${seq}`));
      const read: number[] = [];
      for await (const part of other.audit.read({ customer: 'c' })) read.push(...part.map(({ seq }) => seq));
      expect(read).toEqual(left);
    });

    test('is found as it was written, however much was written, listed and taken out', async () => {
      const [store, other] = [await connect(), await connect()];
      expect(await other.auditByCustomer.misfiled()).toEqual([]);
      await store.audit.append(Array.from({ length: 1_200 }, (_, at) => anAuditRecord('a', at + 1, { at, customers: ['c', `of ${at}`] })));
      expect(await other.auditByCustomer.misfiled()).toEqual([]);
      await store.audit.erase([{ chain: 'a', from: 1_010, to: 1_020 }, { chain: 'a', from: 1_100, to: 1_130 }]);
      await store.audit.drop([{ chain: 'a', from: 1, to: 1_005 }]);
      expect(await other.auditByCustomer.misfiled()).toEqual([]);
      await store.audit.append([anAuditRecord('b', 1, { customers: ['d'] })]);
      expect(await placesOf(other, { customers: ['of 1005', 'of 1009', 'of 1115', 'of 1199', 'd'] })).toEqual(expect.arrayContaining(['a1006', 'a1200', 'b1']));
      expect(await other.auditByCustomer.misfiled()).toEqual([]);
    });

    test('is gone with what was taken out of the trail', async () => {
      const store = await connect();
      await store.audit.append([1, 2, 3].map((seq) => anAuditRecord('a', seq, { at: seq, customers: ['c'] })));
      await store.audit.erase([{ chain: 'a', from: 2, to: 2 }]);
      await store.audit.drop([{ chain: 'a', from: 1, to: 1 }]);
      expect(await placesOf(store, {})).toEqual(['a3']);
    });

    test('is told of what is written after the latest was taken out', async () => {
      const store = await connect();
      await store.audit.append(Array.from({ length: 600 }, (_, at) => anAuditRecord('a', at + 1, { at, customers: ['c'] })));
      await placesOf(store, {});
      await store.audit.drop([{ chain: 'a', from: 11, to: 600 }]);
      await store.audit.append(Array.from({ length: 300 }, (_, at) => anAuditRecord('b', at + 1, { at: 1000 + at, customers: [`of ${at}`] })));
      expect(await placesOf(store, { customers: ['of 0', 'of 7', 'of 299'] })).toEqual(['b300', 'b8', 'b1']);
      expect(await placesOf(store, { size: 3 })).toEqual(['a10', 'a9', 'a8']);
    });
  });
}
