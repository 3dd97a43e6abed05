import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { Connector, ConnectorDeps } from '../../src/connectors/connector.ts';
import { sqlKind } from '../../src/connectors/sql/kind.ts';
import { collectFaults, ConfigError } from '../../src/parse/faults.ts';
import { accounts, invoices } from '../fixtures/connector-data.ts';
import { sqlServers, type SqlServer, type SqlSession } from '../fixtures/sql-servers.ts';
import { describeConnector, type Missing, type Rig } from './connector.ts';

const entities = {
  account: {
    key: 'id',
    settings: {
      table: 'account',
      find: { email: { column: 'email', compare: 'caseless' } },
      list: { filters: { city: { column: 'city' } }, orders: { NAME: 'name' } },
    },
  },
  invoice: {
    key: 'id',
    settings: { table: 'invoice', keyType: 'integer', find: { account: { column: 'account', order: { id: 'desc' } } } },
  },
};

const locks: Readonly<Record<string, { readonly take: readonly string[]; readonly waiting: string }>> = {
  postgres: {
    take: ['begin', 'lock table account in access exclusive mode'],
    waiting: 'select count(*) as n from pg_stat_activity where wait_event_type = \'Lock\'',
  },
  mariadb: {
    take: ['lock tables account write'],
    waiting: 'select count(*) as n from information_schema.processlist where state like \'Waiting%lock\'',
  },
};

for (const { dialect, needs, start } of sqlServers) {
  if (needs !== undefined) {
    describe.skip(`sql on ${dialect} (needs ${needs})`, () => {
      test('keeps the laws of a connector', () => undefined);
    });
    continue;
  }
  describe(`sql on ${dialect}`, () => {
    let server: SqlServer;
    beforeAll(async () => {
      server = await start();
      const session = await server.connect();
      await fill(session);
      await session.close();
    }, 60_000);
    afterAll(async () => server.stop());

    // A table gives no row but those with the key, even of a record that was merged; a file has no lock that could be watched.
    const without: readonly Missing[] = dialect === 'sqlite' ? ['stray', 'merges', 'hang'] : ['stray', 'merges'];
    describeConnector(`sql on ${dialect}`, async (deps) => makeRig(server, dialect, deps), without);
  });
}

async function makeRig(server: SqlServer, dialect: string, deps: ConnectorDeps): Promise<Rig> {
  const connector = open(server.settings, deps);
  const unreachable = open(server.unreachable, deps);
  const sessions: SqlSession[] = [];
  const session = async (): Promise<SqlSession> => {
    const made = await server.connect();
    sessions.push(made);
    return made;
  };
  return {
    connector,
    unreachable,
    stray: undefined,
    hang: async () => {
      const holder = await session();
      for (const text of locks[dialect]?.take ?? []) await holder.query(text);
    },
    pending: async () => {
      const watcher = await server.connect();
      const [row] = await watcher.query(locks[dialect]?.waiting ?? '');
      await watcher.close();
      return Number(row?.['n']);
    },
    stop: async () => {
      await Promise.all(sessions.map((each) => each.close()));
      await Promise.all([connector.close(), unreachable.close()]);
    },
  };
}

function open(settings: Readonly<Record<string, unknown>>, deps: ConnectorDeps): Connector {
  const faults = collectFaults('sources/known.yaml');
  const source = sqlKind.parse({ settings, entities, folder: '/' }, faults);
  if (source === undefined) throw new ConfigError(faults.all());
  return source.open(deps);
}

async function fill(session: SqlSession): Promise<void> {
  // MariaDB reads a backslash as an escape, the others do not.
  const [one] = await session.query('select \'\\\\\' as backslashes');
  const backslash = one?.['backslashes'] === '\\' ? '\\\\' : '\\';
  const text = (value: string | undefined): string => (value === undefined ? 'null' : `'${value.replaceAll('\'', '\'\'').replaceAll('\\', backslash)}'`);
  await session.query('create table account (id varchar(60) primary key, name varchar(60), email varchar(60), city varchar(60), nickname varchar(60))');
  await session.query('create table invoice (id integer primary key, account varchar(60), amount double precision)');
  for (const { id, name, email, city } of accounts) {
    await session.query(`insert into account (id, name, email, city) values (${text(id)}, ${text(name)}, ${text(email)}, ${text(city)})`);
  }
  for (const { id, account, amount } of invoices) await session.query(`insert into invoice values (${id}, ${text(account)}, ${amount})`);
}
