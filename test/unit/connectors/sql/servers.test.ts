import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Call, Connector, EntityText, FindResult, Order, ReadResult } from '../../../../src/connectors/connector.ts';
import { sqlKind } from '../../../../src/connectors/sql/kind.ts';
import { sourceKey, sourceName } from '../../../../src/ids.ts';
import { collectFaults, ConfigError } from '../../../../src/parse/faults.ts';
import { sqlServers, type SqlServer, type SqlServerKind, type SqlSession } from '../../../fixtures/sql-servers.ts';

const uuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';

/** How each engine spells the types of the tables below, and what leaves the connector for them. */
const engines = {
  postgres: {
    types: { text: 'varchar(40)', uuid: 'uuid', time: 'timestamp', moment: 'timestamptz', bytes: 'bytea', json: 'jsonb', flag: 'boolean' },
    literals: { bytes: '\'\\x00ff10\'', moment: '\'2025-01-01 00:30:00.25+01\'', flag: 'true' },
    values: { moment: '2025-01-01T05:00:00.25+05:30', saldo: '12345678901234567.8900', big: '9007199254740993', active: true },
    lock: ['begin', 'lock table kunde in access exclusive mode'],
  },
  mariadb: {
    types: { text: 'varchar(40)', uuid: 'char(36)', time: 'datetime(6)', moment: 'timestamp(2)', bytes: 'blob', json: 'json', flag: 'boolean' },
    literals: { bytes: 'x\'00ff10\'', moment: '\'2025-01-01 05:00:00.25\'', flag: 'true' },
    values: { moment: '2024-12-31T23:30:00.25Z', saldo: '12345678901234567.8900', big: '9007199254740993', active: 1 },
    lock: ['lock tables kunde write'],
  },
  sqlite: {
    types: { text: 'varchar(40)', uuid: 'text', time: 'text', moment: 'text', bytes: 'blob', json: 'text', flag: 'boolean' },
    literals: { bytes: 'x\'00ff10\'', moment: '\'2024-12-31T23:30:00.25Z\'', flag: '1' },
    values: { moment: '2024-12-31T23:30:00.25Z', saldo: '12345678901234568', big: '9007199254740993', active: 1 },
    lock: undefined,
  },
} as const;

const entities: Readonly<Record<string, EntityText>> = {
  kunde: {
    key: 'kdnr',
    settings: {
      table: 'kunde', keyType: 'integer', where: { loesch_kz: ' ', mandant: [1, 2], sperre: null },
      find: {
        tel: { column: 'tel', compare: 'digits' },
        ort: { column: 'ort', order: { umsatz: 'desc' }, pageSize: 2 },
        code: { column: 'code', pageSize: 2 },
      },
      list: {
        filters: { since: { column: 'seit', op: '>=', type: 'date' }, over: { column: 'umsatz', op: '>', type: 'integer' }, ort: { column: 'ort' } },
        orders: { TURNOVER: 'umsatz', NUMBER: 'kdnr' },
      },
    },
  },
  every: { key: 'kdnr', settings: { table: 'kunde', keyType: 'integer' } },
  typed: { key: 'id', settings: { table: 'typed', keyType: 'uuid', find: { id: { column: 'id', type: 'uuid' } } } },
  careless: { key: 'id', settings: { table: 'typed' } },
  twice: { key: 'ort', settings: { table: 'kunde', find: { code: { column: 'code' } } } },
  wrong: { key: 'nowhere', settings: { table: 'kunde' } },
};

for (const kind of sqlServers) {
  if (kind.needs === undefined) describe(`sql on ${kind.dialect}`, () => describeEngine(kind));
  else describe.skip(`sql on ${kind.dialect} (needs ${kind.needs})`, () => test('reads what is there', () => undefined));
}

function describeEngine({ dialect, start }: SqlServerKind): void {
  const engine = engines[dialect];
  let server: SqlServer;
  let session: SqlSession;
  let connector: Connector;
  beforeAll(async () => {
    server = await start();
    session = await server.connect();
    await fill(session, engine);
    connector = open(server.settings);
  }, 60_000);
  afterAll(async () => {
    await connector.close();
    await session.close();
    await server.stop();
  });

  const read = async (entity: string, keys: readonly string[], fields: readonly string[] = []) =>
    (await connector.read({ entity, keys: keys.map(sourceKey), fields }, aCall())).map(shown);
  const find = async (attribute: string, values: readonly string[], { at, entity = 'kunde', size = 2 }: { at?: string; entity?: string; size?: number } = {}) =>
    connector.find({ kind: 'match', entity, attribute, values, fields: [], page: { size, at } }, aCall());
  const list = async (order: Order | undefined, filters: Readonly<Record<string, string>> = {}, size = 3, between?: () => Promise<unknown>) => {
    const keys: string[] = [];
    let at: string | undefined;
    do {
      const [result] = await connector.find({
        kind: 'list', entity: 'kunde', fields: [], order, page: { size, at }, filters: Object.entries(filters).map(([name, value]) => ({ name, value })),
      }, aCall());
      if (result?.kind !== 'rows') throw new Error('expected rows');
      keys.push(...result.rows.map((row) => row.key));
      at = result.next;
      await between?.();
    } while (at !== undefined && keys.length < 50);
    return keys;
  };

  test('values leave without loss and without a shift of time', async () => {
    const fields = ['day', 'local_time', 'moment', 'saldo', 'big', 'bytes', 'active', 'extra.a.b', 'extra.list', 'gap'];
    expect(await read('typed', [uuid], fields)).toEqual([{
      day: '2025-01-31', local_time: '2025-01-31T23:59:59.123456', bytes: 'AP8Q', 'extra.a.b': 'deep', 'extra.list': [1, 2], gap: undefined, ...engine.values,
    }]);
  });

  test('the padding of fixed columns is no part of a value', async () => {
    expect(await read('kunde', ['1'], ['name', 'ort'])).toEqual([{ name: 'Ada', ort: 'Berlin' }]);
  });

  test('fixed conditions hold for every operation: equal, one of a list, null', async () => {
    expect(await read('every', ['91', '92', '93'])).toEqual([{}, {}, {}]);
    expect(await read('kunde', ['91', '92', '93', '1'])).toEqual(['absent', 'absent', 'absent', {}]);
    expect(keysOf(await find('ort', ['Hidden']))).toEqual([[]]);
    expect(await list(undefined)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  test.each(['x', '1x', '01', '+1', '1.0', '1e0', '99999999999999999999', '9223372036854775807', '-9', ' 1', '']
  )('the integer key %j is absent, and the one beside it is found', async (key) => {
    expect(await read('kunde', [key, '1'])).toEqual(['absent', {}]);
  });

  test('a uuid is found in either case, and the row bears the key as it was asked for', async () => {
    const results = await connector.read({ entity: 'typed', keys: [sourceKey(uuid.toUpperCase()), sourceKey('no-uuid')], fields: [] }, aCall());
    expect(results).toMatchObject([{ kind: 'found', row: { key: uuid.toUpperCase() } }, { kind: 'absent' }]);
    expect(keysOf(await find('id', [uuid.toUpperCase(), uuid], { entity: 'typed' }))).toEqual([[uuid], [uuid]]);
  });

  test('a value that the column refuses fails alone, and its error does not repeat it', async () => {
    const results = await connector.read({ entity: 'careless', keys: ['x-1', uuid, 'x-2', 'x-3'].map(sourceKey), fields: [] }, aCall());
    expect(results[1]).toMatchObject({ kind: 'found' });
    for (const result of [results[0], results[2], results[3]]) {
      if (dialect !== 'postgres') expect(result).toEqual({ kind: 'absent' });
      else expect(result).toMatchObject({ kind: 'failed', error: { code: 'SOURCE_UNAVAILABLE', fault: 'request', message: expect.not.stringContaining('x-') } });
    }
  });

  test('two rows of one key fail that key with SOURCE_MALFORMED and no other', async () => {
    const [berlin, bonn] = await connector.read({ entity: 'twice', keys: ['Berlin', 'Bonn'].map(sourceKey), fields: [] }, aCall());
    expect(berlin).toMatchObject({ kind: 'failed', error: { code: 'SOURCE_MALFORMED' } });
    expect(bonn).toMatchObject({ kind: 'found' });
    const found = await find('code', ['abc', 'xyz'], { entity: 'twice', size: 9 });
    expect(found).toMatchObject([{ kind: 'failed', error: { code: 'SOURCE_MALFORMED' } }, { kind: 'rows' }]);
  });

  test('the rows of several values come in one statement, each value with its own page in its own order', async () => {
    const first = await find('ort', ['Berlin', 'nowhere', 'Bonn']);
    const nulls = dialect === 'postgres' ? [['5', '3'], ['2', '4', '1']] : [['3', '2'], ['4', '1', '5']];
    expect(keysOf(first)).toEqual([nulls[0], [], ['6']]);
    const rest: string[] = [];
    let next = nextOf(first[0]);
    expect(nextOf(first[2])).toBeUndefined();
    while (next !== undefined && rest.length < 10) {
      const [page] = await find('ort', ['Berlin'], { at: next, size: 1 });
      rest.push(...(keysOf([page])[0] ?? []));
      next = nextOf(page);
    }
    expect(rest).toEqual(nulls[1]);
  });

  test('what a column\'s collation calls equal is told apart, and takes no place on a page', async () => {
    const several = await find('code', ['abc', 'ABC']);
    expect(keysOf(several)).toEqual([['1', '3'], ['2', '4']]);
    const alone: string[] = [];
    let at: string | undefined;
    do {
      const [page] = await find('code', ['abc'], { ...(at === undefined ? {} : { at }) });
      alone.push(...(keysOf([page])[0] ?? []));
      at = nextOf(page);
    } while (at !== undefined && alone.length < 10);
    expect(alone).toEqual(['1', '3', '5']);
    expect(nextOf(several[0])).toBeDefined();
    expect(nextOf(several[1])).toBeUndefined();
  });

  test.each([['+49 30 1234-5', ['1']], ['0049 (30) 12345', ['1']], ['49/30.12345', ['1']], ['030 12345', ['2']], ['-', []], ['12345', []]]
  )('the number %j is found by its digits', async (number, expected) => {
    expect(keysOf(await find('tel', [number]))).toEqual([expected]);
  });

  test.each(['ASC', 'DESC'] as const)('a list in %s order shows every row once, rows without a value too', async (direction) => {
    const rising = ['1', '4', '2', '3', '6', '7'];
    const expected = { ASC: dialect === 'postgres' ? [...rising, '5'] : ['5', ...rising], DESC: dialect === 'postgres' ? ['5', ...rising.toReversed()] : [...rising.toReversed(), '5'] };
    for (const size of [1, 2, 3, 7]) expect(await list({ name: 'TURNOVER', direction }, {}, size)).toEqual(expected[direction]);
  });

  test('a list by its key is in the key\'s own order', async () => {
    expect(await list({ name: 'NUMBER', direction: 'DESC' }, {}, 2)).toEqual(['7', '6', '5', '4', '3', '2', '1']);
  });

  test('rows that come and go between pages make no other row be skipped or shown twice', async () => {
    let added = 0;
    const seen = await list({ name: 'TURNOVER', direction: 'ASC' }, { over: '0' }, 2, async () => {
      added += 1;
      await session.query(`insert into kunde (kdnr, name, ort, umsatz, loesch_kz, mandant) values (${200 + added}, 'new', 'Köln', 1, ' ', 1)`);
    });
    await session.query('delete from kunde where kdnr > 200');
    expect(seen).toEqual(['1', '4', '2', '3', '6', '7']);
  });

  test('filters compare by their declared type and operator', async () => {
    expect(await list(undefined, { since: '2024-06-01' })).toEqual(['2', '3', '7']);
    expect(await list(undefined, { since: '2024-06-01', over: '300' })).toEqual(['7']);
    expect(await list(undefined, { ort: 'Bonn' })).toEqual(['6']);
  });

  test.each([['over', '1 or 1=1'], ['since', 'yesterday'], ['since', '2025-13-01'], ['ort', 'a\0']])('the filter %s refuses %j', async (name, value) => {
    await expect(list(undefined, { [name]: value })).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'request' });
  });

  test('a column that is not there is a mistake of the deployment, not of the source', async () => {
    await expect(read('wrong', ['1'])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'request', message: expect.not.stringContaining('nowhere'), cause: { message: expect.stringContaining('nowhere') } });
  });

  const { lock } = engine;
  if (lock === undefined) {
    test('a statement that takes too long ends with its call, and its thread does not stand in the way of the next', async () => {
      await session.query('create view endless as with recursive n(id) as (select 1 union all select id + 1 from n) select count(*) as id from n');
      const one = open({ ...server.settings, pool: 1 }, { ...entities, endless: { key: 'id', settings: { table: 'endless' } } });
      const started = performance.now();
      const call = one.read({ entity: 'endless', keys: [sourceKey('1')], fields: [] }, aCall({ milliseconds: 200 }));
      await expect(call).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
      expect(performance.now() - started).toBeLessThan(1500);
      await expect(one.read({ entity: 'kunde', keys: [sourceKey('1')], fields: [] }, aCall())).resolves.toMatchObject([{ kind: 'found' }]);
      await one.close();
    });
  } else {
    test.each(['its deadline', 'its signal'])('a call that ends by %s frees its connection', async (way) => {
      const one = open({ ...server.settings, pool: 1 });
      const holder = await server.connect();
      for (const text of lock) await holder.query(text);
      const abort = new AbortController();
      const call = one.read({ entity: 'kunde', keys: [sourceKey('1')], fields: [] }, way === 'its signal' ? aCall({ signal: abort.signal }) : aCall({ milliseconds: 300 }));
      const queued = one.read({ entity: 'kunde', keys: [sourceKey('2')], fields: [] }, aCall({ milliseconds: 300 }));
      if (way === 'its signal') setTimeout(() => abort.abort(), 300);
      await expect(call).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
      await expect(queued).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
      await holder.close();
      await expect(one.read({ entity: 'kunde', keys: [sourceKey('1')], fields: [] }, aCall())).resolves.toMatchObject([{ kind: 'found' }]);
      await one.close();
    });

    test('closing ends the calls under way', async () => {
      const other = open(server.settings);
      const holder = await server.connect();
      for (const text of lock) await holder.query(text);
      const call = expect(other.read({ entity: 'kunde', keys: [sourceKey('1')], fields: [] }, aCall())).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await other.close();
      await call;
      await holder.close();
    });

    test('a refused login is SOURCE_UNAVAILABLE, and the password stays out of the message', async () => {
      const url = Object.assign(new URL(String(server.settings['url'])), { password: 'wr0ng-pass' }).href;
      const locked = open({ ...server.settings, url });
      await expect(locked.read({ entity: 'kunde', keys: [sourceKey('1')], fields: [] }, aCall())).rejects.toMatchObject({
        code: 'SOURCE_UNAVAILABLE', fault: 'source', message: expect.not.stringContaining('wr0ng-pass'),
      });
      await locked.close();
    });
  }
}

function open(settings: Readonly<Record<string, unknown>>, declared: Readonly<Record<string, EntityText>> = entities): Connector {
  const faults = collectFaults('sources/erp.yaml');
  const source = sqlKind.parse({ settings, entities: declared, folder: '/' }, faults);
  if (source === undefined) throw new ConfigError(faults.all());
  return source.open({ source: sourceName('erp'), clock: Date.now, warn: () => undefined });
}

function aCall({ signal = new AbortController().signal, milliseconds = 10_000 }: { signal?: AbortSignal; milliseconds?: number } = {}): Call {
  return { signal, deadline: Date.now() + milliseconds, requestId: 'r-1' };
}

function shown(result: ReadResult): unknown {
  if (result.kind === 'found') return { ...result.row.values };
  return result.kind === 'failed' ? result.error.code : result.kind;
}

function keysOf(results: readonly (FindResult | undefined)[]): readonly (readonly string[])[] {
  return results.map((result) => (result?.kind === 'rows' ? result.rows.map((row) => row.key) : ['failed']));
}

function nextOf(result: FindResult | undefined): string | undefined {
  return result?.kind === 'rows' ? result.next : undefined;
}

async function fill(session: SqlSession, { types, literals }: (typeof engines)[keyof typeof engines]): Promise<void> {
  await session.query(`create table kunde (kdnr integer primary key, name char(20), ort char(12), tel ${types.text}, code ${types.text},
    umsatz decimal(12,2), seit date, loesch_kz char(1), mandant integer, sperre integer)`);
  const rows = [
    [1, 'Ada   ', 'Berlin', '+49 (30) 12345', 'abc', '1.50', '2024-01-01', ' ', 1, null],
    [2, 'Bob', 'Berlin', '030/12345', 'ABC', '20', '2024-06-01', ' ', 1, null],
    [3, 'Cid', 'Berlin', null, 'abc', '20', '2024-06-02', ' ', 2, null],
    [4, 'Dan', 'Berlin', '', 'ABC', '3', '2024-01-02', ' ', 1, null],
    [5, 'Eve', 'Berlin', null, 'abc', null, '2024-01-03', ' ', 1, null],
    [6, 'Fay', 'Bonn', null, 'xyz', '300', null, ' ', 1, null],
    [7, 'Gus', 'Köln', null, 'xyz', '4000', '2025-01-01', ' ', 1, null],
    [91, 'deleted', 'Hidden', null, null, '1', null, 'X', 1, null],
    [92, 'elsewhere', 'Hidden', null, null, '1', null, ' ', 3, null],
    [93, 'locked', 'Hidden', null, null, '1', null, ' ', 1, 1],
  ];
  const literal = (value: string | number | null): string => (typeof value === 'string' ? `'${value}'` : String(value));
  for (const row of rows) await session.query(`insert into kunde values (${row.map(literal).join(', ')})`);

  await session.query(`create table typed (id ${types.uuid} primary key, day date, local_time ${types.time}, moment ${types.moment}, saldo decimal(24,4),
    big bigint, bytes ${types.bytes}, active ${types.flag}, extra ${types.json}, gap ${types.text})`);
  const time = types.time === 'text' ? '2025-01-31T23:59:59.123456' : '2025-01-31 23:59:59.123456';
  await session.query(`insert into typed values ('${uuid}', '2025-01-31', '${time}', ${literals.moment}, 12345678901234567.89,
    9007199254740993, ${literals.bytes}, ${literals.flag}, '{"a":{"b":"deep"},"list":[1,2]}', null)`);
}
