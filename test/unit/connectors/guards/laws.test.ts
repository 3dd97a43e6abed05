import { describeConnector, type Rig } from '../../../contract/connector.ts';
import { knownSource, openSource, startServer, strayKey, type SourceOf } from '../../../fixtures/http-source.ts';
import type { Connector, ConnectorDeps } from '../../../../src/connectors/connector.ts';
import { guardConnector } from '../../../../src/connectors/guards/guard.ts';
import { limitsOf } from './fixtures.ts';

const text: SourceOf = {
  entities: {
    account: {
      read: { post: '/accounts/batch', body: { ids: '{keys}' }, batch: 30, rows: 'results', merged: 'mergedIds' },
      find: {
        email: { post: '/accounts/search', body: { emails: '{values}' }, batch: 10, rows: 'results', match: 'email', compare: 'caseless' },
      },
      list: {
        get: '/accounts',
        query: { limit: '{size}', offset: '{at}', sort: '{order}' },
        rows: 'results',
        pageSize: 50,
        paging: { offset: { total: 'total' } },
        filters: { city: { query: { city: '{value}' } } },
        orders: { NAME: { asc: 'name', desc: '-name' } },
      },
    },
    invoice: {
      find: {
        account: {
          get: '/accounts/{value}/invoices',
          query: { limit: '{size}', after: '{at}' },
          rows: 'data',
          match: 'account',
          paging: { cursor: { lastKey: true, more: 'has_more' } },
          pageSize: 5,
        },
      },
    },
  },
};

/** A guarded connector is a connector: it keeps the same laws. */
async function makeRig(deps: ConnectorDeps): Promise<Rig> {
  let hanging = false;
  const server = await startServer((seen, response) => (hanging ? 'never' : knownSource(seen, response)));
  const guard = (connector: Connector): Connector =>
    guardConnector({ connector, limits: limitsOf({ deadline: '10s' }), most: 64, deps: { clock: deps.clock, random: () => 0.5, observe: () => {} } });
  const connector = guard(openSource(server.url, text, deps));
  const unreachable = guard(openSource('http://127.0.0.1:1', text, deps));
  return {
    connector,
    unreachable,
    stray: strayKey,
    hang: async () => {
      hanging = true;
    },
    pending: async () => server.pending(),
    stop: async () => {
      await Promise.all([connector.close(), unreachable.close()]);
      await server.stop();
    },
  };
}

describeConnector('a guarded connector', makeRig);
