import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { mongodbNeeds, startMongodb, type MongodbServer } from '../fixtures/mongodb-server.ts';
import { openTestStore } from '../fixtures/mongodb-store.ts';
import { describeStore } from './store.ts';

if (mongodbNeeds !== undefined) {
  describe.skip(`the store in MongoDB (needs ${mongodbNeeds})`, () => {
    test('keeps the laws of a store', () => undefined);
  });
} else {
  describe('a server', () => {
    let server: MongodbServer;
    beforeAll(async () => {
      server = await startMongodb();
    }, 60_000);
    afterAll(async () => server.stop());

    describeStore('MongoDB', async () => {
      const db = server.anotherDb();
      return {
        open: (deps) => openTestStore({ url: server.url, database: db.databaseName }, deps),
        remove: async () => void (await db.dropDatabase()),
      };
    });
  });
}
