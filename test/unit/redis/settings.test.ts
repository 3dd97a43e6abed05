import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadDeployment } from '../../../src/load-deployment.ts';
import { ConfigError } from '../../../src/parse/faults.ts';
import { writeDeployment } from '../../fixtures/gateway.ts';
import { redisSettings } from '../../fixtures/redis-server.ts';
import { sampleEnvironment } from '../../fixtures/sample-environment.ts';

const faultOf = (text: object): string => {
  try {
    redisSettings(text);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

test.each([
  ['redis://127.0.0.1', { host: '127.0.0.1', port: 6379, user: undefined, database: 0, tls: undefined }],
  ['redis://[::1]:7000/3', { host: '::1', port: 7000, database: 3, tls: undefined }],
  ['rediss://gateway:p%40ss@cache.bank.example:6380', { host: 'cache.bank.example', port: 6380, user: 'gateway', tls: {} }],
  ['rediss://:word@127.0.0.1', { user: undefined, tls: {} }],
  // Beyond this machine TLS is spoken unless it is said otherwise.
  ['redis://cache.bank.example', { tls: {} }],
  ['redis://127.attacker.example', { tls: {} }],
])('%s is read', (url, expected) => {
  expect(redisSettings({ url })).toMatchObject(expected);
});

test('a password is taken as it was before it was encoded, and shows nowhere', () => {
  const settings = redisSettings({ url: 'redis://gateway:p%40ss@127.0.0.1' });
  expect(settings.password?.reveal()).toBe('p@ss');
  expect(JSON.stringify(settings)).not.toContain('p@ss');
});

test('in the clear to another machine takes a word of its own', () => {
  expect(redisSettings({ url: 'redis://cache.bank.example', tls: false }).tls).toBeUndefined();
});

test.each<[string, object, string]>([
  ['another scheme', { url: 'http://:secret@127.0.0.1' }, 'url: expected an address like'],
  ['no host', { url: 'redis://' }, 'url: expected an address like'],
  ['options', { url: 'rediss://:secret@127.0.0.1?tls=no' }, 'with no options'],
  ['a database that is none', { url: 'redis://:secret@127.0.0.1/customers' }, 'url: expected an address like'],
  ['a password that is not encoded', { url: 'redis://:secret%zz@127.0.0.1' }, 'percent-encoded'],
  ['TLS that is off in an address that is TLS', { url: 'rediss://:secret@127.0.0.1', tls: false }, 'tls: "rediss" is TLS'],
  ['a file that is not there', { url: 'rediss://127.0.0.1', tls: { ca: 'none.pem' } }, 'tls.ca: cannot be read'],
  ['a key that is too short', { url: 'redis://127.0.0.1', key: 'short' }, 'key: expected at least 32 bytes'],
  ['a wait without an end', { url: 'redis://127.0.0.1', timeout: '1h' }, 'timeout: expected from 10ms to 5s'],
  ['a prefix that others could read otherwise', { url: 'redis://127.0.0.1', prefix: 'a:b' }, 'prefix: expected letters'],
])('%s is a fault, and no message shows the password', (_name, text, fault) => {
  expect(faultOf(text)).toContain(fault);
  expect(faultOf(text)).not.toContain('secret@');
});

test.each<[string, string, string]>([
  ['that are to be shared without a place for it', 'rowCache: { shared: true }', 'customer360.yaml: rowCache.shared: needs "redis"'],
  ['for which a read would wait as long as it takes', 'rowCache: { sharedWait: 1m }', 'customer360.yaml: rowCache.sharedWait: expected from 1ms to 1s'],
  ['in a Redis that has no key', 'redis: { url: "redis://127.0.0.1" }', 'customer360.yaml: redis.key'],
])('rows %s stop the start', async (_name, setting, fault) => {
  const text = await readFile(join(import.meta.dirname, '../../../config/customer360.yaml'), 'utf8');
  const folder = await writeDeployment({ files: { 'customer360.yaml': `${text}\n${setting}\n` } });
  await expect(loadDeployment(folder, sampleEnvironment)).rejects.toThrow(fault);
  await rm(folder, { recursive: true });
});
