import { describe, expect, test } from '@jest/globals';
import { customerId } from '../../src/ids.ts';
import type { ArchiveRecord } from '../../src/store/archive.ts';
import { heldKinds, type HeldCounts } from '../../src/store/erasure.ts';
import type { LinkChange } from '../../src/store/stewardship.ts';
import type { LinkedCustomer, NewLink } from '../../src/store/links.ts';
import type { Store } from '../../src/store/store.ts';
import { anAccessRequest, anEmergency, aVerdict } from '../fixtures/access.ts';
import { anAuditRecord } from '../fixtures/audit.ts';
import { aConsent, anObjection, aRecord, aRelation, aRestriction } from '../fixtures/facts.ts';

/** The laws of `Erasure`. `connect` gives another connection to the same store. */
export function describeErasure({ connect }: { readonly connect: () => Promise<Store> }): void {
  describe('an erasure', () => {
    const link = (namespace: string, value: string, more: Partial<NewLink> = {}): NewLink => ({ namespace, value, method: 'NUMBER', verified: true, ...more });
    const claim = async (store: Store, ...links: readonly [NewLink, ...NewLink[]]): Promise<LinkedCustomer> => {
      const [claimed] = await store.links.claim([{ member: undefined, links }]);
      if (claimed === undefined) throw new Error('a claim gave nothing');
      return claimed;
    };
    const change = async (store: Store, one: LinkChange): Promise<void> => {
      expect((await store.stewardship.change({ change: one, actor: 'ada', evidence: 'the words of somebody', requestId: 'r' })).kind).toBe('changed');
    };
    const recordsOf = async (store: Store): Promise<readonly ArchiveRecord[]> => {
      const records: ArchiveRecord[] = [];
      for await (const part of store.archive.records()) records.push(...part);
      return records;
    };
    const kindsOf = (records: readonly ArchiveRecord[]): readonly string[] => [...new Set(records.map(({ kind }) => kind))].sort();
    const nothing = Object.fromEntries(heldKinds.map((kind) => [kind, 0])) as HeldCounts;

    /** Two who were merged, with something of every kind, and somebody else whose note names a record of hers. */
    const people = async (store: Store): Promise<{ readonly her: LinkedCustomer; readonly merged: LinkedCustomer; readonly other: LinkedCustomer }> => {
      const [her, merged, other] = [await claim(store, link('crm', 'hers'), link('number', '10001')), await claim(store, link('crm', 'hers too')), await claim(store, link('crm', 'other'))];
      await change(store, { kind: 'merge', into: her.id, customer: merged.id });
      await change(store, { kind: 'separate', customer: her.id, record: { namespace: 'desk', value: 'not hers' } });
      await store.facts.append([
        aRecord(her.id, 'f1', aConsent()), aRecord(merged.id, 'f2', anObjection()), aRecord(other.id, 'f3', anObjection()),
        aRecord(her.id, 'f4', aRestriction()),
        aRecord(her.id, 'f5', aRelation()),
      ]);
      const note = { source: 'desk', reason: 'LINKED_ELSEWHERE', notedAt: 1, until: 9_000 } as const;
      await store.links.noteUnlinked([
        { ...note, customer: merged.id, candidates: [] },
        { ...note, customer: other.id, candidates: [{ namespace: 'crm', value: 'hers too' }] },
        { ...note, customer: other.id, source: 'billing', candidates: [{ namespace: 'other', value: 'hers' }] },
      ]);
      await store.access.append(anEmergency('e1', { customer: merged.id }));
      await store.access.append(aVerdict(anEmergency('e1'), { kind: 'reviewed', id: 'e1-review', at: 300, note: 'she had called' }));
      await store.access.append(anEmergency('e2', { customer: other.id }));
      await store.access.append(anAccessRequest('a1'));
      return { her, merged, other };
    };
    const counts: HeldCounts = {
      customers: 2, links: 3, consents: 1, objections: 1, restrictions: 1, relations: 1, unlinked: 1, bars: 2, linkEvents: 2, emergencies: 2, candidacies: 1,
    };

    test('tells first what there is, by any of her ids, and takes nothing', async () => {
      const store = await connect();
      const { her, merged } = await people(store);
      const before = await recordsOf(store);
      for (const id of [her.id, merged.id]) expect(await store.erasure.find(id)).toEqual({ root: her.id, ids: [her.id, merged.id], counts, erasedAt: undefined });
      expect(await store.erasure.find(customerId('nobody'))).toBeUndefined();
      expect(await store.erasure.erase(customerId('nobody'), 7)).toBeUndefined();
      expect(await recordsOf(store)).toEqual(before);
      expect(await store.erasure.list()).toEqual([]);
    });

    test('takes all of her and of who was merged with her, for every connection, and nothing of anybody else', async () => {
      const [store, running] = [await connect(), await connect()];
      const { her, merged, other } = await people(store);
      const before = await recordsOf(store);
      expect((await running.links.read([{ kind: 'id', id: her.id }]))[0]?.id).toBe(her.id);
      expect(await store.erasure.erase(merged.id, 7)).toMatchObject({ root: her.id, counts });
      expect(await running.links.read([{ kind: 'id', id: her.id }, { kind: 'id', id: merged.id }, { kind: 'name', namespace: 'crm', value: 'hers' }, { kind: 'name', namespace: 'crm', value: 'hers too' }]))
        .toEqual([undefined, undefined, undefined, undefined]);
      const after = await recordsOf(store);
      const others = before.filter((record) => !JSON.stringify(record).includes(her.id) && !JSON.stringify(record).includes(merged.id) && !/"e1"|hers too/.test(JSON.stringify(record)));
      expect(after.filter(({ kind }) => kind !== 'erased')).toEqual(others);
      expect(kindsOf(others)).toEqual(['access', 'customer', 'fact', 'link', 'unlinked']);
      expect(await running.erasure.list()).toEqual([her.id, merged.id].toSorted().map((customer) => ({ customer, root: her.id, at: 7 })));
      expect((await running.links.read([{ kind: 'id', id: other.id }]))[0]?.members[0].facts).toHaveLength(1);
    });

    test('may be repeated, and keeps the time of the first', async () => {
      const store = await connect();
      const { her, merged } = await people(store);
      await store.erasure.erase(her.id, 7);
      const before = await recordsOf(store);
      for (const id of [merged.id, her.id]) {
        expect(await store.erasure.find(id)).toEqual({ root: her.id, ids: [her.id, merged.id], counts: nothing, erasedAt: 7 });
        expect(await store.erasure.erase(id, 8)).toMatchObject({ counts: nothing, erasedAt: 7 });
      }
      expect(await recordsOf(store)).toEqual(before);
    });

    test('leaves nobody who could come back: who has her names afterwards is somebody new, without anything that was said before', async () => {
      const [store, running] = [await connect(), await connect()];
      const { her } = await people(store);
      await store.erasure.erase(her.id, 7);
      const again = await claim(running, link('crm', 'hers'), link('number', '10001'));
      expect([her.id, again.members.length, again.members[0].facts, again.members[0].unlinked, again.members[0].barred]).toEqual([expect.not.stringContaining(again.id), 1, [], [], []]);
      expect(await running.stewardship.history([again.id])).toEqual([]);
      expect(await running.erasure.find(again.id)).toMatchObject({ erasedAt: undefined, counts: { customers: 1, links: 2 } });
      for (const late of [
        store.facts.append([aRecord(her.id, 'late', aConsent())]),
        store.links.claim([{ member: her.id, links: [link('desk', 'late')] }]),
        store.links.noteUnlinked([{ customer: her.id, source: 'desk', reason: 'NO_MATCH', candidates: [], notedAt: 1, until: 9_000 }]),
      ]) await expect(late).rejects.toBeDefined();
      expect(await store.erasure.find(her.id)).toMatchObject({ counts: nothing });
    });

    test('at the same time as something is added to her leaves nothing of her', async () => {
      const [store, running] = [await connect(), await connect()];
      const { her } = await people(store);
      await Promise.allSettled([
        ...Array.from({ length: 6 }, (_, at) => running.links.claim([{ member: her.id, links: [link(`source ${at}`, 'late')] }])),
        store.erasure.erase(her.id, 7),
        ...Array.from({ length: 6 }, (_, at) => running.facts.append([aRecord(her.id, `late ${at}`, aConsent())])),
      ]);
      expect(await store.erasure.find(her.id)).toMatchObject({ erasedAt: 7, counts: nothing });
      expect(await running.links.read([{ kind: 'name', namespace: 'source 3', value: 'late' }])).toEqual([undefined]);
    });

    test('lets somebody who was split off her keep the link, but not the name of the record that it came by', async () => {
      const store = await connect();
      const her = await claim(store, link('crm', 'hers'), link('billing', 'b'), link('desk', 'd', { from: { namespace: 'crm', value: 'hers' } }));
      await change(store, { kind: 'separate', customer: her.id, record: { namespace: 'desk', value: 'd' } });
      await store.erasure.erase(her.id, 7);
      const [split] = await store.links.read([{ kind: 'name', namespace: 'desk', value: 'd' }]);
      expect(split?.members[0].links).toMatchObject([{ namespace: 'desk', value: 'd' }]);
      expect(JSON.stringify(await recordsOf(store))).not.toContain('hers');
      expect(await store.stewardship.history([split?.id ?? customerId('')])).toEqual([]);
    });

    test('leaves the audit trail as it was', async () => {
      const store = await connect();
      const { her } = await people(store);
      const records = [anAuditRecord('a', 1, { customers: [her.id] })];
      await store.audit.append(records);
      await store.erasure.erase(her.id, 7);
      expect(await store.auditByCustomer.latest({ customers: [her.id], kind: 'disclosure', before: undefined, size: 9 })).toEqual(records);
    });

    test('takes again what an archive of before brings back', async () => {
      const store = await connect();
      const { her, merged } = await people(store);
      const before = await recordsOf(store);
      await store.erasure.erase(her.id, 7);
      await store.archive.restore(before);
      expect(await store.erasure.find(merged.id)).toMatchObject({ erasedAt: 7, counts });
      await store.erasure.erase(merged.id, 8);
      expect(await store.erasure.find(merged.id)).toMatchObject({ erasedAt: 7, counts: nothing });
    });
  });
}
