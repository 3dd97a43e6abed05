import type { ConnectorDeps } from '../../src/connectors/connector.ts';
import { knownEntities, openGraphqlConnector, startGraphqlSource } from '../fixtures/graphql-source.ts';
import { describeConnector, type Rig } from './connector.ts';

const { account, invoice } = knownEntities;
const oneByOne = {
  account: {
    ...account,
    settings: {
      ...account.settings,
      read: { query: 'query ($key: ID!) { account(id: $key) { ...row } }', rows: 'account', batch: 20 },
    },
  },
  invoice,
};

const merging = ({ account: one, ...others }: typeof knownEntities | typeof oneByOne) => ({
  ...others, account: { ...one, settings: { ...one.settings, read: { ...one.settings.read, merged: 'mergedIds' } } },
});

describeConnector('graphql, all keys in one list', (deps) => makeRig(knownEntities, deps), ['merges']);
describeConnector('graphql, all keys in one list, where records are merged', (deps) => makeRig(merging(knownEntities), deps));
describeConnector('graphql, a copy of the root field for each key', (deps) => makeRig(oneByOne, deps), ['merges']);
describeConnector('graphql, a copy of the root field for each key, where records are merged', (deps) => makeRig(merging(oneByOne), deps));

async function makeRig(entities: Parameters<typeof openGraphqlConnector>[1], deps: ConnectorDeps): Promise<Rig> {
  const source = await startGraphqlSource();
  const gone = await startGraphqlSource();
  await gone.stop();
  const connector = openGraphqlConnector(source.url, entities, deps);
  const unreachable = openGraphqlConnector(gone.url, entities, deps);
  return {
    connector,
    unreachable,
    stray: 'stray',
    hang: async () => source.hang(),
    pending: async () => source.pending(),
    stop: async () => {
      await Promise.all([connector.close(), unreachable.close()]);
      await source.stop();
    },
  };
}
