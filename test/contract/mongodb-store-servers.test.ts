import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Db } from 'mongodb';
import { customerId } from '../../src/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { anAuditRecord } from '../fixtures/audit.ts';
import { desertedUrl, mongodbNeeds, startMongodb, type MongodbRelay, type MongodbServer } from '../fixtures/mongodb-server.ts';
import { openTestStore } from '../fixtures/mongodb-store.ts';

const describeWithServer = mongodbNeeds === undefined ? describe : describe.skip;

/** The failure of a promise, and the milliseconds until it. */
async function failureOf(promise: Promise<unknown>): Promise<{ readonly error: unknown; readonly after: number }> {
  const from = performance.now();
  const [settled] = await Promise.allSettled([promise]);
  return { error: settled.status === 'rejected' ? settled.reason : 'none', after: performance.now() - from };
}

describeWithServer(mongodbNeeds === undefined ? 'the servers of the store in MongoDB' : `the servers of the store in MongoDB (needs ${mongodbNeeds})`, () => {
  let server: MongodbServer;
  let db: Db;
  let relay: MongodbRelay;
  const stores: Store[] = [];
  beforeAll(async () => {
    server = await startMongodb();
  }, 60_000);
  afterAll(async () => server.stop());
  beforeEach(async () => {
    db = server.anotherDb();
    relay = await server.relay();
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await relay.stop();
  });

  const open = async (more: Parameters<typeof openTestStore>[1] = {}): Promise<Store> => {
    const store = await openTestStore({ url: relay.url, database: db.databaseName }, more);
    stores.push(store);
    return store;
  };
  const byId = [{ kind: 'id', id: customerId('a') }] as const;

  test('are asked as the concerns say, and only the primary', async () => {
    const store = await open();
    await store.links.read(byId);
    await store.audit.append([anAuditRecord('a', 1)]);
    const insert = relay.commands.find((command) => command['insert'] === 'audit_entry');
    expect(insert).toMatchObject({ ordered: true, writeConcern: { w: 'majority', j: true, wtimeout: 15_000 } });
    expect(relay.finds.length).toBeGreaterThan(0);
    for (const find of relay.finds) {
      expect(find).toMatchObject({ readConcern: { level: 'majority' } });
      // A single server is told that any will do; of several, the driver chooses the primary and says nothing.
      expect(['primary', 'primaryPreferred', undefined]).toContain(find['$readPreference']?.mode);
    }
  });

  test('that are gone are told as such soon; when they are back, all works again by itself', async () => {
    const store = await open({ timeout: 8_000 });
    const port = Number(new URL(relay.url.replace('mongodb:', 'http:')).port);
    await relay.stop();
    const ping = await failureOf(store.ping());
    expect(ping.error).toMatchObject({ name: 'StoreFailure' });
    expect(ping.after).toBeLessThan(7_000);
    const calls = await Promise.all([store.links.read(byId), store.audit.append([anAuditRecord('a', 1)]), store.revocations.revoked([{ issuer: 'i', id: 't' }])].map(failureOf));
    for (const { error, after } of calls) {
      expect(error).toMatchObject({ name: 'StoreFailure' });
      expect(after).toBeLessThan(12_000);
    }
    relay = await server.relay({ port });
    expect(await store.links.read(byId)).toEqual([undefined]);
    await store.ping();
    await store.audit.append([anAuditRecord('b', 1)]);
    expect(await db.collection('audit_entry').countDocuments()).toBe(1);
  });

  test.each([
    ['alone', []],
    ['beside an entry that is there already', [{ index: 1, code: 11000, errmsg: 'x' }]],
  ])('that acknowledge an entry for fewer than is wished have not taken it: %s', async (_, writeErrors) => {
    const store = await open();
    relay.answer({ ok: 1, n: 1, ...(writeErrors.length === 0 ? {} : { writeErrors }), writeConcernError: { code: 64, codeName: 'WriteConcernTimeout', errmsg: 'waiting for replication timed out' } }, 'insert');
    const settled = await Promise.allSettled([store.audit.append([anAuditRecord('a', 1)]), store.audit.append([anAuditRecord('b', 1)])]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('that say nothing more end no later than the time limit, and do not keep the store from closing', async () => {
    // Long enough to be opened on a busy machine.
    const store = await open({ timeout: 4_000 });
    relay.answer(undefined);
    const { error, after } = await failureOf(store.links.read(byId));
    expect(error).toMatchObject({ name: 'StoreFailure' });
    expect(after).toBeLessThan(14_000);
    const from = performance.now();
    await store.close();
    expect(performance.now() - from).toBeLessThan(10_000);
  });

  test('whose failure quotes what they were asked are not quoted', async () => {
    const store = await open();
    relay.answer({ ok: 0, code: 8000, codeName: 'AtlasError', errmsg: 'cannot look for { customer: "a" }' });
    const { error } = await failureOf(store.links.read(byId));
    expect(error).toMatchObject({ name: 'StoreFailure', code: 8000, message: 'the store: the server answers AtlasError (8000)' });
    expect(error).not.toHaveProperty('cause');
  });

  test('that are not there when the gateway starts end the start', async () => {
    const { error, after } = await failureOf(openTestStore({ url: await desertedUrl(), database: 'x' }, { timeout: 300 }));
    expect(error).toMatchObject({ name: 'StoreFailure' });
    expect(after).toBeLessThan(3_000);
  });

  test('with a database that a newer version made are left as they are', async () => {
    await db.collection<{ _id: string; version: number }>('schema').insertOne({ _id: 'store', version: 99 });
    await expect(open()).rejects.toThrow(/made by a newer version \(schema 99; this one knows 6\)/);
    expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['schema']);
    expect(await db.collection('schema').findOne()).toEqual({ _id: 'store', version: 99 });
  });

  test('may be started with by several processes at once, which find one form', async () => {
    await Promise.all(Array.from({ length: 4 }, () => open()));
    expect(await db.collection('schema').find().toArray()).toEqual([{ _id: 'store', version: 6 }]);
    const unique = (await db.collection('link').listIndexes().toArray()).find(({ key }) => JSON.stringify(key) === '{"customer":1,"slot":1}');
    expect(unique).toMatchObject({ unique: true });
  });
});
