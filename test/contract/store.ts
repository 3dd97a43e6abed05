import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerId, type CustomerId } from '../../src/ids.ts';
import type { ArchiveRecord } from '../../src/store/archive.ts';
import { linksOf, type Adoption, type CustomerRef, type LinkedCustomer, type NewLink, type Person, type Unlinked } from '../../src/store/links.ts';
import type { ChangeOutcome, LinkChange, LinkEvent } from '../../src/store/stewardship.ts';
import type { Store } from '../../src/store/store.ts';
import { anAccessRequest } from '../fixtures/access.ts';
import { anAuditRecord } from '../fixtures/audit.ts';
import { aRecord, anObjection } from '../fixtures/facts.ts';
import { describeAccessRegister } from './access-register.ts';
import { describeAuditByCustomer } from './audit-by-customer.ts';
import { describeAuditLog } from './audit-log.ts';
import { describeErasure } from './erasure.ts';
import { describeFactLog } from './fact-log.ts';
import { describeIssuing } from './issuing.ts';
import { describeTrustedDocuments } from './trusted-documents.ts';

/** How the suite handles one engine. Every call of `open` gives another connection to the same, at first empty, store. */
export interface StoreUnderTest {
  readonly open: (deps: { readonly clock: () => number; readonly newId: () => string }) => Promise<Store>;
  readonly remove: () => Promise<void>;
}

/** The laws of `Store`, for every engine. */
export function describeStore(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`the store in ${name}`, () => {
    let subject: StoreUnderTest;
    let stores: Store[];
    let now: number;
    let minted: number;

    const connect = async (): Promise<Store> => {
      const store = await subject.open({ clock: () => now, newId: () => `customer-${(minted += 1)}` });
      stores.push(store);
      return store;
    };
    beforeEach(async () => {
      [now, minted, stores] = [1_000, 0, []];
      subject = await start();
    });
    afterEach(async () => {
      await Promise.all(stores.map((store) => store.close()));
      await subject.remove();
    });

    const named = (namespace: string, value: string): { readonly namespace: string; readonly value: string } => ({ namespace, value });
    const link = (namespace: string, value: string, more: Partial<NewLink> = {}): NewLink => ({ namespace, value, method: 'NUMBER', verified: true, ...more });
    const byName = (namespace: string, value: string): CustomerRef => ({ kind: 'name', namespace, value });
    const byId = (id: string): CustomerRef => ({ kind: 'id', id: customerId(id) });
    const claim = async (store: Store, member: CustomerId | undefined, ...links: readonly [NewLink, ...NewLink[]]): Promise<LinkedCustomer> => {
      const [claimed] = await store.links.claim([{ member, links }]);
      if (claimed === undefined) throw new Error('a claim gave nothing');
      return claimed;
    };
    const read = async (store: Store, ref: CustomerRef): Promise<LinkedCustomer | undefined> => (await store.links.read([ref]))[0];
    const idsOf = (customers: readonly (LinkedCustomer | undefined)[]): readonly (string | undefined)[] => customers.map((customer) => customer?.id);
    const namesOf = (customer: LinkedCustomer | undefined): readonly string[] =>
      (customer === undefined ? [] : linksOf(customer)).map(({ namespace, value }) => `${namespace} ${value}`).sort();
    const unlinked = (customer: CustomerId, source: string, more: Partial<Unlinked> = {}): Unlinked =>
      ({ customer, source, reason: 'NO_MATCH', candidates: [], notedAt: now, until: 5_000, ...more });

    describe('links', () => {
      test('are given to a new customer, who is then found by each of them', async () => {
        const store = await connect();
        const claimed = await claim(
          store, undefined,
          link('crm', '1', { method: 'FIRST_SEEN' }),
          link('number', '10001', { verified: false, from: named('crm', '1'), evidence: 'seen on paper', actor: 'ada' }),
        );
        expect(claimed).toEqual({
          id: 'customer-1',
          members: [{
            id: 'customer-1', unlinked: [], barred: [], facts: [],
            links: expect.arrayContaining([
              { namespace: 'crm', value: '1', method: 'FIRST_SEEN', verified: true, firstSeenAt: 1_000, lastSeenAt: 1_000 },
              {
                namespace: 'number', value: '10001', method: 'NUMBER', verified: false, firstSeenAt: 1_000, lastSeenAt: 1_000,
                from: named('crm', '1'), evidence: 'seen on paper', actor: 'ada',
              },
            ]),
          }],
        });
        expect(await store.links.read([byName('number', '10001'), byName('crm', '1'), byId('customer-1')])).toEqual([claimed, claimed, claimed]);
      });

      test('are told apart by namespace, and by every character of their value', async () => {
        const store = await connect();
        const values = ['1', ' 1', '01', '1\u0000', '\u00c9', 'E\u0301', '\u00e9', "1' OR '1'='1", '%', '["1"]', '1,2', ''];
        for (const value of values) await claim(store, undefined, link('crm', value));
        expect(minted).toBe(values.length);
        const found = await store.links.read([...values.map((value) => byName('crm', value)), byName('billing', '1')]);
        expect(idsOf(found)).toEqual([...values.map((_, at) => `customer-${at + 1}`), undefined]);
      });

      test('are answered in the order of the references, one for one, unknown ones as undefined', async () => {
        const store = await connect();
        const [one, two] = [await claim(store, undefined, link('crm', '1')), await claim(store, undefined, link('crm', '2'))];
        expect(idsOf(await store.links.read([byName('crm', '2'), byName('crm', '9'), byId(one.id), byId('nobody'), byId(two.id), byName('crm', '2')])))
          .toEqual([two.id, undefined, one.id, undefined, two.id, two.id]);
        expect([await store.links.read([]), await store.links.claim([])]).toEqual([[], []]);
      });

      test('are asked for by the thousand', async () => {
        const store = await connect();
        const claims = Array.from({ length: 2_000 }, (_, at) => ({ member: undefined, links: [link('crm', String(at))] as const }));
        const customers = await store.links.claim(claims);
        expect(customers.map(namesOf)).toEqual(claims.map((_, at) => [`crm ${at}`]));
        expect(idsOf(await store.links.read(claims.map((_, at) => byName('crm', String(at)))))).toEqual(customers.map(({ id }) => id));
      });

      test('that are claimed again give their owner, and are seen again', async () => {
        const store = await connect();
        const first = await claim(store, undefined, link('crm', '1'));
        now = 2_000;
        const again = await claim(store, undefined, link('crm', '1', { method: 'EMAIL', verified: false }), link('number', '10001'));
        expect(again.id).toBe(first.id);
        expect(linksOf(again)).toEqual(expect.arrayContaining([
          { namespace: 'crm', value: '1', method: 'NUMBER', verified: true, firstSeenAt: 1_000, lastSeenAt: 2_000 },
          { namespace: 'number', value: '10001', method: 'NUMBER', verified: true, firstSeenAt: 2_000, lastSeenAt: 2_000 },
        ]));
        expect(minted).toBe(1);
      });

      test('that somebody else owns stay where they are, and who claims them sees that', async () => {
        const store = await connect();
        const owner = await claim(store, undefined, link('number', '10001'));
        const other = await claim(store, undefined, link('crm', '2'));
        const after = await claim(store, other.id, link('number', '10001'), link('billing', 'b2'));
        expect(namesOf(after)).toEqual(['billing b2', 'crm 2']);
        expect((await read(store, byName('number', '10001')))?.id).toBe(owner.id);
      });

      test('are one a source at most', async () => {
        const store = await connect();
        const customer = await claim(store, undefined, link('crm', '1'));
        expect(namesOf(await claim(store, customer.id, link('crm', '2')))).toEqual(['crm 1']);
        expect(await read(store, byName('crm', '2'))).toBeUndefined();
      });

      test('of one call see those before them', async () => {
        const store = await connect();
        const customers = await store.links.claim([
          { member: undefined, links: [link('crm', '1')] },
          { member: undefined, links: [link('crm', '1'), link('billing', 'b')] },
        ]);
        expect(new Set(customers.map(({ id }) => id)).size).toBe(1);
        expect(namesOf(customers[1])).toEqual(['billing b', 'crm 1']);
      });

      test('cannot be given to a customer who does not exist, and then nothing of the call is kept', async () => {
        const store = await connect();
        const claims = [{ member: undefined, links: [link('crm', '1')] as const }, { member: customerId('nobody'), links: [link('crm', '2')] as const }];
        await expect(store.links.claim(claims)).rejects.toBeDefined();
        expect(await store.links.read([byName('crm', '1'), byName('crm', '2')])).toEqual([undefined, undefined]);
      });
    });

    describe('a person who is adopted', () => {
      const adopted = (customer: string, minted: boolean, added: number): Adoption => ({ kind: 'adopted', customer: customerId(customer), minted, added });
      const change = (store: Store, one: LinkChange): Promise<ChangeOutcome> => store.stewardship.change({ change: one, actor: 'ada', evidence: 'x', requestId: 'r' });
      const adopt = async (store: Store, ...persons: readonly Person[]): Promise<readonly Adoption[]> => store.links.adopt(persons);

      test('is made a new customer, or adds to the one who has some of her names', async () => {
        const store = await connect();
        const { id } = await claim(store, undefined, link('crm', '1'));
        await store.links.noteUnlinked([unlinked(id, 'billing'), unlinked(id, 'support')]);
        now = 2_000;
        const imported = { method: 'IMPORTED', evidence: 'known.csv', actor: 'ada' } as const;
        expect(await adopt(
          store,
          [link('billing', 'b', imported), link('crm', '1', imported)],
          [link('crm', '2', imported), link('number', 'x\u0000"\'', { ...imported, from: named('crm', '2') })],
        )).toEqual([adopted(id, false, 1), adopted('customer-2', true, 2)]);
        const known = await read(store, byName('billing', 'b'));
        expect(known?.members[0].unlinked.map(({ source }) => source)).toEqual(['support']);
        expect(linksOf(known ?? { id, members: [{ id, links: [], unlinked: [], barred: [], facts: [] }] })).toEqual(expect.arrayContaining([
          { namespace: 'crm', value: '1', method: 'NUMBER', verified: true, firstSeenAt: 1_000, lastSeenAt: 1_000 },
          { namespace: 'billing', value: 'b', verified: true, firstSeenAt: 2_000, lastSeenAt: 2_000, ...imported },
        ]));
        expect(namesOf(await read(store, byName('number', 'x\u0000"\'')))).toEqual(['crm 2', 'number x\u0000"\'']);
        expect((await read(store, byName('crm', '2')))?.members[0].links.find(({ namespace }) => namespace === 'number')).toMatchObject({ from: named('crm', '2') });
        expect(await adopt(store)).toEqual([]);
      });

      test('again changes nothing', async () => {
        const store = await connect();
        const persons: readonly Person[] = [[link('crm', '1'), link('number', '1')], [link('crm', '2')]];
        await adopt(store, ...persons);
        const before = await store.links.read([byName('crm', '1'), byName('crm', '2')]);
        now = 2_000;
        expect(await adopt(store, ...persons)).toEqual([adopted('customer-1', false, 0), adopted('customer-2', false, 0)]);
        expect(await store.links.read([byName('crm', '1'), byName('crm', '2')])).toEqual(before);
        expect(minted).toBe(2);
      });

      test('sees those before her, of the same call too', async () => {
        const store = await connect();
        expect(await adopt(
          store,
          [link('crm', '1'), link('number', '1')],
          [link('number', '1'), link('billing', 'b')],
          [link('crm', '3')],
          [link('billing', 'b'), link('crm', '3')],
          [link('billing', 'b'), link('crm', '4'), link('support', 's')],
        )).toEqual([
          adopted('customer-1', true, 2), adopted('customer-1', false, 1), adopted('customer-2', true, 1),
          { kind: 'refused', reason: 'SEVERAL_CUSTOMERS', name: named('billing', 'b'), customers: ['customer-1', 'customer-2'] },
          { kind: 'refused', reason: 'HAS_ANOTHER_KEY', name: named('crm', '4'), customers: ['customer-1'] },
        ]);
        expect(await store.links.read([byName('crm', '4'), byName('support', 's')])).toEqual([undefined, undefined]);
      });

      test('is refused whole where the store knows better', async () => {
        const store = await connect();
        const [a, b, c] = [await claim(store, undefined, link('crm', '1')), await claim(store, undefined, link('crm', '2')), await claim(store, undefined, link('crm', '3'), link('desk', 'd3'))];
        await change(store, { kind: 'separate', customer: a.id, record: named('billing', 'b') });
        await change(store, { kind: 'merge', into: b.id, customer: c.id });
        expect(await adopt(
          store,
          [link('number', '1'), link('crm', '1'), link('billing', 'b')],
          [link('number', '2'), link('crm', '1'), link('crm', '2')],
          [link('number', '3'), link('crm', '2'), link('desk', 'd9')],
          [link('number', '4'), link('crm', '7'), link('crm', '8')],
        )).toEqual([
          { kind: 'refused', reason: 'BARRED', name: named('billing', 'b'), customers: [a.id] },
          { kind: 'refused', reason: 'SEVERAL_CUSTOMERS', name: named('number', '2'), customers: [a.id, b.id] },
          { kind: 'refused', reason: 'HAS_ANOTHER_KEY', name: named('desk', 'd9'), customers: [b.id] },
          { kind: 'refused', reason: 'HAS_ANOTHER_KEY', name: named('crm', '8'), customers: [] },
        ]);
        const names = [...['1', '2', '3', '4'].map((value) => byName('number', value)), byName('billing', 'b'), byName('desk', 'd9'), byName('crm', '7')];
        expect(await store.links.read(names)).toEqual(names.map(() => undefined));
      });

      test('of a merged customer becomes the one whose id stays', async () => {
        const store = await connect();
        const [a, b] = [await claim(store, undefined, link('crm', '1')), await claim(store, undefined, link('desk', 'd'))];
        await change(store, { kind: 'merge', into: a.id, customer: b.id });
        expect(await adopt(store, [link('crm', '1'), link('desk', 'd'), link('billing', 'b')])).toEqual([adopted(a.id, false, 1)]);
        expect((await read(store, byId(a.id)))?.members.map(({ id, links }) => [id, links.length])).toEqual([[a.id, 2], [b.id, 1]]);
      });

      test('by two at the same time is one customer, or refused to one of them', async () => {
        const both = [await connect(), await connect()];
        const outcomes = (await Promise.all(both.map((store, side) => adopt(
          store, ...Array.from({ length: 50 }, (_, at): Person => [link('number', String(at)), link(side === 0 ? 'crm' : 'billing', String(at))]),
        )))).flat();
        expect(outcomes.filter(({ kind }) => kind === 'adopted')).toHaveLength(100);
        const store = await connect();
        for (let at = 0; at < 50; at += 1) expect(namesOf(await read(store, byName('number', String(at))))).toEqual([`billing ${at}`, `crm ${at}`, `number ${at}`]);
      });
    });

    describe('two connections', () => {
      test('that claim one name at the same time give it one owner', async () => {
        const both = [await connect(), await connect()];
        const claimed = await Promise.all(
          Array.from({ length: 20 }, (_, at) => both.map((store, side) => claim(store, undefined, link('number', String(at)), link(side === 0 ? 'crm' : 'billing', String(at))))).flat(),
        );
        expect(new Set(claimed.map(({ id }) => id)).size).toBe(20);
        for (const store of both) {
          for (const customer of await store.links.read([...new Set(claimed.map(({ id }) => id))].map(byId))) expect(namesOf(customer)).toHaveLength(3);
        }
        const records: ArchiveRecord[] = [];
        for await (const part of (await connect()).archive.records()) records.push(...part);
        expect(records.filter(({ kind }) => kind === 'customer')).toHaveLength(20);
      });

      test('see at once what the other has stored', async () => {
        const [one, other] = [await connect(), await connect()];
        const { id } = await claim(one, undefined, link('crm', '1'));
        expect((await read(other, byName('crm', '1')))?.id).toBe(id);
        await one.links.noteUnlinked([unlinked(id, 'billing')]);
        expect((await read(other, byId(id)))?.members[0].unlinked).toEqual([unlinked(id, 'billing')]);
        await other.stewardship.change({ change: { kind: 'separate', customer: id, record: named('billing', 'b') }, actor: 'ada', evidence: 'x', requestId: 'r' });
        expect((await read(one, byId(id)))?.members[0].barred).toEqual([named('billing', 'b')]);
        await other.revocations.revoke({ issuer: 'i', id: 't', at: now, actor: 'ada' });
        expect(await one.revocations.revoked([{ issuer: 'i', id: 't' }])).toEqual([true]);
      });
    });

    describe('what is unlinked', () => {
      test('holds until its time, the latest noted', async () => {
        const store = await connect();
        const { id } = await claim(store, undefined, link('crm', '1'));
        const noted = async (): Promise<readonly string[] | undefined> => (await read(store, byId(id)))?.members[0].unlinked.map(({ source, reason }) => `${source} ${reason}`).toSorted();
        await store.links.noteUnlinked([unlinked(id, 'billing', { until: 2_000 }), unlinked(id, 'support', { until: 3_000 })]);
        expect(await noted()).toEqual(['billing NO_MATCH', 'support NO_MATCH']);
        now = 2_000;
        expect(await noted()).toEqual(['support NO_MATCH']);
        await store.links.noteUnlinked([unlinked(id, 'billing', { reason: 'AMBIGUOUS', until: 9_000 })]);
        now = 4_000;
        expect(await noted()).toEqual(['billing AMBIGUOUS']);
      });

      test('ends when the source knows her after all', async () => {
        const store = await connect();
        const { id } = await claim(store, undefined, link('crm', '1'));
        await store.links.noteUnlinked([unlinked(id, 'billing')]);
        expect((await claim(store, id, link('billing', 'b'))).members[0].unlinked).toEqual([]);
        expect((await store.stewardship.reviews({ reason: undefined, source: undefined, size: 10, at: undefined })).noted).toEqual([]);
      });

      test('of nobody is nothing', async () => {
        const store = await connect();
        await store.links.noteUnlinked([]);
        await expect(store.links.noteUnlinked([unlinked(customerId('nobody'), 'billing')])).rejects.toBeDefined();
      });

      test('is listed for review, the oldest first, page by page, also when it is due again', async () => {
        const store = await connect();
        const ids: CustomerId[] = [];
        for (let at = 0; at < 7; at += 1) {
          const { id } = await claim(store, undefined, link('crm', String(at)));
          ids.push(id);
          now += 100;
          await store.links.noteUnlinked([
            unlinked(id, 'billing', { reason: at % 2 === 0 ? 'AMBIGUOUS' : 'NO_MATCH', identifier: 'email', candidates: [named('billing', `b${at}`), named('crm', '99')] }),
          ]);
        }
        now = 50_000;
        const all = async (filter: { readonly reason?: Unlinked['reason']; readonly source?: string }, size: number): Promise<readonly Unlinked[]> => {
          const found: Unlinked[] = [];
          let at: string | undefined;
          do {
            const page = await store.stewardship.reviews({ reason: filter.reason, source: filter.source, size, at });
            expect(page.noted.length).toBeLessThanOrEqual(size);
            found.push(...page.noted);
            at = page.next;
          } while (at !== undefined);
          return found;
        };
        expect((await all({}, 3)).map(({ customer }) => customer)).toEqual(ids);
        expect((await all({ reason: 'AMBIGUOUS' }, 2)).map(({ customer }) => customer)).toEqual([ids[0], ids[2], ids[4], ids[6]]);
        expect(await all({ source: 'support' }, 2)).toEqual([]);
        expect((await all({ source: 'billing', reason: 'NO_MATCH' }, 7))[0]).toEqual(
          unlinked(ids[1] ?? customerId(''), 'billing', { identifier: 'email', candidates: [named('billing', 'b1'), named('crm', '99')], notedAt: 1_200 }),
        );
        await expect(store.stewardship.reviews({ reason: undefined, source: undefined, size: 1, at: 'nonsense' })).rejects.toBeDefined();
      });
    });

    describe('a change', () => {
      const order = (store: Store, change: LinkChange): Promise<ChangeOutcome> =>
        store.stewardship.change({ change, actor: 'ada', evidence: 'passport', requestId: 'r1' });
      const refused = (reason: string): unknown => ({ kind: 'refused', reason });
      const nobody = customerId('nobody');
      const changed = async (store: Store, change: LinkChange): Promise<LinkEvent> => {
        const outcome = await order(store, change);
        if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.reason}`);
        return outcome.event;
      };

      test('attaches a record that nobody has, and lifts the bar against it', async () => {
        const store = await connect();
        const { id } = await claim(store, undefined, link('crm', '1'));
        await claim(store, undefined, link('billing', 'taken'));
        await changed(store, { kind: 'separate', customer: id, record: named('desk', 'd') });
        await store.links.noteUnlinked([unlinked(id, 'desk', { reason: 'AMBIGUOUS' })]);
        const to = (namespace: string, value: string, customer = id): LinkChange => ({ kind: 'link', customer, link: link(namespace, value, { method: 'STEWARD', actor: 'ada' }) });
        const event = await changed(store, to('desk', 'd'));
        expect(event).toMatchObject({ kind: 'LINKED', at: 1_000, customer: id, record: named('desk', 'd'), actor: 'ada', evidence: 'passport', requestId: 'r1' });
        expect((await read(store, byName('desk', 'd')))?.members[0]).toMatchObject({ id, unlinked: [], barred: [] });
        expect(await order(store, to('desk', 'd'))).toEqual(refused('ALREADY_SO'));
        expect(await order(store, to('desk', 'other'))).toEqual(refused('HAS_ANOTHER_KEY'));
        expect(await order(store, to('billing', 'taken'))).toEqual(refused('LINKED_ELSEWHERE'));
        expect(await order(store, to('billing', 'b', nobody))).toEqual(refused('UNKNOWN_CUSTOMER'));
        expect((await store.stewardship.history([id])).map(({ kind }) => kind)).toEqual(['BARRED', 'LINKED']);
      });

      test('merges: both ids and all names give one customer, and what each had stays told apart', async () => {
        const store = await connect();
        const [a, b] = [await claim(store, undefined, link('crm', '1'), link('number', '1')), await claim(store, undefined, link('crm', '2'), link('desk', 'd'))];
        expect(await changed(store, { kind: 'merge', into: a.id, customer: b.id })).toMatchObject({ kind: 'MERGED', customer: b.id, other: a.id });
        const merged = await read(store, byId(a.id));
        expect(merged).toEqual({ id: a.id, members: [...a.members, ...b.members] });
        expect(await store.links.read([byId(b.id), byName('desk', 'd'), byName('crm', '1')])).toEqual([merged, merged, merged]);
        expect(await order(store, { kind: 'merge', into: a.id, customer: b.id })).toEqual(refused('ALREADY_SO'));
        expect(await order(store, { kind: 'merge', into: b.id, customer: a.id })).toEqual(refused('ALREADY_SO'));
        expect(await order(store, { kind: 'merge', into: nobody, customer: a.id })).toEqual(refused('UNKNOWN_CUSTOMER'));
        expect(await order(store, { kind: 'merge', into: a.id, customer: nobody })).toEqual(refused('UNKNOWN_CUSTOMER'));
        expect((await claim(store, b.id, link('billing', 'b'))).members.map(({ id, links }) => [id, links.length])).toEqual([[a.id, 2], [b.id, 3]]);
      });

      test('takes a merge back, also one below another, and all is as it was', async () => {
        const store = await connect();
        const [a, b, c] = [await claim(store, undefined, link('crm', '1')), await claim(store, undefined, link('crm', '2')), await claim(store, undefined, link('crm', '3'))];
        await changed(store, { kind: 'merge', into: b.id, customer: c.id });
        const before = await store.links.read([a, b, c].map(({ id }) => byId(id)));
        await changed(store, { kind: 'merge', into: a.id, customer: c.id });
        expect(idsOf(await store.links.read([a, b, c].map(({ id }) => byId(id))))).toEqual([a.id, a.id, a.id]);
        expect(await changed(store, { kind: 'unmerge', customer: b.id })).toMatchObject({ kind: 'UNMERGED', customer: b.id, other: a.id });
        expect(await store.links.read([a, b, c].map(({ id }) => byId(id)))).toEqual(before);
        expect(await order(store, { kind: 'unmerge', customer: b.id })).toEqual(refused('ALREADY_SO'));
        await changed(store, { kind: 'unmerge', customer: c.id });
        expect(await store.links.read([a, b, c].map(({ id }) => byId(id)))).toEqual([a, b, c]);
        expect(await order(store, { kind: 'unmerge', customer: nobody })).toEqual(refused('UNKNOWN_CUSTOMER'));
      });

      test('separates a record, with the number that came from it, and it never comes back by itself', async () => {
        const store = await connect();
        const a = await claim(store, undefined, link('crm', '1'), link('desk', 'd'), link('number', '7', { from: named('desk', 'd') }));
        const event = await changed(store, { kind: 'separate', customer: a.id, record: named('desk', 'd') });
        expect(event).toMatchObject({ kind: 'SEPARATED', customer: a.id, record: named('desk', 'd') });
        expect(await read(store, byName('desk', 'd'))).toEqual(await read(store, byId(event.other ?? nobody)));
        expect(namesOf(await read(store, byName('desk', 'd')))).toEqual(['desk d', 'number 7']);
        expect(namesOf(await read(store, byId(a.id)))).toEqual(['crm 1']);
        expect((await read(store, byId(a.id)))?.members[0].barred).toEqual([named('desk', 'd')]);
        expect(namesOf(await claim(store, a.id, link('desk', 'd')))).toEqual(['crm 1']);
        expect(await order(store, { kind: 'separate', customer: a.id, record: named('desk', 'd') })).toEqual(refused('ALREADY_SO'));
        expect(await order(store, { kind: 'separate', customer: nobody, record: named('desk', 'd') })).toEqual(refused('UNKNOWN_CUSTOMER'));
        expect((await store.stewardship.history([event.other ?? nobody])).map(({ kind }) => kind)).toEqual(['SEPARATED']);
      });

      test('bars a record that is not hers yet, for all who are one with her', async () => {
        const store = await connect();
        const [a, b] = [await claim(store, undefined, link('crm', '1')), await claim(store, undefined, link('crm', '2'))];
        await changed(store, { kind: 'merge', into: a.id, customer: b.id });
        expect(await changed(store, { kind: 'separate', customer: b.id, record: named('desk', 'd') })).toMatchObject({ kind: 'BARRED', record: named('desk', 'd') });
        for (const { id } of [a, b]) expect(namesOf(await claim(store, id, link('desk', 'd')))).not.toContain('desk d');
        expect(await read(store, byName('desk', 'd'))).toBeUndefined();
        expect(namesOf(await claim(store, undefined, link('desk', 'd')))).toEqual(['desk d']);
      });

      test('moves a link to another key of its source, and back', async () => {
        const store = await connect();
        const { id } = await claim(store, undefined, link('crm', '1'), link('desk', 'd'));
        await claim(store, undefined, link('crm', '3'));
        const move = (from: string, to: string, bar = false): LinkChange =>
          ({ kind: 'move', customer: id, from: named('crm', from), to: link('crm', to, { method: 'SOURCE_MERGE', from: named('crm', from) }), bar });
        expect(await order(store, move('9', '2'))).toEqual(refused('NOT_HERS'));
        expect(await order(store, move('1', '3'))).toEqual(refused('LINKED_ELSEWHERE'));
        expect(await order(store, move('1', '1'))).toEqual(refused('ALREADY_SO'));
        expect(await changed(store, move('1', '2'))).toMatchObject({ kind: 'MOVED', customer: id, record: named('crm', '1'), to: named('crm', '2') });
        expect(namesOf(await read(store, byName('crm', '2')))).toEqual(['crm 2', 'desk d']);
        expect(await read(store, byName('crm', '1'))).toBeUndefined();
        await changed(store, move('2', '1', true));
        expect(namesOf(await read(store, byName('crm', '1')))).toEqual(['crm 1', 'desk d']);
        expect(await order(store, move('1', '2'))).toEqual(refused('BARRED'));
        expect(namesOf(await read(store, byId(id)))).toEqual(['crm 1', 'desk d']);
      });

      test('of two at the same time that exclude each other, one is made at most', async () => {
        const both = [await connect(), await connect()];
        const [a, b] = [await claim(await connect(), undefined, link('crm', '1')), await claim(await connect(), undefined, link('crm', '2'))];
        await Promise.all(both.map((store, side) => order(store, side === 0 ? { kind: 'merge', into: a.id, customer: b.id } : { kind: 'merge', into: b.id, customer: a.id })));
        const store = await connect();
        const after = await store.links.read([byId(a.id), byId(b.id)]);
        const roots = new Set(idsOf(after));
        expect(roots.size).toBeLessThanOrEqual(2);
        for (const customer of after) expect([a.id, b.id]).toContain(customer?.id);
        await Promise.all(both.map((one, side) => order(one, { kind: 'link', customer: side === 0 ? a.id : b.id, link: link('desk', 'd') })));
        expect((await read(store, byName('desk', 'd')))?.id).toBeDefined();
      });
    });

    const elsewhere = async <Result>(work: (store: Store) => Promise<Result>): Promise<Result> => {
      const other = await start();
      const store = await other.open({ clock: () => now, newId: () => 'x' });
      try {
        return await work(store);
      } finally {
        await store.close();
        await other.remove();
      }
    };
    describeFactLog({ connect, elsewhere });
    describeIssuing({ connect, elsewhere });
    describeTrustedDocuments({ connect, elsewhere });

    test('revoked tokens are told by issuer and id', async () => {
      const store = await connect();
      const revocation = { issuer: 'i', id: 't', at: now, actor: 'ada' };
      await store.revocations.revoke(revocation);
      await store.revocations.revoke(revocation);
      const names = [['i', 'other'], ['i', 't'], ['other', 't'], ['i', 'T']].map(([issuer = '', id = '']) => ({ issuer, id }));
      expect(await store.revocations.revoked(names)).toEqual([false, true, false, false]);
      expect(await store.revocations.revoked([])).toEqual([]);
    });

    describeAuditLog({ connect });
    describeAuditByCustomer({ connect });
    describeAccessRegister({ connect });
    describeErasure({ connect });

    test('answers a ping, keeps what it has over a restart, and is closed twice without harm', async () => {
      const store = await connect();
      await store.ping();
      const { id } = await claim(store, undefined, link('crm', '1'));
      await store.close();
      await store.close();
      await expect(store.ping()).rejects.toBeDefined();
      expect((await read(await connect(), byId(id)))?.id).toBe(id);
    });

    describe('the archive', () => {
      const recordsOf = async (store: Store): Promise<readonly ArchiveRecord[]> => {
        const records: ArchiveRecord[] = [];
        for await (const part of store.archive.records()) records.push(...part);
        return records;
      };
      const sorted = (records: readonly ArchiveRecord[]): readonly string[] => records.map((record) => JSON.stringify(Object.entries(record).sort())).sort();

      test('has everything, customers before what is theirs, and makes another store the same', async () => {
        const store = await connect();
        expect(await store.archive.isEmpty()).toBe(true);
        const change = (one: LinkChange): Promise<ChangeOutcome> => store.stewardship.change({ change: one, actor: 'ada', evidence: 'x', requestId: 'r' });
        const [a, b] = [await claim(store, undefined, link('crm', '1\u0000', { from: named('x', 'y'), evidence: 'e', actor: 'z' })), await claim(store, undefined, link('crm', '2'))];
        await change({ kind: 'merge', into: b.id, customer: a.id });
        await change({ kind: 'separate', customer: a.id, record: named('desk', 'd') });
        await store.links.noteUnlinked([unlinked(a.id, 'desk', { reason: 'AMBIGUOUS', identifier: 'email', candidates: [named('desk', 'd')] })]);
        await store.facts.append([aRecord(a.id, 'f', anObjection())]);
        await store.revocations.revoke({ issuer: 'i', id: 't', at: now, actor: 'ada' });
        await store.access.append(anAccessRequest('r'));
        await store.erasure.erase((await claim(store, undefined, link('crm', '3'))).id, now);
        await store.audit.append([anAuditRecord('x', 1, { customers: [a.id] }), anAuditRecord('x', 2, { entry: undefined, purpose: undefined })]);
        const records = await recordsOf(store);
        const kinds = records.map(({ kind }) => kind);
        expect(kinds.slice(0, 2)).toEqual(['customer', 'customer']);
        expect([...new Set(kinds)].sort()).toEqual(['access', 'auditEntry', 'bar', 'customer', 'erased', 'fact', 'link', 'linkEvent', 'revocation', 'unlinked']);
        expect(await store.archive.isEmpty()).toBe(false);

        const other = await start();
        const copy = await other.open({ clock: () => now, newId: () => 'x' });
        try {
          await copy.archive.restore(records.slice(0, 3));
          await copy.archive.restore(records);
          expect(sorted(await recordsOf(copy))).toEqual(sorted(records));
          expect(await copy.links.read([byId(a.id), byName('crm', '2')])).toEqual(await store.links.read([byId(a.id), byName('crm', '2')]));
          expect(await copy.stewardship.history([a.id])).toEqual(await store.stewardship.history([a.id]));
          expect(await copy.erasure.list()).toEqual(await store.erasure.list());
        } finally {
          await copy.close();
          await other.remove();
        }
      });
    });
  });
}
