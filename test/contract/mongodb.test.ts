import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { Connector, ConnectorDeps } from '../../src/connectors/connector.ts';
import { accounts, invoices } from '../fixtures/connector-data.ts';
import { desertedUrl, mongodbNeeds, openMongodb, startMongodb, type MongodbServer } from '../fixtures/mongodb-server.ts';
import { describeConnector, type Rig } from './connector.ts';

if (mongodbNeeds !== undefined) {
  describe.skip(`mongodb (needs ${mongodbNeeds})`, () => {
    test('keeps the laws of a connector', () => undefined);
  });
} else {
  describe('mongodb', () => {
    let server: MongodbServer;
    beforeAll(async () => {
      server = await startMongodb();
      await server.db.collection<{ _id: string }>('account').insertMany(accounts.map(({ id, ...account }) => ({ _id: id, id, ...account, ...lowered(account) })));
      await server.db.collection('invoice').insertMany(invoices.map((invoice) => ({ ...invoice })));
    }, 60_000);
    afterAll(async () => server.stop());

    // A collection gives no document but those with the key, even of a record that was merged.
    describeConnector('mongodb', async (deps) => makeRig(server, deps), ['stray', 'merges']);
  });
}

function lowered({ email }: { readonly email?: string }): object {
  return email === undefined ? {} : { emailLower: email.toLowerCase() };
}

async function makeRig(server: MongodbServer, deps: ConnectorDeps): Promise<Rig> {
  const relay = await server.relay();
  // FerretDB has no collations, and looks in the field that is kept in lower case.
  const email = { path: 'email', compare: 'caseless', ...(server.isFerret ? { lowered: 'emailLower' } : {}) };
  const connector = open(relay.url, server.database, email, deps);
  const unreachable = open(await desertedUrl(), server.database, email, deps);
  return {
    connector,
    unreachable,
    stray: undefined,
    hang: async () => relay.answer(undefined),
    pending: async () => relay.pending(),
    stop: async () => {
      await Promise.all([connector.close(), unreachable.close()]);
      await relay.stop();
    },
  };
}

function open(url: string, database: string, email: object, deps: ConnectorDeps): Connector {
  return openMongodb({ url, database }, {
    account: {
      key: '_id',
      settings: { collection: 'account', find: { email }, list: { filters: { city: { path: 'city' } }, orders: { NAME: 'name' } } },
    },
    invoice: {
      key: 'id',
      settings: { collection: 'invoice', keyType: 'integer', find: { account: { path: 'account', order: { id: 'desc' } } } },
    },
  }, deps);
}
