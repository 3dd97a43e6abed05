import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { collectFaults, faultLine } from '../../../src/parse/faults.ts';
import { parse } from '../../../src/parse/parse.ts';
import { parseStore, storeShape } from '../../../src/store/settings.ts';

function understand(store: unknown) {
  const faults = collectFaults('customer360.yaml');
  const text = parse(storeShape, store, faults.at('store'));
  const settings = text && parseStore(text, '/deployment', faults.at('store'));
  expect(settings === undefined).toBe(faults.all().length > 0);
  return { text, settings, faults: faults.all().map(faultLine) };
}

describe('the store', () => {
  test('is a file, which starts from the deployment', () => {
    expect(understand({ sqlite: '../data/store.sqlite' }).settings).toEqual({ kind: 'sqlite', path: '/data/store.sqlite' });
  });

  test('is moved to MongoDB with one line, and then writes wait for a majority of disks', () => {
    const { settings } = understand({ mongodb: 'mongodb://127.0.0.1:27017/customer360?replicaSet=rs0' });
    expect(settings).toMatchObject({ kind: 'mongodb', database: 'customer360', pool: 20, writeConcern: { w: 'majority', journal: true }, readConcern: 'majority', timeout: 5000, address: { tls: undefined } });
  });

  test('has a long form, whose database goes before that of the address', () => {
    const { settings } = understand({
      mongodb: { url: 'mongodb://u:s3cret@db.example/admin', database: 'c360', pool: 5, writeConcern: { w: 1, journal: false }, timeout: '2s' },
    });
    expect(settings).toMatchObject({ database: 'c360', pool: 5, writeConcern: { w: 1, journal: false }, readConcern: 'local', timeout: 2000, address: { tls: {} } });
  });

  test.each([
    ['mongodb://u:s3cret@db.example/c360'],
    [{ url: 'mongodb://u:s3cret@db.example/c360' }],
  ])('at %j prints no password', (mongodb) => {
    const understood = understand({ mongodb });
    expect(understood.faults).toEqual([]);
    expect(JSON.stringify(understood) + inspect(understood, { depth: 9 })).not.toContain('s3cret');
  });

  test.each([
    [{}, 'store: expected one engine'],
    [{ sqlite: 'x', mongodb: 'mongodb://u:s3cret@host/db' }, 'store: expected one engine'],
    [{ postgres: 'x' }, 'store: unknown key "postgres"'],
    ['mongodb://u:s3cret@host/db', 'store: expected an object'],
    [{ mongodb: 'mongodb://u:s3cret@host' }, 'store.mongodb: expected the name of a database'],
    [{ mongodb: 'mongodb://u:s3cret@host/' }, 'store.mongodb: expected the name of a database'],
    [{ mongodb: 'mongodb://u:s3cret@host/a$b' }, 'store.mongodb: expected the name of a database'],
    [{ mongodb: 'http://u:s3cret@host/db' }, 'store.mongodb: expected an address'],
    [{ mongodb: 'mongodb://u:s3cret@host/db?w=0' }, 'store.mongodb: expected no options but'],
    [{ mongodb: { url: 'mongodb://u:s3cret@host' } }, 'store.mongodb.url: expected the name of a database'],
    [{ mongodb: { url: 'mongodb://u:s3cret@host/?tlsInsecure=true', database: 'db' } }, 'store.mongodb.url: expected no options but'],
    [{ mongodb: { database: 'db' } }, 'store.mongodb.url: missing'],
    [{ mongodb: { url: 'mongodb://u:s3cret@host', database: 'a/b' } }, 'store.mongodb.database: expected the name'],
    [{ mongodb: { url: 'mongodb://u:s3cret@host/db', writeConcern: { w: 0 } } }, 'store.mongodb.writeConcern.w'],
    [{ mongodb: { url: 'mongodb://u:s3cret@host/db', writeConcern: { w: 1 }, readConcern: 'majority' } }, 'store.mongodb.readConcern: only "local"'],
    [{ mongodb: { url: 'mongodb://u:s3cret@host/db', readConcern: 'available' } }, 'store.mongodb.readConcern: expected'],
    [{ mongodb: { url: 'mongodb://u:s3cret@host/db', tls: { ca: 'nowhere.pem' } } }, 'store.mongodb.tls.ca: cannot be read'],
    [{ mongodb: { url: 'mongodb://u:s3cret@host/db', timeout: 5 } }, 'store.mongodb.timeout'],
  ])('%j is a fault with its place, and no password', (store, fault) => {
    const { faults } = understand(store);
    expect(faults).toEqual([expect.stringContaining(`customer360.yaml: ${fault}`)]);
    expect(faults.join()).not.toContain('s3cret');
  });
});

test('the driver of MongoDB is loaded by a store that is there, and by no other', () => {
  const program = `
    import { createRequire } from 'node:module';
    import { openStore } from './src/store/open-store.ts';
    import { secret } from './src/secret.ts';
    const loaded = () => Object.keys(createRequire(process.cwd() + '/x').cache).some((path) => path.includes('/node_modules/mongodb/'));
    const deps = { clock: Date.now, newId: () => 'x' };
    await (await openStore({ kind: 'sqlite', path: ':memory:' }, deps)).close();
    const before = loaded();
    const address = { url: secret('mongodb://u:s3cret@127.0.0.1:1'), database: undefined, tls: undefined };
    const settings = { kind: 'mongodb', address, database: 'x', pool: 1, writeConcern: { w: 1, journal: true }, readConcern: 'local', timeout: 100 };
    const said = await openStore(settings, deps).catch((error) => error.message);
    console.log(before, loaded(), said.includes('s3cret') || !said.startsWith('the store'));`;
  const root = join(import.meta.dirname, '../../..');
  expect(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: root, encoding: 'utf8' }).trim()).toBe('false true false');
});
