import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { RedisError, type Listener, type Redis } from '../../src/redis/redis.ts';
import { openRateCounter } from '../../src/tokens/rate-counter.ts';
import { hasOpenssl, makeCertificates } from '../fixtures/certificates.ts';
import { freePort } from '../fixtures/free-port.ts';
import { connectTo, startRedis, withRedis, type RedisServer } from '../fixtures/redis-server.ts';
import { until } from '../fixtures/until.ts';

const { title, skipped } = withRedis('The connection to Redis');

(skipped ? describe.skip : describe)(title, () => {
  let server: RedisServer;
  const open: Redis[] = [];
  const connect = async (text: object = {}, to = server): ReturnType<typeof connectTo> => {
    const redis = await connectTo(to, text);
    open.push(redis);
    return redis;
  };
  const value = async (redis: Redis, name: string, within?: number): Promise<string | undefined> =>
    (await redis.ask('rows.read', (commands) => commands.values([name]), within))[0]?.toString();
  const failure = (asked: Promise<unknown>): Promise<unknown> => asked.then(() => 'an answer', (error: unknown) => (error instanceof RedisError ? error.code : error));
  /** Notes what a process hears. */
  const hearing = (redis: Redis): { readonly heard: string[]; readonly listener: Listener } => {
    const heard: string[] = [];
    const listener = { told: (message: Buffer) => void heard.push(message.toString()), missed: () => void heard.push('missed') };
    redis.listen(listener);
    return { heard, listener };
  };

  beforeAll(async () => {
    server = await startRedis();
  }, 30_000);
  afterEach(() => open.splice(0).forEach((redis) => redis.close()));
  afterAll(() => server.stop());

  test('keeps what is put there for a time, and lets nobody take what was claimed', async () => {
    const [one, other] = [await connect(), await connect()];
    await one.ask('rows.keep', (commands) => commands.put([{ name: 'a', value: 'first', keepFor: 60_000 }]));
    const claimed = await other.ask('rows.claim', (commands) => commands.claim([{ name: 'a', value: 'second', keepFor: 60_000 }, { name: 'b', value: Buffer.from([0, 255]), keepFor: 60_000 }]));
    expect(claimed).toEqual([Buffer.from('first'), Buffer.from([0, 255])]);
    expect(await one.ask('rows.read', (commands) => commands.values(['b', 'nothing', 'a']))).toEqual([Buffer.from([0, 255]), null, Buffer.from('first')]);
    await one.ask('rows.keep', (commands) => commands.put([{ name: 'brief', value: 'x', keepFor: 1 }], [{ name: 'a', keepFor: 120_000 }]));
    await until(async () => await value(one, 'brief') === undefined);
    expect(await server.client.pTTL('a')).toBeGreaterThan(60_000);
  });

  test('lets go of names and tells every process, itself too, before whoever asked has the answer', async () => {
    const [one, other] = [await connect(), await connect()];
    const both = [hearing(one).heard, hearing(other).heard];
    await one.ask('rows.keep', (commands) => commands.put(['x', 'y'].map((name) => ({ name, value: '1', keepFor: 60_000 }))));
    await one.ask('drop', (commands) => commands.drop(['x', 'y'], Buffer.from([1, 254])));
    expect(await value(other, 'x')).toBeUndefined();
    // What is asked after it is answered after it was heard.
    expect(both[1]).toEqual([Buffer.from([1, 254]).toString()]);
    await until(() => both[0]?.length === 1);
    await one.ask('drop', (commands) => commands.drop([], Buffer.from('no names')));
    await until(() => both.every((heard) => heard.at(-1) === 'no names'));
  });

  test('hears nothing of those who use the same Redis under another prefix', async () => {
    const [ours, theirs] = [await connect(), await connect({ prefix: 'other' })];
    const { heard } = hearing(ours);
    await theirs.ask('drop', (commands) => commands.drop([], Buffer.from('theirs')));
    await ours.ask('drop', (commands) => commands.drop([], Buffer.from('ours')));
    await until(() => heard.length > 0);
    expect(heard).toEqual(['ours']);
  });

  test('is not waited for longer than said while it is silent, is not asked then, and goes on by itself', async () => {
    const redis = await connect({ timeout: '200ms' });
    const { heard } = hearing(redis);
    server.freeze();
    try {
      expect(await failure(value(redis, 'a', 20))).toBe('TIMEOUT');
      expect(await failure(value(redis, 'a'))).toBe('TIMEOUT');
      expect([redis.isUp(), await failure(value(redis, 'a'))]).toEqual([false, 'DOWN']);
      // A connection on which nothing is heard is given up: nobody knows what was told meanwhile.
      await until(() => heard.includes('missed'));
    } finally {
      server.resume();
    }
    await until(() => redis.isUp());
    expect(redis.events.flatMap((event) => (event.kind === 'state' ? [event.up] : []))).toEqual([true, false, true]);
    await redis.ask('drop', (commands) => commands.drop([], Buffer.from('again')));
    await until(() => heard.at(-1) === 'again');
    expect(heard).toEqual(['missed', 'missed', 'again']);
  }, 40_000);

  test('is found again after it was gone, with a pause that ends', async () => {
    const redis = await connect();
    const { heard } = hearing(redis);
    await server.end();
    await until(() => !redis.isUp());
    expect(await failure(value(redis, 'a'))).toBe('DOWN');
    await server.start();
    await until(() => redis.isUp());
    await redis.ask('drop', (commands) => commands.drop([], Buffer.from('again')));
    await until(() => heard.length === 3);
    expect(heard).toEqual(['missed', 'missed', 'again']);
  }, 40_000);

  test('may be there later than the process', async () => {
    const redis = await connect({ url: `redis://127.0.0.1:${await freePort()}` });
    expect([redis.isUp(), redis.events]).toEqual([false, [{ kind: 'state', up: false, reason: 'ECONNREFUSED' }]]);
  });

  test('ends, and what waits for it', async () => {
    const redis = await connect();
    server.freeze();
    const waiting = failure(value(redis, 'a'));
    redis.close();
    redis.close();
    server.resume();
    expect(await waiting).toBe('ERROR');
    expect(await failure(value(redis, 'a'))).toBe('DOWN');
  });

  test('is made as the user that the address names, who needs the rights that docs/operations.md lists and no others', async () => {
    const operations = await readFile(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
    const rights = /ACL SETUSER gateway (on .*)/.exec(operations)?.[1]?.split(' ') ?? [];
    const own = await startRedis({ options: ['--user', 'gateway', ...rights.map((right) => right.replace('>PASSWORD', '>let-me-in'))] });
    try {
      const sure = await connect({ url: own.url.replace('//', '//gateway:let-me-in@') });
      const { heard } = hearing(sure);
      const put = { name: 'customer360:row:x', value: '1', keepFor: 60_000 };
      await sure.ask('rows.claim', (commands) => commands.claim([put]));
      await sure.ask('rows.keep', (commands) => commands.put([put], [put]));
      expect(await value(sure, put.name)).toBe('1');
      await sure.ask('drop', (commands) => commands.drop([put.name], Buffer.from('told')));
      await until(() => heard.length === 1);
      const rate = openRateCounter(sure);
      for (const remaining of [1, 0, 0]) expect(await rate({ name: 'rate', requests: 2, per: 60_000 }, 'somebody')).toMatchObject({ remaining });
      expect(sure.events.flatMap((event) => (event.kind === 'asked' && event.failed !== undefined ? [event] : []))).toEqual([]);
      expect(await own.client.keys('*')).toHaveLength(1);
      expect(await failure(value(sure, 'other:x'))).toBe('ERROR');
      const wrong = await connect({ url: own.url.replace('//', '//gateway:wrong@') });
      expect([wrong.isUp(), wrong.events[0]]).toEqual([false, { kind: 'state', up: false, reason: 'WRONGPASS' }]);
    } finally {
      await own.stop();
    }
  }, 30_000);

  (hasOpenssl() ? test : test.skip)(`is made over TLS, with whose certificate is trusted and nobody else${hasOpenssl() ? '' : ' (needs openssl)'}`, async () => {
    const certificates = makeCertificates();
    const file = (name: string): string => join(certificates.folder, name);
    const own = await startRedis({
      scheme: 'rediss', tls: { ca: certificates.read('ca.pem') },
      options: ['--tls-cert-file', file('server.pem'), '--tls-key-file', file('server.key'), '--tls-ca-cert-file', file('ca.pem'), '--tls-auth-clients', 'optional'],
    });
    try {
      const sure = await connect({ tls: { ca: file('ca.pem') } }, own);
      expect(await value(sure, 'a')).toBeUndefined();
      const untrusted = await connect({}, own);
      expect([untrusted.isUp(), untrusted.events[0]]).toEqual([false, { kind: 'state', up: false, reason: expect.stringMatching(/CERT|SELF_SIGNED|UNABLE/) }]);
    } finally {
      await own.stop();
    }
  }, 30_000);
});
