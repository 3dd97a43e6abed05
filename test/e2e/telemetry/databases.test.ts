import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { loyaltyInDatabase, withLoyalty } from '../../fixtures/loyalty-database.ts';
import { mongodbNeeds, startMongodb, type MongodbServer } from '../../fixtures/mongodb-server.ts';
import { readScrape, type Series } from '../../fixtures/scrape.ts';
import { sqlServers, type SqlServer } from '../../fixtures/sql-servers.ts';

const metered = (text: string): string => `${text}\ntelemetry:\n  metrics: { port: 0 }\n`;

async function callsOf({ gateway }: TestCompany): Promise<readonly Series[]> {
  const text = await (await fetch(String(gateway.metricsUrl))).text();
  // Digits of values may be anything.
  for (const marker of ['10001', '10002', 'marker']) expect(text.replaceAll(/ \S+$/gm, '')).not.toContain(marker);
  return readScrape(text).filter(({ name }) => name === 'db_client_operation_duration_seconds_count');
}

/** How a view can be made that the database refuses to read, and says why by quoting the row. */
const failing: Readonly<Record<'postgres' | 'mariadb' | 'sqlite', { readonly statements: readonly string[]; readonly level: string; readonly code: string }>> = {
  postgres: {
    statements: ["create function refuse(text) returns text language plpgsql as $$ begin raise exception 'marker-row of %', $1; end $$"],
    level: 'refuse(customer)', code: 'P0001',
  },
  mariadb: {
    statements: ["create function refuse(who text) returns text deterministic begin declare said varchar(80) default concat('marker-row of ', who); signal sqlstate '45000' set message_text = said; return ''; end"],
    level: 'refuse(customer)', code: 'ER_SIGNAL_EXCEPTION',
  },
  sqlite: { statements: [], level: "json_extract('marker-row', '$')", code: '1' },
};

describe.each(sqlServers.map((kind) => [kind.dialect, kind] as const))('what is told of a source in %s', (dialect, { needs, start }) => {
  if (needs !== undefined) {
    it.skip(`needs ${needs}`, () => undefined);
    return;
  }
  let server: SqlServer;
  let company: TestCompany;
  const { statements, level, code } = failing[dialect];
  beforeAll(async () => {
    server = await start();
    const session = await server.connect();
    for (const statement of [
      'create table member_row (member_no varchar(20) primary key, customer varchar(20), level varchar(80))',
      "insert into member_row values ('L-1', '10001', 'gold'), ('L-2', '10002', 'basic')",
      ...statements,
      `create view member as select member_no, customer, case when customer = '10002' then ${level} else level end as level from member_row`,
    ]) await session.query(statement);
    await session.close();
    company = await startCompany({
      ...loyaltyInDatabase(server.settings),
      edit: { 'customer360.yaml': (text) => metered(withLoyalty(text)) },
    });
  }, 60_000);
  afterAll(async () => {
    await company.stop();
    await server.stop();
  });
  const tierOf = (number: string) => company.gateway.ask(`{ customer(by: { number: "${number}" }) { loyalty { tier } } }`);

  it('is each statement, by table, and by the code of its failure', async () => {
    expect((await tierOf('10001')).data.customer).toEqual({ loyalty: { tier: 'gold' } });
    expect((await tierOf('10002')).errors.map(({ extensions }) => extensions['code'])).toEqual(['SOURCE_UNAVAILABLE']);
    const calls = (await callsOf(company)).filter(({ labels }) => labels['source'] === 'loyalty').map(({ labels }) => labels);
    const system = { postgres: 'postgresql', mariadb: 'mariadb', sqlite: 'sqlite' }[dialect];
    const common = { db_system_name: system, db_collection_name: 'member', db_operation_name: 'SELECT' };
    expect(calls).toContainEqual(expect.objectContaining(common));
    expect(calls).toContainEqual(expect.objectContaining({ ...common, error_type: code }));
    if (dialect !== 'sqlite') expect(calls).toContainEqual(expect.objectContaining({ server_address: '127.0.0.1', db_namespace: expect.stringMatching(/./) }));
  });

  it('is its code in the log, and none of its words', async () => {
    const line = (await company.gateway.logged(/.*loyalty.*a source call failed|a source call failed.*loyalty/)).split('\n').find((one) => one.includes('a source call failed') && one.includes('loyalty')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ source: 'loyalty', entity: 'member', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/), reason: expect.stringContaining(`(${code})`) });
    for (const marker of ['marker', '10002', 'select', 'SELECT']) expect(company.gateway.log()).not.toContain(marker);
  });
});

it('times the embedded store by what is done', async () => {
  const company = await startCompany({ edit: { 'customer360.yaml': metered } });
  try {
    await company.gateway.ask('{ customer(by: { number: "10001" }) { number } }');
    expect((await callsOf(company)).map(({ labels }) => labels)).toContainEqual(expect.objectContaining({ db_system_name: 'sqlite', db_operation_name: 'links.read' }));
  } finally {
    await company.stop();
  }
});

const withMongodb = mongodbNeeds === undefined ? describe : describe.skip;
withMongodb(`what is told of a store in MongoDB${mongodbNeeds === undefined ? '' : ` (needs ${mongodbNeeds})`}`, () => {
  let server: MongodbServer;
  let company: TestCompany;
  beforeAll(async () => {
    server = await startMongodb();
    const url = server.url.replace(/\/?\?/, `/${server.database}?`);
    company = await startCompany({ edit: { 'customer360.yaml': (text) => metered(text.replace(/sqlite: .*/, `mongodb: "${url}"`)) } });
  }, 60_000);
  afterAll(async () => {
    await company.stop();
    await server.stop();
  });

  it('is each command, by collection', async () => {
    expect((await company.gateway.ask('{ customer(by: { number: "10001" }) { number } }')).errors).toEqual([]);
    const calls = (await callsOf(company)).map(({ labels }) => labels);
    const common = { db_system_name: 'mongodb', db_namespace: server.database, server_address: '127.0.0.1' };
    expect(calls).toContainEqual(expect.objectContaining({ ...common, db_operation_name: 'find', db_collection_name: 'link' }));
    expect(calls).toContainEqual(expect.objectContaining({ ...common, db_operation_name: 'insert', db_collection_name: 'audit_entry' }));
  });
});
