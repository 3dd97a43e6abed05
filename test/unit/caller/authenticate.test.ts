import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authenticator } from '../../../src/caller/authenticate.ts';
import { ConfigError } from '../../../src/parse/faults.ts';
import {
  aKeyServer,
  anAuthenticator,
  ecPair,
  idp,
  invalid,
  issuersOf,
  jwkOf,
  now,
  nowInSeconds,
  pem,
  rsaPair,
  signed,
  someClaims,
} from './fixtures.ts';

const minute = 60_000;
const bearer = (token: string): string => `Bearer ${token}`;

describe('an authenticator', () => {
  test('says who calls', async () => {
    const { authenticate } = await anAuthenticator();
    expect(await authenticate(bearer(signed(someClaims())))).toEqual({
      kind: 'caller',
      caller: {
        kind: 'staff',
        subject: 'agent-7',
        issuer: idp,
        tokenId: undefined,
        actor: undefined,
        roles: ['support'],
        scopes: [],
        purposes: ['service.support'],
        audience: 'internal',
        customers: 'all',
        regions: [],
        expiresAt: now + 600_000,
      },
    });
  });

  test.each([
    ['expires within the skew', { exp: nowInSeconds - 29 }],
    ['begins within the skew', { nbf: nowInSeconds + 30 }],
    ['names several audiences', { aud: ['another', 'customer360'] }],
  ])('accepts a token that %s', async (_name, claims) => {
    const { authenticate } = await anAuthenticator();
    expect(await authenticate(bearer(signed(someClaims(claims))))).toMatchObject({ kind: 'caller' });
  });

  test.each([0, 30])('refuses the same token once it has expired, %s seconds of skew included', async (skew) => {
    let time = now;
    const { authenticate } = await anAuthenticator(issuersOf({ clockSkew: `${skew}s` }), { clock: () => time });
    const token = bearer(signed(someClaims({ exp: nowInSeconds + 60 })));
    for (const last of [0, 59_999 + skew * 1000]) {
      time = now + last;
      expect(await authenticate(token)).toMatchObject({ kind: 'caller' });
    }
    time = now + 60_000 + skew * 1000;
    expect(await authenticate(token)).toEqual({ kind: 'refused', reason: 'expired' });
  });

  test('accepts no spelling of a token but its own once it is known', async () => {
    const { authenticate } = await anAuthenticator();
    const token = signed(someClaims());
    expect(await authenticate(bearer(token))).toMatchObject({ kind: 'caller' });
    for (const another of [token.slice(0, -1), `${token}A`, token.replace(/.(?=[^.]*$)/, (one) => (one === 'A' ? 'B' : 'A'))]) {
      expect(await authenticate(bearer(another))).toEqual({ kind: 'refused', reason: 'invalid' });
    }
    expect(await authenticate(token)).toEqual({ kind: 'refused', reason: 'invalid' });
  });

  test('ignores the kid where an issuer has a single key', async () => {
    const { authenticate } = await anAuthenticator();
    expect(await authenticate(bearer(signed(someClaims(), { kid: 'whatever' })))).toMatchObject({ kind: 'caller' });
  });

  test('keeps several issuers apart, each with its key, audience and kinds', async () => {
    const [staffSecret, partnerSecret] = ['s', 'p'].map((letter) => letter.repeat(32));
    const partners = 'https://partners.example';
    const { authenticate } = await anAuthenticator(
      issuersOf(
        { keys: { secret: staffSecret } },
        { issuer: partners, audience: 'partner-api', keys: { secret: partnerSecret }, kinds: ['partner'] },
      ),
    );
    const partner = { iss: partners, aud: 'partner-api', kind: 'partner', view: 'acme' };
    const authenticateWith = (claims: Record<string, unknown>, key = partnerSecret) =>
      authenticate(bearer(signed(someClaims(claims), key === undefined ? {} : { key })));

    expect(await authenticateWith({}, staffSecret)).toMatchObject({ caller: { kind: 'staff' } });
    expect(await authenticateWith(partner)).toMatchObject({ caller: { kind: 'partner', audience: 'acme', customers: [] } });
    expect(await authenticateWith(partner, staffSecret)).toEqual(invalid);
    expect(await authenticateWith({ ...partner, aud: 'customer360' })).toEqual(invalid);
    expect(await authenticateWith({ ...partner, kind: 'staff' })).toEqual(invalid);
  });

  test.each([
    ['RS256', rsaPair()],
    ['PS256', rsaPair()],
    ['ES256', ecPair('P-256')],
    ['ES384', ecPair('P-384')],
  ] as const)('verifies %s', async (algorithm, { publicKey, privateKey }) => {
    const folder = await mkdtemp(join(tmpdir(), 'caller-'));
    try {
      await writeFile(join(folder, 'key.pem'), pem(publicKey));
      const issuers = issuersOf({ algorithms: [algorithm], keys: { publicKeyFile: 'key.pem' } });
      const { authenticate } = await anAuthenticator(issuers, { folder });
      expect(await authenticate(bearer(signed(someClaims(), { key: privateKey, algorithm })))).toMatchObject({ kind: 'caller' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('key files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'caller-'));
    const { publicKey, privateKey } = ecPair();
    const files = {
      'private.pem': privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      'short.pem': pem(rsaPair(1024).publicKey),
      'ec.pem': pem(publicKey),
      'broken.pem': 'no key',
      'broken.json': '{',
      'other.json': '{"error":"not found"}',
      'ec.json': JSON.stringify({ keys: [jwkOf(publicKey)] }),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  });
  afterAll(async () => rm(folder, { recursive: true }));

  test('that cannot be used stop the start, all of them together and by name', async () => {
    const pems = ['missing.pem', 'private.pem', 'short.pem', 'ec.pem', 'broken.pem'].map((file) => ({ keys: { publicKeyFile: file } }));
    const sets = ['missing.json', 'broken.json', 'other.json', 'ec.json'].map((file) => ({ keys: { jwksFile: file } }));
    const texts = [...pems, ...sets].map((text, index) => ({ ...text, issuer: `https://${index}.example`, algorithms: ['RS256'] }));
    const failure: unknown = await anAuthenticator(issuersOf(...texts), { folder }).catch((error: unknown) => error);
    if (!(failure instanceof ConfigError)) throw new Error('expected a ConfigError');
    expect(failure.faults.map(({ file }) => file)).toEqual([
      'missing.pem',
      'private.pem',
      'short.pem',
      'ec.pem',
      'broken.pem',
      'missing.json',
      'broken.json',
      'other.json',
      'ec.json',
    ]);
    const message = (file: string) => failure.faults.find((fault) => fault.file === file)?.message;
    expect(message('missing.pem')).toContain('ENOENT');
    expect(message('private.pem')).toContain('private key');
    expect(message('short.pem')).toContain('2048');
    expect(message('ec.json')).toContain('RS256 of issuer https://8.example');
  });
});

describe('keys at an address', () => {
  const first = rsaPair();
  const second = rsaPair();
  const jwk = (name: 'first' | 'second') => jwkOf((name === 'first' ? first : second).publicKey, { kid: name, use: 'sig', alg: 'RS256' });
  const token = (name: 'first' | 'second') => {
    const key = (name === 'first' ? first : second).privateKey;
    return bearer(signed(someClaims({ exp: nowInSeconds + 36_000 }), { key, algorithm: 'RS256', kid: name }));
  };

  let server: Awaited<ReturnType<typeof aKeyServer>>;
  let time: number;
  let warnings: string[];
  let authenticator: Authenticator;
  beforeEach(async () => {
    server = await aKeyServer();
    time = now;
    warnings = [];
    authenticator = await anAuthenticator(issuersOf({ algorithms: ['RS256'], keys: { jwksUrl: server.url } }), {
      clock: () => time,
      warn: (message) => void warnings.push(message),
    });
  });
  afterEach(async () => {
    authenticator.close();
    authenticator.close();
    await server.close();
  });
  const accepted = async (name: 'first' | 'second') => (await authenticator.authenticate(token(name))).kind === 'caller';

  test('are fetched once and kept', async () => {
    server.publish(jwk('first'));
    expect(await accepted('first')).toBe(true);
    expect(await accepted('first')).toBe(true);
    expect(server.state.requests).toBe(1);
  });

  test('may change: the new key is accepted when it appears, the old one refused after the cache time', async () => {
    server.publish(jwk('first'));
    expect([await accepted('first'), await accepted('second')]).toEqual([true, false]);

    server.publish(jwk('first'), jwk('second'));
    time += 30_000;
    expect([await accepted('first'), await accepted('second')]).toEqual([true, true]);

    server.publish(jwk('second'));
    expect([await accepted('first'), await accepted('second')]).toEqual([true, true]);
    time += 10 * minute;
    expect([await accepted('first'), await accepted('second')]).toEqual([false, true]);
  });

  test('are not asked for again by every token with an invented kid', async () => {
    server.publish(jwk('first'));
    await accepted('first');
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const forged = signed(someClaims(), { key: second.privateKey, algorithm: 'RS256', kid: `invented-${attempt}` });
      expect(await authenticator.authenticate(bearer(forged))).toEqual(invalid);
    }
    expect(server.state.requests).toBe(1);
  });

  const failures: readonly [string, (state: (typeof server)['state']) => void][] = [
    ['it answers 500', (state) => void (state.status = 500)],
    ['it answers something else', (state) => void (state.body = '<html>')],
    ['it answers JSON that is no key set', (state) => void (state.body = '{"message":"busy"}')],
    ['it answers without end', (state) => void (state.body = ' '.repeat(300 * 1024) + state.body)],
    ['it redirects', (state) => Object.assign(state, { status: 302, headers: { location: '/elsewhere' } })],
  ];
  test.each(failures)('stay in use for the grace when %s, and operators are told', async (_name, fail) => {
    server.publish(jwk('first'));
    expect(await accepted('first')).toBe(true);
    fail(server.state);
    time += 69 * minute;
    expect(await accepted('first')).toBe(true);
    time += minute;
    expect(await accepted('first')).toBe(false);
    expect(warnings[0]).toContain(`issuer ${idp} can't be fetched from ${server.url}`);
  });

  test('are not waited for longer than two seconds', async () => {
    server.state.silent = true;
    const startedAt = performance.now();
    expect(await accepted('first')).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(warnings).toHaveLength(1);
  });

  test('are given up on closing, without a warning', async () => {
    server.state.silent = true;
    const waiting = accepted('first');
    await new Promise((resolve) => setTimeout(resolve, 50));
    authenticator.close();
    expect(await waiting).toBe(false);
    expect(warnings).toEqual([]);
  });
});
