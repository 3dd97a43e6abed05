import { describe, expect, test } from '@jest/globals';
import { customerId, type CustomerId } from '../../src/ids.ts';
import type { ArchiveRecord } from '../../src/store/archive.ts';
import type { FactRecord } from '../../src/store/facts.ts';
import type { CustomerRef, LinkedCustomer, NewLink } from '../../src/store/links.ts';
import type { LinkChange, LinkEvent } from '../../src/store/stewardship.ts';
import type { Store } from '../../src/store/store.ts';
import { aConsent, anObjection, aRecord, aRelation, aRestriction } from '../fixtures/facts.ts';

/** The laws of `FactLog` and of `Member.facts`. `connect` gives another connection to the same store, `elsewhere` one to another, empty one. */
export function describeFactLog({ connect, elsewhere }: { readonly connect: () => Promise<Store>; readonly elsewhere: <Result>(work: (store: Store) => Promise<Result>) => Promise<Result> }): void {
  describe('what is known for deciding', () => {
    const link = (namespace: string, value: string): NewLink => ({ namespace, value, method: 'NUMBER', verified: true });
    const byId = (id: CustomerId): CustomerRef => ({ kind: 'id', id });
    const byName = (namespace: string, value: string): CustomerRef => ({ kind: 'name', namespace, value });
    const claim = async (store: Store, ...links: readonly [NewLink, ...NewLink[]]): Promise<CustomerId> => {
      const [claimed] = await store.links.claim([{ member: undefined, links }]);
      if (claimed === undefined) throw new Error('a claim gave nothing');
      return claimed.id;
    };
    const read = async (store: Store, ...refs: readonly CustomerRef[]): Promise<readonly (LinkedCustomer | undefined)[]> => store.links.read(refs);
    const factsOf = async (store: Store, id: CustomerId): Promise<readonly FactRecord[]> =>
      (await read(store, byId(id)))[0]?.members.find((member) => member.id === id)?.facts ?? [];
    const change = async (store: Store, one: LinkChange): Promise<LinkEvent> => {
      const outcome = await store.stewardship.change({ change: one, actor: 'ada', evidence: 'passport', requestId: 'r' });
      if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.reason}`);
      return outcome.event;
    };
    const recordsOf = async (store: Store): Promise<readonly ArchiveRecord[]> => {
      const records: ArchiveRecord[] = [];
      for await (const part of store.archive.records()) records.push(...part);
      return records;
    };
    const everyKind = (customer: CustomerId): readonly FactRecord[] => [
      aRecord(customer, 'consent', aConsent({ channel: 'email', evidence: 'form 7', notice: { id: 'newsletter', version: '2' }, expiresAt: 9_000 }), { requestId: 'r' }),
      aRecord(customer, 'objection', anObjection()),
      aRecord(customer, 'relation', aRelation({ relation: 'REGION', party: 'EU', expiresAt: 1_700_000_000_000 })),
      aRecord(customer, 'restriction', aRestriction({ except: ['legal.claims', 'service.billing'] })),
    ];

    test('is told as it was recorded, with the links, by whatever she is read', async () => {
      const store = await connect();
      const id = await claim(store, link('crm', '1'), link('number', '10001'));
      expect(await factsOf(store, id)).toEqual([]);
      await store.facts.append(everyKind(id));
      const found = await read(store, byId(id), byName('number', '10001'), byName('crm', '9'));
      expect(found[0]?.members).toEqual([expect.objectContaining({ id, facts: everyKind(id) })]);
      expect(found[1]).toEqual(found[0]);
      expect(found[2]).toBeUndefined();
      expect(await store.links.claim([{ member: id, links: [link('crm', '1')] }])).toEqual([expect.objectContaining({ members: [expect.objectContaining({ facts: everyKind(id) })] })]);
    });

    test('comes in the order of when it was collected, then recorded, then of its id', async () => {
      const store = await connect();
      const id = await claim(store, link('crm', '1'));
      const at = (name: string, collected: number, recordedAt: number): FactRecord => aRecord(id, name, aConsent({ at: collected }), { recordedAt });
      await store.facts.append([at('late', 300, 300), at('f', 200, 250), at('told late', 100, 900)]);
      await store.facts.append([at('b', 200, 250), at('é', 200, 250), at('a', 200, 251), at('B', 200, 250), at('before 1970', -5, 400), at('z', 200, 240)]);
      expect((await factsOf(store, id)).map((record) => record.id)).toEqual(['before 1970', 'told late', 'z', 'B', 'b', 'f', 'é', 'a', 'late']);
    });

    test('is each customer\'s own', async () => {
      const store = await connect();
      const [one, other] = [await claim(store, link('crm', '1')), await claim(store, link('crm', '2'))];
      await store.facts.append([aRecord(one, '1', anObjection()), aRecord(other, '2', aConsent()), aRecord(one, '3', aConsent())]);
      expect((await read(store, byId(other), byId(one))).map((customer) => customer?.members[0].facts.map((record) => record.id))).toEqual([['2'], ['1', '3']]);
    });

    test('is recorded once, however often it is appended, and stays as it was first said', async () => {
      const store = await connect();
      const id = await claim(store, link('crm', '1'));
      const record = aRecord(id, '1', anObjection());
      expect(await store.facts.append([record, record])).toBe(1);
      expect(await store.facts.append([aRecord(id, '0', aConsent()), record, { ...record, fact: anObjection({ status: 'LIFTED' }) }, aRecord(id, '2', aConsent())])).toBe(2);
      expect(await factsOf(store, id)).toEqual([aRecord(id, '0', aConsent()), record, aRecord(id, '2', aConsent())]);
      expect(await store.facts.append([])).toBe(0);
    });

    test('cannot be of a customer who does not exist, whoever else is in the call', async () => {
      const store = await connect();
      const id = await claim(store, link('crm', '1'));
      const nobody = customerId('customer-77');
      await store.facts.append([aRecord(id, 'known', anObjection())]);
      await expect(store.facts.append([aRecord(id, '1', anObjection()), aRecord(nobody, '2', anObjection())])).rejects.toBeDefined();
      await expect(store.facts.append([aRecord(nobody, 'known', anObjection())])).rejects.toBeDefined();
      const kept = (await recordsOf(store)).filter(({ kind }) => kind === 'fact');
      expect(kept).not.toContainEqual(expect.objectContaining({ customer: nobody }));
      // What was kept of the call, and what was not, can be appended again.
      await store.facts.append([aRecord(id, '1', anObjection())]);
      expect((await factsOf(store, id)).map((record) => record.id)).toEqual(['1', 'known']);
    });

    test('is seen at once over every other connection', async () => {
      const [one, other] = [await connect(), await connect()];
      const id = await claim(one, link('crm', '1'));
      expect(await factsOf(other, id)).toEqual([]);
      for (const nth of ['1', '2', '3']) {
        await one.facts.append([aRecord(id, nth, aConsent())]);
        expect((await factsOf(other, id)).map((record) => record.id)).toContain(nth);
      }
      await Promise.all([one, other].map((store) => store.facts.append([aRecord(id, 'both', anObjection())])));
      expect(await factsOf(one, id)).toHaveLength(4);
    });

    test('keeps every character', async () => {
      const store = await connect();
      const id = await claim(store, link('crm', '1'));
      const odd = ['', ' ', '\u0000', '$where', 'a.b', '__proto__', '{"$ne":1}', '\u00c9', 'E\u0301', "'; DROP TABLE fact; --", '\u{1f600}', '\u202e', '\n'];
      const records = odd.map((text, at) => aRecord(id, `${at}${text}`, aConsent({
        at, source: text, purpose: text, channel: text, evidence: text, notice: { id: text, version: text },
      }), { actor: text, requestId: text }));
      await store.facts.append(records);
      expect(await factsOf(await connect(), id)).toEqual(records);
    });

    test('may be a thousand records of one customer', async () => {
      const store = await connect();
      const id = await claim(store, link('crm', '1'));
      const records = Array.from({ length: 1_000 }, (_, at) => aRecord(id, `r${at}`, at % 2 === 0 ? aConsent({ at }) : anObjection({ at })));
      await store.facts.append(records.toReversed());
      expect(await factsOf(store, id)).toEqual(records);
    });

    test('may be more than a thousand records in one call, of many customers', async () => {
      const store = await connect();
      const customers = await store.links.claim(Array.from({ length: 500 }, (_, at) => ({ member: undefined, links: [link('crm', String(at))] as const })));
      await store.facts.append(customers.flatMap(({ id }) => [1, 2, 3].map((nth) => aRecord(id, `${id} ${nth}`, aConsent({ at: nth })))));
      const found = await read(store, ...customers.map(({ id }) => byId(id)));
      expect(found.map((customer) => customer?.members[0].facts.length)).toEqual(customers.map(() => 3));
    });

    test('stays with each of those who were merged, and an unmerge gives each her own', async () => {
      const store = await connect();
      const [a, b] = [await claim(store, link('crm', '1')), await claim(store, link('crm', '2'))];
      await store.facts.append([aRecord(a, 'a', aConsent()), aRecord(b, 'b', anObjection())]);
      await change(store, { kind: 'merge', into: a, customer: b });
      await store.facts.append([aRecord(b, 'b meanwhile', aConsent())]);
      const facts = async (ref: CustomerRef): Promise<unknown> => (await read(store, ref))[0]?.members.map((member) => [member.id, member.facts.map(({ id }) => id)]);
      for (const ref of [byId(a), byId(b), byName('crm', '2')]) expect(await facts(ref)).toEqual([[a, ['a']], [b, ['b', 'b meanwhile']]]);
      await change(store, { kind: 'unmerge', customer: b });
      expect([await facts(byId(a)), await facts(byId(b))]).toEqual([[[a, ['a']]], [[b, ['b', 'b meanwhile']]]]);
    });

    describe('when a record is split off', () => {
      const desk = { namespace: 'desk', value: 'd' };
      /** What the copies say. */
      const told = (records: readonly FactRecord[]): readonly unknown[] => records.map(({ id: _, customer: __, ...said }) => said);

      test('restricts its new customer as it did the old one, and gives her nothing', async () => {
        const store = await connect();
        const id = await claim(store, link('crm', '1'), link('desk', 'd'));
        const restrictive = [aRecord(id, '1', anObjection({ at: 1 })), aRecord(id, '2', aRestriction({ at: 2, except: ['legal.claims'] }), { requestId: 'r' }), aRecord(id, '3', anObjection({ at: 3, status: 'LIFTED' }))];
        await store.facts.append([...restrictive, aRecord(id, '4', aConsent()), aRecord(id, '5', aRelation())]);
        const { other = customerId('') } = await change(store, { kind: 'separate', customer: id, record: desk });
        expect(other).not.toBe(id);
        const copies = await factsOf(store, other);
        expect(told(copies)).toEqual(told(restrictive));
        expect(copies.every(({ customer }) => customer === other)).toBe(true);
        expect((await factsOf(store, id)).map((record) => record.id)).toEqual(['1', '2', '3', '4', '5']);
        // Hers are records of their own.
        await store.facts.append([aRecord(other, 'hers', anObjection({ at: 9, status: 'LIFTED' })), aRecord(id, 'not hers', anObjection({ at: 9 }))]);
        expect((await factsOf(store, other)).map((record) => record.id)).toEqual([...copies.map((record) => record.id), 'hers']);
      });

      test('gives her what restricts any of those who were taken for one, and again when she is split', async () => {
        const store = await connect();
        const [a, b] = [await claim(store, link('crm', '1')), await claim(store, link('crm', '2'), link('desk', 'd'), link('billing', 'b'))];
        await store.facts.append([aRecord(a, 'a', aRestriction({ at: 1 })), aRecord(b, 'b', anObjection({ at: 2 }))]);
        await change(store, { kind: 'merge', into: a, customer: b });
        const { other = customerId('') } = await change(store, { kind: 'separate', customer: a, record: desk });
        expect((await factsOf(store, other)).map(({ fact }) => fact)).toEqual([aRestriction({ at: 1 }), anObjection({ at: 2 })]);
        await store.links.claim([{ member: other, links: [link('support', 's')] }]);
        const { other: third = customerId('') } = await change(store, { kind: 'separate', customer: other, record: { namespace: 'support', value: 's' } });
        expect(told(await factsOf(store, third))).toEqual(told(await factsOf(store, other)));
        expect(await factsOf(store, a)).toHaveLength(1);
      });

      test('copies nothing where a record is only barred', async () => {
        const store = await connect();
        const id = await claim(store, link('crm', '1'));
        await store.facts.append([aRecord(id, '1', anObjection())]);
        await change(store, { kind: 'separate', customer: id, record: desk });
        expect((await recordsOf(store)).filter(({ kind }) => kind === 'fact')).toHaveLength(1);
      });
    });

    test('is in the archive, and in a store that is made of it', async () => {
      const store = await connect();
      const id = await claim(store, link('crm', '1'), link('desk', 'd'));
      await store.facts.append(everyKind(id));
      const { other = customerId('') } = await change(store, { kind: 'separate', customer: id, record: { namespace: 'desk', value: 'd' } });
      const records = await recordsOf(store);
      const kinds = records.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'fact')).toHaveLength(6);
      expect(kinds.lastIndexOf('customer')).toBeLessThan(kinds.indexOf('fact'));
      await elsewhere(async (copy) => {
        await copy.archive.restore(records.slice(0, kinds.indexOf('fact') + 1));
        await copy.archive.restore(records);
        expect(await read(copy, byId(id), byId(other))).toEqual(await read(store, byId(id), byId(other)));
        expect((await recordsOf(copy)).length).toBe(records.length);
        // What came from there is there: it is not added again.
        await copy.facts.append(everyKind(id));
        expect(await factsOf(copy, id)).toEqual(everyKind(id));
      });
    });
  });
}
