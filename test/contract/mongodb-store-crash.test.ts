import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Db } from 'mongodb';
import { customerId, type CustomerId } from '../../src/ids.ts';
import type { CustomerRef, LinkedCustomer, NewLink } from '../../src/store/links.ts';
import { limitWaits } from '../../src/store/mongodb/failure.ts';
import { openFactLog } from '../../src/store/mongodb/facts.ts';
import { openLinkStore } from '../../src/store/mongodb/links.ts';
import { migrate } from '../../src/store/mongodb/migrations.ts';
import { prepareReadCustomers } from '../../src/store/mongodb/read-customers.ts';
import { openStewardship } from '../../src/store/mongodb/stewardship.ts';
import { openTables, type Tables } from '../../src/store/mongodb/tables.ts';
import type { LinkStore } from '../../src/store/links.ts';
import type { ChangeOutcome, LinkChange, Stewardship } from '../../src/store/stewardship.ts';
import { aConsent, anObjection, aRecord, aRestriction } from '../fixtures/facts.ts';
import { mongodbNeeds, startMongodb, type MongodbServer } from '../fixtures/mongodb-server.ts';
import { beforeWrites } from '../fixtures/mongodb-store.ts';

const describeWithServer = mongodbNeeds === undefined ? describe : describe.skip;
const within = limitWaits(15_000);
const [a, b] = [customerId('a'), customerId('b')];

/** One process at work on the store. */
interface Process {
  readonly links: LinkStore;
  readonly stewardship: Stewardship;
}

describeWithServer(mongodbNeeds === undefined ? 'the store in MongoDB without transactions' : `the store in MongoDB without transactions (needs ${mongodbNeeds})`, () => {
  let server: MongodbServer;
  let db: Db;
  let tables: Tables;
  let minted: number;
  beforeAll(async () => {
    server = await startMongodb();
  }, 60_000);
  afterAll(async () => server.stop());
  beforeEach(() => reset());

  async function reset(): Promise<void> {
    db = server.anotherDb();
    await migrate(db, within);
    tables = openTables(db, within, 15_000);
    minted = 0;
  }
  function startProcess(over: Tables = tables): Process {
    const deps = { tables: over, read: prepareReadCustomers(over, () => 1_000), clock: () => 1_000, newId: () => `new-${(minted += 1)}` };
    return { links: openLinkStore(deps), stewardship: openStewardship(deps) };
  }
  /** A process that dies just before its nth write. */
  function dyingAt(nth: number): Process {
    let count = 0;
    return startProcess(beforeWrites(tables, async () => {
      count += 1;
      if (count >= nth) throw new Error('died');
    }));
  }
  /** A process that is overtaken once, just before it writes to a collection. */
  function overtaken(table: string, method: string, other: () => Promise<unknown>): Process {
    let done = false;
    return startProcess(beforeWrites(tables, async (write) => {
      if (done || write.table !== table || write.method !== method) return;
      done = true;
      await other();
    }));
  }

  const link = (namespace: string, value: string, more: Partial<NewLink> = {}): NewLink => ({ namespace, value, method: 'NUMBER', verified: true, ...more });
  const order = ({ stewardship }: Process, change: LinkChange): Promise<ChangeOutcome> => stewardship.change({ change, actor: 'ada', evidence: 'x', requestId: 'r' });
  const read = async (...ids: readonly string[]): Promise<readonly (LinkedCustomer | undefined)[]> =>
    startProcess().links.read(ids.map((id): CustomerRef => ({ kind: 'id', id: customerId(id) })));
  const owner = async (namespace: string, value: string): Promise<string | undefined> => (await startProcess().links.read([{ kind: 'name', namespace, value }]))[0]?.id;

  /** Two customers: a with a crm, a desk and the number that came from the desk, b with a crm. */
  async function twoCustomers(): Promise<void> {
    await tables.customer.insert([{ _id: a, createdAt: 1, mergedInto: null }, { _id: b, createdAt: 2, mergedInto: null }]);
    const desk = { namespace: 'desk', value: 'd' };
    await startProcess().links.claim([
      { member: a, links: [link('crm', '1'), link('desk', 'd'), link('number', '7', { from: desk })] }, { member: b, links: [link('crm', '2')] },
    ]);
    await startProcess().links.noteUnlinked([{ customer: a, source: 'billing', reason: 'NO_MATCH', candidates: [], notedAt: 1, until: 9_000 }]);
    await openFactLog(tables).append([aRecord(a, 'objected', anObjection({ at: 1 })), aRecord(a, 'restricted', aRestriction({ at: 2 })), aRecord(a, 'granted', aConsent())]);
  }
  /** All that is stored, with the ids that were minted under one name. */
  async function everything(): Promise<string> {
    const kept = ['customer', 'link', 'unlinked', 'bar', 'fact', 'link_event', 'link_change_begun'];
    const documents = await Promise.all(kept.map((name) => db.collection<{ _id: string }>(name).find().sort({ _id: 1 }).toArray()));
    return JSON.stringify(documents).replaceAll(/new-\d+/g, 'new');
  }
  /** What holds at every moment. */
  async function expectSound(): Promise<void> {
    const ids = (await tables.customer.find({})).map(({ _id }) => _id);
    for (const { customer } of await tables.link.find({})) expect(ids).toContain(customer);
    for (const customer of await read(...ids)) {
      for (const { links } of customer?.members ?? []) expect(new Set(links.map(({ namespace }) => namespace)).size).toBe(links.length);
    }
  }

  const changes: readonly (readonly [string, LinkChange])[] = [
    ['a link', { kind: 'link', customer: a, link: link('billing', 'b') }],
    ['a merge', { kind: 'merge', into: a, customer: b }],
    ['a separation', { kind: 'separate', customer: a, record: { namespace: 'desk', value: 'd' } }],
    ['a bar', { kind: 'separate', customer: a, record: { namespace: 'erp', value: 'e' } }],
    ['a move', { kind: 'move', customer: a, from: { namespace: 'crm', value: '1' }, to: link('crm', '3'), bar: true }],
  ];

  test.each([
    ...changes.map(([name, change]) => [name, change, undefined] as const),
    ['an unmerge', { kind: 'unmerge', customer: b }, { kind: 'merge', into: a, customer: b }],
  ] satisfies readonly (readonly [string, LinkChange, LinkChange | undefined])[])('%s that a crash cuts short anywhere is completed by the same order', async (_, change, before) => {
    const prepare = async (): Promise<void> => {
      await reset();
      await twoCustomers();
      if (before !== undefined) await order(startProcess(), before);
    };
    await prepare();
    expect(await order(startProcess(), change)).toMatchObject({ kind: 'changed' });
    const whole = await everything();
    let died = 0;
    for (let nth = 1; ; nth += 1) {
      await prepare();
      const [first] = await Promise.allSettled([order(dyingAt(nth), change)]);
      if (first.status === 'fulfilled') break;
      died += 1;
      expect(first.reason).toMatchObject({ message: 'died' });
      await expectSound();
      // From the first write on there is a trace of it.
      expect((await startProcess().stewardship.history([a, b])).length).toBe((before === undefined ? 0 : 1) + (nth === 1 ? 0 : 1));
      expect(await order(startProcess(), change)).toMatchObject({ kind: 'changed' });
      expect(await everything()).toBe(whole);
    }
    expect(died).toBeGreaterThanOrEqual(3);
  });

  test('a move that a crash cuts short shows one key or the other, and never none', async () => {
    const [, move] = changes.at(-1) ?? [];
    if (move === undefined) throw new Error('no move');
    const shown: (readonly string[] | undefined)[] = [];
    for (let nth = 1; nth <= 7; nth += 1) {
      await reset();
      await twoCustomers();
      await Promise.allSettled([order(dyingAt(nth), move)]);
      shown.push((await read(a))[0]?.members[0].links.filter(({ namespace }) => namespace === 'crm').map(({ value }) => value));
    }
    expect([...new Set(shown.map((values) => values?.join()))]).toEqual(['1', '3']);
  });

  test('whoever has a record that is split off, whatever a crash leaves, is restricted as before', async () => {
    const owners = new Set<string | undefined>();
    for (let nth = 1; nth <= 12; nth += 1) {
      await reset();
      await twoCustomers();
      await Promise.allSettled([order(dyingAt(nth), { kind: 'separate', customer: a, record: { namespace: 'desk', value: 'd' } })]);
      const [customer] = await startProcess().links.read([{ kind: 'name', namespace: 'desk', value: 'd' }]);
      owners.add(customer?.id);
      expect(customer?.members[0].facts.map(({ fact }) => fact).slice(0, 2)).toEqual([anObjection({ at: 1 }), aRestriction({ at: 2 })]);
    }
    expect([...owners][0]).toBe(a);
    expect(owners.size).toBeGreaterThan(1);
  });

  test('what restricts her and is recorded while a record is split off goes with it', async () => {
    await twoCustomers();
    const late = aRecord(a, 'late', anObjection({ at: 500, purpose: 'ads.suppression' }));
    const object = () => openFactLog(tables).append([late]);
    await order(overtaken('link', 'update', object), { kind: 'separate', customer: a, record: { namespace: 'desk', value: 'd' } });
    const [customer] = await startProcess().links.read([{ kind: 'name', namespace: 'desk', value: 'd' }]);
    expect(customer?.id).not.toBe(a);
    expect(customer?.members[0].facts.map(({ fact }) => fact)).toContainEqual(late.fact);
  });

  test('a claim that a crash cuts short anywhere is completed by the same claim, and leaves at most a customer whom nobody knows', async () => {
    const claim = ({ links }: Process): Promise<readonly LinkedCustomer[]> => links.claim([
      { member: undefined, links: [link('crm', '9'), link('number', '9')] }, { member: undefined, links: [link('desk', 'd'), link('billing', 'b')] },
    ]);
    for (let nth = 1; ; nth += 1) {
      await reset();
      await twoCustomers();
      const [first] = await Promise.allSettled([claim(dyingAt(nth))]);
      if (first.status === 'fulfilled') {
        expect(nth).toBeGreaterThan(4);
        break;
      }
      await expectSound();
      const [minted, known] = await claim(startProcess());
      expect(minted?.members[0].links.map(({ namespace, value }) => namespace + value).sort()).toEqual(['crm9', 'number9']);
      expect(known).toMatchObject({ id: a, members: [{ links: expect.arrayContaining([expect.objectContaining({ value: 'b' })]) }] });
      expect((await tables.customer.find({})).length).toBeLessThanOrEqual(4);
    }
  });

  test('who loses the first name to another process claims for the winner, and leaves nobody behind', async () => {
    const winner = () => startProcess().links.claim([{ member: undefined, links: [link('crm', '1')] }]);
    const [claimed] = await overtaken('link', 'insert', winner).links.claim([{ member: undefined, links: [link('crm', '1'), link('desk', 'd')] }]);
    expect((await tables.customer.find({})).map(({ _id }) => _id)).toEqual([claimed?.id]);
    expect([await owner('crm', '1'), await owner('desk', 'd')]).toEqual([claimed?.id, claimed?.id]);
  });

  test('a bar that comes while its record is claimed holds', async () => {
    await twoCustomers();
    const bar = () => order(startProcess(), { kind: 'separate', customer: b, record: { namespace: 'desk', value: 'new' } });
    await overtaken('link', 'insert', bar).links.claim([{ member: b, links: [link('desk', 'new')] }]);
    expect(await owner('desk', 'new')).toBeUndefined();
  });

  test('a record that is claimed while it is barred is separated', async () => {
    await twoCustomers();
    const claim = () => startProcess().links.claim([{ member: b, links: [link('desk', 'new')] }]);
    expect(await order(overtaken('bar', 'put', claim), { kind: 'separate', customer: b, record: { namespace: 'desk', value: 'new' } })).toMatchObject({ event: { kind: 'SEPARATED', customer: b } });
    expect(await owner('desk', 'new')).not.toBe(b);
  });

  test('a key that is moved to while somebody else claims it is left there, and nothing is lost', async () => {
    await twoCustomers();
    const [, move] = changes.at(-1) ?? [];
    if (move === undefined) throw new Error('no move');
    const claim = () => startProcess().links.claim([{ member: undefined, links: [link('crm', '3')] }]);
    expect(await order(overtaken('link', 'insert', claim), move)).toEqual({ kind: 'refused', reason: 'LINKED_ELSEWHERE' });
    expect(await owner('crm', '1')).toBe(a);
    expect(await tables.draft.find({})).toEqual([]);
  });

  describe('two customers merged into each other', () => {
    const intoEachOther: readonly LinkChange[] = [{ kind: 'merge', into: a, customer: b }, { kind: 'merge', into: b, customer: a }];
    const merges = async (): Promise<readonly (string | null)[]> => (await tables.customer.find({}, { sort: { _id: 1 } })).map(({ mergedInto }) => mergedInto);

    test('at the same time are merged once', async () => {
      for (let round = 0; round < 10; round += 1) {
        await reset();
        await twoCustomers();
        const outcomes = await Promise.all(intoEachOther.map((change) => order(startProcess(), change)));
        expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['changed', 'refused']);
        expect((await merges()).filter((into) => into === null)).toHaveLength(1);
        expect(await tables.draft.find({})).toEqual([]);
        expect(await tables.linkEvent.find({})).toHaveLength(1);
      }
    });

    test('by processes of which one is overtaken are merged once', async () => {
      await twoCustomers();
      const [one, other] = intoEachOther;
      if (one === undefined || other === undefined) throw new Error('no merges');
      expect(await order(overtaken('customer', 'update', () => order(startProcess(), other)), one)).toEqual({ kind: 'refused', reason: 'ALREADY_SO' });
      expect(await merges()).toEqual([b, null]);
    });

    async function circle(): Promise<void> {
      await twoCustomers();
      for (const [id, mergedInto] of [[a, b], [b, a]] as const) await tables.customer.update({ _id: id }, { $set: { mergedInto } });
    }

    test('and left so by a crash are read as one by everybody, by any of their ids and names', async () => {
      await circle();
      const [byA, byB] = await read(a, b);
      expect(byA).toMatchObject({ id: a, members: [{ id: a }, { id: b }] });
      expect(byB).toEqual(byA);
      expect(await owner('crm', '2')).toBe(a);
    });

    test.each([
      ['unmerge', { kind: 'unmerge', customer: b }, [null, null]],
      ['link', { kind: 'link', customer: b, link: link('billing', 'b') }, [null, a]],
      ['merge', { kind: 'merge', into: a, customer: b }, [null, a]],
    ] satisfies readonly (readonly [string, LinkChange, readonly (CustomerId | null)[]])[])('and left so by a crash are put right by the next %s', async (_, change, expected) => {
      await circle();
      await order(startProcess(), change);
      expect(await merges()).toEqual(expected);
    });
  });

  test('an order left by a crash does not stand in the way of others', async () => {
    await twoCustomers();
    const move = (to: string): LinkChange => ({ kind: 'move', customer: a, from: { namespace: 'crm', value: '1' }, to: link('crm', to), bar: false });
    await expect(order(dyingAt(3), move('3'))).rejects.toThrow('died');
    expect(await order(startProcess(), move('4'))).toMatchObject({ kind: 'changed' });
    expect([await owner('crm', '4'), await owner('crm', '3'), await owner('crm', '1')]).toEqual([a, undefined, undefined]);
    expect(await order(startProcess(), move('3'))).toMatchObject({ kind: 'refused' });
    expect(await tables.draft.find({})).toEqual([]);
  });
});
