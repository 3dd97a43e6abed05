import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseAddress } from '../../../../src/servers/mongodb-address.ts';
import { mongodbKind } from '../../../../src/connectors/mongodb/kind.ts';
import { sourceShape } from '../../../../src/connectors/mongodb/settings.ts';
import { collectFaults, faultLine } from '../../../../src/parse/faults.ts';

const url = 'mongodb://reader:s3cret@db.example:27017/?replicaSet=rs0';
const source = { url, database: 'crm' };

function parse(settings: object, entity: object = {}, key = '_id') {
  const faults = collectFaults('sources/crm.yaml');
  const parsed = mongodbKind.parse({ settings: { ...settings }, folder: '/nowhere', entities: { person: { key, settings: { collection: 'people', ...entity } } } }, faults);
  expect(parsed === undefined).toBe(faults.all().length > 0);
  return { parsed, faults: faults.all().map((fault) => faultLine(fault).replace('sources/crm.yaml: ', '')) };
}

describe('the mongodb kind', () => {
  test('declares what an entity can do, and has children in an order asked for parent by parent', () => {
    const { parsed, faults } = parse(source, {
      batch: 500,
      find: { email: { path: 'contact.email', compare: 'caseless' }, owner: { path: 'owner', order: { at: 'desc' }, pageSize: 10 }, parent: { path: 'owner', order: { at: 'desc' }, batch: 5 } },
      list: { pageSize: 200, filters: { city: { path: 'address.city' } }, orders: { NAME: 'name.last' } },
    });
    expect(faults).toEqual([]);
    expect(parsed?.capabilities).toEqual(new Map([['person', {
      projects: true, read: { batch: 500 },
      find: new Map([['email', { batch: 100, pageSize: 50 }], ['owner', { batch: 1, pageSize: 10 }], ['parent', { batch: 5, pageSize: 50 }]]),
      list: { pageSize: 200, filters: ['city'], orders: ['NAME'] },
    }]]));
  });

  test('names every mistake at once, each with its place, and no password', () => {
    const { faults } = parse({ url: 'mysql://reader:s3cret@host', database: 'a/b', pool: 0, readPreference: 'any', ssl: false }, { collection: '$cmd', batch: 5000 }, '$where');
    expect(faults.toSorted()).toEqual([
      'database: expected the name of a database',
      'entities.person.batch: too big: expected number to be <=1000, got 5000',
      'entities.person.collection: expected the name of a collection',
      'entities.person.key: expected "_id" or a dotted path, got "$where"',
      'pool: too small: expected number to be >=1, got 0',
      'readPreference: expected "primary" or "primaryPreferred" or "secondary" or "secondaryPreferred" or "nearest", got "any"',
      'unknown key "ssl"',
    ].map((fault) => expect.stringContaining(fault)));
    expect(faults.join()).not.toContain('s3cret');
  });

  test.each([
    [{ find: { email: { path: '$expr' } } }, 'find.email.path'],
    [{ find: { email: { path: 'a..b' } } }, 'find.email.path'],
    [{ find: { email: { path: 'a.$b' } } }, 'find.email.path'],
    [{ find: { email: { path: 'a', compare: 'digits' } } }, 'find.email.compare'],
    [{ find: { email: { path: 'a', type: 'uuid', compare: 'caseless' } } }, 'find.email.compare'],
    [{ find: { email: { path: 'a', lowered: 'b' } } }, 'find.email.lowered'],
    [{ find: { email: { path: 'a', order: { b: 'asc', c: 'asc' } } } }, 'find.email.order'],
    [{ find: { email: { path: 'a', order: { b: 'up' } } } }, 'find.email.order.b'],
    [{ list: { filters: { city: { path: 'a', op: '$where' } } } }, 'list.filters.city.op'],
    [{ list: { orders: { NAME: '$natural' } } }, 'list.orders.NAME'],
    [{ where: { $where: 'true' } }, 'where'],
    [{ where: { state: { $ne: null } } }, 'where.state'],
    [{ where: { state: [] } }, 'where.state'],
    [{ keyType: 'date' }, 'keyType'],
  ])('refuses %j', (entity, path) => {
    const { faults } = parse(source, entity);
    expect(faults).toEqual([expect.stringContaining(`entities.person.${path}`)]);
  });
});

describe('an address', () => {
  test.each([
    'http://u:s3cret@host', 'mongodb://', 'mongodb://u:s3cret@', 'mongodb://u:s3cret@ho st', 'mongodb://u:s3@cret@host', 'mongodb://u:s3/cret@host', 'mongodb://u:s3cret%zz@host',
    'mongodb://u:s3cret@host:port', 'mongodb://u:s3cret@a,,b', 'mongodb://u:s3cret@host/?tls=false', 'mongodb://u:s3cret@host/?tlsInsecure=true', 'mongodb://u:s3cret@host/?tlsCAFile=/etc/passwd',
    'mongodb://u:s3cret@host/?authMechanism=PLAIN', 'mongodb://u:s3cret@host/?proxyHost=x', 'mongodb://u:s3cret@host/?constructor=x', 'mongodb://u:s3cret@host/#x',
  ])('is refused when it is %s, and the password is not repeated', (address) => {
    const { faults } = parse({ ...source, url: address });
    expect(faults).toEqual([expect.stringMatching(/^url: expected/)]);
    expect(faults[0]).not.toMatch(/s3/);
  });

  test.each([
    ['mongodb://u:p%40ss@db.example', {}],
    ['mongodb://u:p%40ss@127.0.0.1:27018,localhost,[::1]:27019/admin?replicaSet=rs0&authSource=admin', undefined],
    ['mongodb://u:p%40ss@127.0.0.1,db.example', {}],
    ['mongodb://u:p%40ss@localhost.evil.example', {}],
    ['mongodb://u:p%40ss@127.evil.example', {}],
    ['mongodb+srv://u:p%40ss@localhost', {}],
  ])('%s is understood, and spoken to over TLS unless it is this machine', (address, tls) => {
    const faults = collectFaults('x');
    const parsed = parseAddress(sourceShape.parse({ ...source, url: address }), '/', faults);
    expect(faults.all()).toEqual([]);
    expect(parsed?.tls).toEqual(tls);
    expect(parsed?.url.reveal()).toBe(address);
    expect(JSON.stringify(parsed)).not.toContain('p%40ss');
  });

  test('is spoken to in the clear only when that is said', () => {
    expect(parseAddress(sourceShape.parse({ ...source, tls: false }), '/', collectFaults('x'))?.tls).toBeUndefined();
  });

  test('whose certificate is not there is a fault', () => {
    expect(parse({ ...source, tls: { ca: 'ca.pem' } }).faults).toEqual([expect.stringMatching(/^tls\.ca: cannot be read: .*ENOENT/)]);
  });
});

test('the driver is loaded by a call and not with the connectors', () => {
  const program = `
    import { createRequire } from 'node:module';
    import { mongodbKind } from './src/connectors/mongodb/kind.ts';
    const loaded = () => Object.keys(createRequire(process.cwd() + '/x').cache).some((path) => path.includes('/node_modules/mongodb/'));
    const source = mongodbKind.parse({ settings: { url: 'mongodb://127.0.0.1:1', database: 'crm' }, entities: { person: { key: '_id', settings: { collection: 'people' } } }, folder: '/' }, { all: () => [], at: () => ({}) });
    const connector = source.open({ source: 'crm', clock: Date.now, warn() {} });
    const before = loaded();
    await connector.read({ entity: 'person', keys: [], fields: [] }, { signal: new AbortController().signal, deadline: Infinity, requestId: 'r' });
    console.log(before, loaded());`;
  const root = join(import.meta.dirname, '../../../..');
  expect(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: root, encoding: 'utf8' }).trim()).toBe('false true');
});
