import type { ConnectorDeps } from '../../src/connectors/connector.ts';
import { openRowCache } from '../../src/connectors/cache/open-row-cache.ts';
import { knownSource, openSource, startServer, strayKey, type SourceOf } from '../fixtures/http-source.ts';
import { describeConnector, type Rig } from './connector.ts';

const list = {
  get: '/accounts', query: { limit: '{size}', offset: '{at}', sort: '{order}' }, rows: 'results', pageSize: 50,
  paging: { offset: { total: 'total' } },
  filters: { city: { query: { city: '{value}' } } }, orders: { NAME: { asc: 'name', desc: '-name' } },
};
const invoice = {
  find: {
    account: {
      get: '/accounts/{value}/invoices', query: { limit: '{size}', after: '{at}' }, rows: 'data', match: 'account',
      paging: { cursor: { lastKey: true, more: 'has_more' } }, pageSize: 5,
    },
  },
};

const posting: SourceOf = {
  entities: {
    account: {
      read: { post: '/accounts/batch', body: { ids: '{keys}' }, batch: 30, rows: 'results' },
      find: {
        email: { post: '/accounts/search', body: { emails: '{values}' }, batch: 10, rows: 'results', match: 'email', compare: 'caseless' },
      },
      list,
    },
    invoice,
  },
};

const merging: SourceOf = {
  entities: {
    ...posting.entities,
    account: { ...posting.entities['account'], read: { post: '/accounts/batch', body: { ids: '{keys}' }, batch: 30, rows: 'results', merged: 'mergedIds' } },
  },
};

const getting: SourceOf = {
  entities: {
    account: {
      read: { get: '/accounts', query: { id: '{keys}' }, repeat: true, batch: 8, rows: { jsonata: '[results]' } },
      find: { email: { get: '/accounts/search', query: { email: '{value}' }, rows: 'results', match: 'email', compare: 'caseless' } },
      list,
    },
    invoice,
  },
};

const rigOver = (text: SourceOf) => async (deps: ConnectorDeps): Promise<Rig> => {
  let hanging = false;
  const server = await startServer((seen, response) => (hanging ? 'never' : knownSource(seen, response)));
  const connector = openSource(server.url, text, deps);
  // Port 1 is nobody's: what listens there would need to be root's.
  const unreachable = openSource('http://127.0.0.1:1', text, deps);
  return {
    connector, unreachable, stray: strayKey,
    hang: async () => {
      hanging = true;
    },
    pending: async () => server.pending(),
    stop: async () => {
      await Promise.all([connector.close(), unreachable.close()]);
      await server.stop();
    },
  };
};

describeConnector('http that posts JSON', rigOver(posting), ['merges']);
describeConnector('http whose records are merged', rigOver(merging));
describeConnector('http that gets with a repeated parameter', rigOver(getting), ['merges']);

const cached = (make: ReturnType<typeof rigOver>) => async (deps: ConnectorDeps): Promise<Rig> => {
  const rig = await make(deps);
  const rowCache = openRowCache({ bytes: 10_000_000, clock: deps.clock, observe: () => undefined });
  const policies = new Map(['account', 'invoice'].map((entity) => [entity, { maxAge: 60_000, staleIfError: 600_000 }]));
  const connector = rowCache.guard(rig.connector, policies, 'one origin');
  return {
    ...rig, connector,
    async stop() {
      await connector.close();
      rowCache.close();
      await rig.stop();
    },
  };
};
describeConnector('http behind the row cache', cached(rigOver(merging)));
