import { describe, expect, test } from '@jest/globals';
import { sqlKind } from '../../../../src/connectors/sql/kind.ts';
import { parseServer } from '../../../../src/connectors/sql/address.ts';
import { sourceShape } from '../../../../src/connectors/sql/settings.ts';
import { collectFaults, faultLine } from '../../../../src/parse/faults.ts';

const url = 'postgres://reader:s3cret@db.example:5433/erp';
const entity = { key: 'kdnr', settings: { table: 'kunde' } };

function faultsOf(settings: object, entities: Readonly<Record<string, { key: string; settings: object }>> = { kunde: entity }): readonly string[] {
  const faults = collectFaults('sources/erp.yaml');
  const source = sqlKind.parse({
    settings: { ...settings }, folder: '/nowhere',
    entities: Object.fromEntries(Object.entries(entities).map(([name, { key, settings: own }]) => [name, { key, settings: { ...own } }])),
  }, faults);
  expect(source === undefined).toBe(faults.all().length > 0);
  return faults.all().map((fault) => faultLine(fault).replace('sources/erp.yaml: ', ''));
}

const within = (settings: object, key = 'kdnr'): readonly string[] => faultsOf({ dialect: 'postgres', url }, { kunde: { key, settings: { table: 'kunde', ...settings } } });

describe('the sql kind', () => {
  test('declares what an entity can do', () => {
    const faults = collectFaults('sources/erp.yaml');
    const source = sqlKind.parse({
      settings: { dialect: 'postgres', url }, folder: '/',
      entities: {
        kunde: {
          key: 'kdnr',
          settings: {
            table: 'kunde', batch: 500,
            find: { email: { column: 'email', compare: 'caseless', batch: 20, pageSize: 10 }, tel: { column: 'tel', compare: 'digits' } },
            list: { pageSize: 200, filters: { city: { column: 'ort' } }, orders: { CREATED_AT: 'anlage_dat' } },
          },
        },
        ort: { key: 'id', settings: { table: 'erp.ort' } },
      },
    }, faults);
    expect(faults.all()).toEqual([]);
    expect(source?.capabilities).toEqual(new Map([
      ['kunde', {
        projects: true, read: { batch: 500 },
        find: new Map([['email', { batch: 20, pageSize: 10 }], ['tel', { batch: 1, pageSize: 50 }]]),
        list: { pageSize: 200, filters: ['city'], orders: ['CREATED_AT'] },
      }],
      ['ort', { projects: true, read: { batch: 100 }, find: new Map(), list: undefined }],
    ]));
  });

  test('names every mistake at once, each with its place', () => {
    const faults = faultsOf({ dialect: 'db2', url, pool: 0, sslmode: 'off' }, { kunde: { key: 'a.b', settings: { table: 'x y', batch: 5000 } } });
    expect(faults.toSorted()).toEqual([
      'dialect: expected "postgres" or "mysql" or "mariadb" or "mssql" or "oracle" or "sqlite", got "db2"',
      'entities.kunde.batch: too big: expected number to be <=1000, got 5000',
      'entities.kunde.key: expected a column, got "a.b"',
      'entities.kunde.table: expected a table like "kunde" or "erp.kunde"',
      'pool: too small: expected number to be >=1, got 0',
      'unknown key "sslmode"',
    ]);
  });

  test.each([
    [{ find: { email: { column: 'e-mail' } } }, 'find.email.column'],
    [{ find: { email: { column: 'email; drop table kunde' } } }, 'find.email.column'],
    [{ find: { nr: { column: 'nr', type: 'integer', compare: 'caseless' } } }, 'find.nr.compare'],
    [{ find: { tel: { column: 'tel', compare: 'digits', batch: 2 } } }, 'find.tel.batch'],
    [{ find: { nr: { column: 'nr', order: { a: 'asc', b: 'desc' } } } }, 'find.nr.order'],
    [{ find: { nr: { column: 'nr', order: { a: 'up' } } } }, 'find.nr.order.a'],
    [{ list: { filters: { city: { column: 'ort', op: 'like' } } } }, 'list.filters.city.op'],
    [{ list: { orders: { NAME: 'name desc' } } }, 'list.orders.NAME'],
    [{ where: { kz: [] } }, 'where.kz'],
    [{ where: { 'kz = 1 or 1': 1 } }, 'where'],
    [{ keyType: 'date' }, 'keyType'],
    [{ read: {} }, ''],
  ])('refuses %j', (settings, path) => {
    const faults = within(settings);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(path === '' ? /^entities\.kunde: unknown key/ : new RegExp(`^entities\\.kunde\\.${path.replaceAll('.', '\\.')}`));
  });
});

describe('a server\'s address', () => {
  test.each([
    ['postgres', 'mysql://u:s3cret@host/db'], ['postgres', 'postgres://host/db'], ['postgres', 'postgres://u:s3cret@host'], ['mysql', 'not an address'],
    ['postgres', 'postgres://u:s3cret@host/db?sslmode=disable'], ['mysql', 'mysql://u:s3cret@host/db?ssl={"rejectUnauthorized":false}'],
    ['postgres', 'postgres://u:s3cret%zz@host/db'], ['oracle', 'oracle://u:s3cret@host/x)(y'],
  ])('on %s is refused when it is %s, and the password is not repeated', (dialect, address) => {
    const faults = faultsOf({ dialect, url: address });
    expect(faults).toEqual([expect.stringMatching(/^url: expected/)]);
    expect(faults[0]).not.toContain('s3cret');
  });

  test.each([
    ['postgres://u:p%40ss@db.example/erp', { host: 'db.example', port: 5432, user: 'u', database: 'erp', tls: {} }],
    ['postgresql://u:p%40ss@127.0.0.1:6543/erp', { host: '127.0.0.1', port: 6543, tls: undefined }],
    ['postgres://u:p%40ss@[::1]/erp', { host: '::1', tls: undefined }],
    ['postgres://u:p%40ss@localhost.evil.example/erp', { tls: {} }],
    ['postgres://u:p%40ss@127.evil.example/erp', { tls: {} }],
  ])('%s is understood, and spoken to over TLS unless it is this machine', (address, expected) => {
    const faults = collectFaults('x');
    const parsed = parseServer('postgres', sourceShape.parse({ dialect: 'postgres', url: address }), '/', faults);
    expect(parsed).toMatchObject(expected);
    expect(parsed?.password.reveal()).toBe('p@ss');
    expect(JSON.stringify(parsed)).not.toContain('p@ss');
  });

  test('speaks in the clear to another machine only when it is told to', () => {
    const parsed = parseServer('postgres', sourceShape.parse({ dialect: 'postgres', url, tls: false }), '/', collectFaults('x'));
    expect(parsed).toMatchObject({ host: 'db.example', tls: undefined });
  });

  test('a certificate that is not there is a fault', () => {
    expect(faultsOf({ dialect: 'postgres', url, tls: { ca: 'ca.pem' } })).toEqual([expect.stringMatching(/^tls\.ca: cannot be read: .*ENOENT/)]);
  });
});

describe('a SQLite file\'s address', () => {
  test.each(['data/erp.db', 'file:data/erp.db', 'file:///var/lib/erp.db', '/var/lib/erp.db'])('may be %s', (path) => {
    expect(faultsOf({ dialect: 'sqlite', url: path })).toEqual([]);
  });

  test.each([[{ url: 'postgres://u:p@host/db' }, /^url: expected a path/], [{ url: 'file://host/erp.db' }, /^url: expected a path/],
    [{ url: 'erp.db', tls: true }, /^tls: a SQLite file has none/], [{ url: 'erp.db', schema: 'main' }, /^schema: a SQLite file has none/]])('refuses %j', (settings, message) => {
    expect(faultsOf({ dialect: 'sqlite', ...settings })).toEqual([expect.stringMatching(message)]);
  });
});
