import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerId, type CustomerId } from '../../src/ids.ts';
import type { AuditIntent } from '../../src/store/audit-log.ts';
import type { LinkedCustomer, NewLink } from '../../src/store/links.ts';
import type { Store } from '../../src/store/store.ts';

/** How the suite handles one engine. Every call of `open` gives another connection to the same, at first empty, store. */
export interface StoreUnderTest {
  readonly open: (deps: { readonly clock: () => number; readonly newId: () => string }) => Promise<Store>;
  /** The audit entries that would survive a crash now, oldest first. */
  readonly intents: () => Promise<readonly unknown[]>;
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

    const link = (namespace: string, value: string, more: Partial<NewLink> = {}): NewLink => ({ namespace, value, method: 'NUMBER', verified: true, ...more });
    const claim = async (store: Store, customer: CustomerId | undefined, ...links: readonly [NewLink, ...NewLink[]]): Promise<LinkedCustomer> => {
      const [claimed] = await store.links.claim([{ customer, links }]);
      if (claimed === undefined) throw new Error('a claim gave nothing');
      return claimed;
    };
    const namesOf = (customer: LinkedCustomer | undefined): readonly string[] =>
      (customer?.links ?? []).map(({ namespace, value }) => `${namespace} ${value}`).sort();

    describe('links', () => {
      test('are given to a new customer, who is then found by each of them', async () => {
        const store = await connect();
        const claimed = await claim(store, undefined, link('crm', '1', { method: 'FIRST_SEEN' }), link('number', '10001', { verified: false }));
        expect(claimed).toEqual({
          id: 'customer-1',
          absentFrom: [],
          links: expect.arrayContaining([
            { namespace: 'crm', value: '1', method: 'FIRST_SEEN', verified: true, firstSeenAt: 1_000, lastSeenAt: 1_000 },
            { namespace: 'number', value: '10001', method: 'NUMBER', verified: false, firstSeenAt: 1_000, lastSeenAt: 1_000 },
          ]),
        });
        expect(await store.links.owners([{ namespace: 'number', value: '10001' }, { namespace: 'crm', value: '1' }])).toEqual(['customer-1', 'customer-1']);
        expect(await store.links.customers([claimed.id])).toEqual([claimed]);
      });

      test('are told apart by namespace, and by every character of their value', async () => {
        const store = await connect();
        const values = ['1', ' 1', '01', '1\u0000', '\u00c9', 'E\u0301', '\u00e9', "1' OR '1'='1", '%', '["1"]', '1,2', ''];
        for (const value of values) await claim(store, undefined, link('crm', value));
        expect(minted).toBe(values.length);
        const owners = await store.links.owners([...values.map((value) => ({ namespace: 'crm', value })), { namespace: 'billing', value: '1' }]);
        expect(owners).toEqual([...values.map((_, at) => `customer-${at + 1}`), undefined]);
      });

      test('are answered in the order of the keys, one for one, unknown ones as undefined', async () => {
        const store = await connect();
        const [one, two] = [await claim(store, undefined, link('crm', '1')), await claim(store, undefined, link('crm', '2'))];
        const name = (value: string): { readonly namespace: string; readonly value: string } => ({ namespace: 'crm', value });
        expect(await store.links.owners(['2', '9', '1', '2'].map(name))).toEqual([two.id, undefined, one.id, two.id]);
        expect((await store.links.customers([two.id, customerId('nobody'), one.id, two.id])).map((customer) => customer?.id)).toEqual([two.id, undefined, one.id, two.id]);
        expect([await store.links.owners([]), await store.links.customers([]), await store.links.claim([])]).toEqual([[], [], []]);
      });

      test('are asked for by the thousand', async () => {
        const store = await connect();
        const claims = Array.from({ length: 2_000 }, (_, at) => ({ customer: undefined, links: [link('crm', String(at))] as const }));
        const customers = await store.links.claim(claims);
        expect(customers.map(namesOf)).toEqual(claims.map((_, at) => [`crm ${at}`]));
        expect(await store.links.owners(claims.map(({ links: [name] }) => name))).toEqual(customers.map(({ id }) => id));
      });

      test('that are claimed again give their owner, and are seen again', async () => {
        const store = await connect();
        const first = await claim(store, undefined, link('crm', '1'));
        now = 2_000;
        const again = await claim(store, undefined, link('crm', '1', { method: 'EMAIL', verified: false }), link('number', '10001'));
        expect(again.id).toBe(first.id);
        expect(again.links).toEqual(expect.arrayContaining([
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
        expect(await store.links.owners([{ namespace: 'number', value: '10001' }])).toEqual([owner.id]);
      });

      test('are one a source at most', async () => {
        const store = await connect();
        const customer = await claim(store, undefined, link('crm', '1'));
        expect(namesOf(await claim(store, customer.id, link('crm', '2')))).toEqual(['crm 1']);
        expect(await store.links.owners([{ namespace: 'crm', value: '2' }])).toEqual([undefined]);
      });

      test('of one call see those before them', async () => {
        const store = await connect();
        const customers = await store.links.claim([
          { customer: undefined, links: [link('crm', '1')] },
          { customer: undefined, links: [link('crm', '1'), link('billing', 'b')] },
        ]);
        expect(new Set(customers.map(({ id }) => id)).size).toBe(1);
        expect(namesOf(customers[1])).toEqual(['billing b', 'crm 1']);
      });

      test('cannot be given to a customer who does not exist, and then nothing of the call is kept', async () => {
        const store = await connect();
        const claims = [{ customer: undefined, links: [link('crm', '1')] as const }, { customer: customerId('nobody'), links: [link('crm', '2')] as const }];
        await expect(store.links.claim(claims)).rejects.toBeDefined();
        expect(await store.links.owners([{ namespace: 'crm', value: '1' }, { namespace: 'crm', value: '2' }])).toEqual([undefined, undefined]);
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
          for (const customer of await store.links.customers([...new Set(claimed.map(({ id }) => id))])) expect(namesOf(customer)).toHaveLength(3);
        }
      });

      test('see at once what the other has stored', async () => {
        const [one, other] = [await connect(), await connect()];
        const { id } = await claim(one, undefined, link('crm', '1'));
        expect(await other.links.owners([{ namespace: 'crm', value: '1' }])).toEqual([id]);
        await one.links.noteAbsences([{ customer: id, source: 'billing', until: 5_000 }]);
        expect((await other.links.customers([id]))[0]?.absentFrom).toEqual(['billing']);
      });
    });

    describe('absences', () => {
      test('hold until their time, the latest noted', async () => {
        const store = await connect();
        const { id } = await claim(store, undefined, link('crm', '1'));
        const absent = async (): Promise<readonly string[] | undefined> => (await store.links.customers([id]))[0]?.absentFrom;
        await store.links.noteAbsences([{ customer: id, source: 'billing', until: 2_000 }, { customer: id, source: 'support', until: 3_000 }]);
        expect((await absent())?.toSorted()).toEqual(['billing', 'support']);
        now = 2_000;
        expect(await absent()).toEqual(['support']);
        await store.links.noteAbsences([{ customer: id, source: 'billing', until: 9_000 }]);
        now = 4_000;
        expect(await absent()).toEqual(['billing']);
      });

      test('end when the source knows her after all', async () => {
        const store = await connect();
        const { id } = await claim(store, undefined, link('crm', '1'));
        await store.links.noteAbsences([{ customer: id, source: 'billing', until: 9_000 }]);
        expect((await claim(store, id, link('billing', 'b'))).absentFrom).toEqual([]);
      });

      test('of nobody are none', async () => {
        const store = await connect();
        await store.links.noteAbsences([]);
        await expect(store.links.noteAbsences([{ customer: customerId('nobody'), source: 'billing', until: 9_000 }])).rejects.toBeDefined();
      });
    });

    describe('the audit trail', () => {
      const intent = (id: string): AuditIntent => ({
        id, at: now, requestId: 'r', caller: { issuer: 'i', subject: 's', kind: 'staff', actor: undefined, tokenId: 't' }, purpose: 'p', legalBasis: 'contract',
        operation: { name: undefined, sha256: 'x' }, customers: ['c'], permitted: ['Customer.email'], denied: [{ field: 'Customer.phone', reason: 'scope' }], policyVersion: '1',
      });

      test('has an entry as soon as its promise is fulfilled', async () => {
        const store = await connect();
        await store.audit.append(intent('1'));
        expect(await subject.intents()).toEqual([JSON.parse(JSON.stringify(intent('1')))]);
        now = 2_000;
        await Promise.all(['2', '3', '4'].map((id) => store.audit.append(intent(id))));
        expect(await subject.intents()).toHaveLength(4);
      });

      test('refuses an entry that is there already, and it alone', async () => {
        const store = await connect();
        await store.audit.append(intent('1'));
        const settled = await Promise.allSettled(['2', '1', '3'].map((id) => store.audit.append(intent(id))));
        expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(await subject.intents()).toHaveLength(3);
      });

      test('takes outcomes, and no intent suffers from one that is refused', async () => {
        const store = await connect();
        await store.audit.append(intent('1'));
        const outcome = { intent: '1', at: now, sources: [{ source: 'crm', status: 'OK' }] };
        const refused = Promise.allSettled([store.audit.outcome(outcome), store.audit.outcome(outcome)]);
        await store.audit.append(intent('2'));
        expect((await refused).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
        expect(await subject.intents()).toHaveLength(2);
      });
    });

    test('answers a ping, keeps what it has over a restart, and is closed twice without harm', async () => {
      const store = await connect();
      await store.ping();
      const { id } = await claim(store, undefined, link('crm', '1'));
      await store.close();
      await store.close();
      await expect(store.ping()).rejects.toBeDefined();
      expect((await (await connect()).links.customers([id]))[0]?.id).toBe(id);
    });
  });
}
