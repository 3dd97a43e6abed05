import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authenticator } from '../../../src/caller/authenticate.ts';
import {
  anAuthenticator,
  base64url,
  ecPair,
  handmade,
  idp,
  invalid,
  issuersOf,
  jwkOf,
  nowInSeconds,
  pem,
  rsaPair,
  secretText,
  signed,
  someClaims,
} from './fixtures.ts';

const rsa = rsaPair();
const ec = ecPair();
const stranger = rsaPair();
const strangerEc = ecPair();
const other = 'https://other.example';

let folder: string;
let authenticator: Authenticator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'caller-'));
  const jwks = { keys: [jwkOf(rsa.publicKey, { kid: 'rsa' }), jwkOf(ec.publicKey, { kid: 'ec' })] };
  await writeFile(join(folder, 'keys.json'), JSON.stringify(jwks));
  const issuers = issuersOf(
    { algorithms: ['RS256', 'ES256'], keys: { jwksFile: 'keys.json' } },
    { issuer: other, kinds: ['partner'] },
  );
  authenticator = await anAuthenticator(issuers, { folder });
});
afterAll(async () => rm(folder, { recursive: true }));

const claims = someClaims();
const good = signed(claims, { key: rsa.privateKey, algorithm: 'RS256', kid: 'rsa' });
const goodEc = signed(claims, { key: ec.privateKey, algorithm: 'ES256', kid: 'ec' });
const rs256 = (others: Readonly<Record<string, unknown>>): string =>
  signed(someClaims(others), { key: rsa.privateKey, algorithm: 'RS256', kid: 'rsa' });
const json = JSON.stringify;
const header = (members: Readonly<Record<string, unknown>>): string => json({ alg: 'RS256', kid: 'rsa', typ: 'JWT', ...members });
const byHand = (head: string, payload: string | Buffer = json(claims)): string => handmade(head, payload, rsa.privateKey);
const authenticate = (token: string) => authenticator.authenticate(`Bearer ${token}`);

describe('a good token', () => {
  test.each([
    ['RS256', good],
    ['ES256', goodEc],
    ['made by hand', byHand(header({}))],
    ['without kid or type', byHand(json({ alg: 'RS256' }))],
    ['of the type of access tokens', byHand(header({ typ: 'at+jwt' }))],
  ])('is accepted: %s', async (_name, token) => {
    expect(await authenticate(token)).toMatchObject({ kind: 'caller', caller: { subject: 'agent-7' } });
  });
});

describe('a forged token is refused', () => {
  const [head = '', payload = '', signature = ''] = good.split('.');
  const unsigned = base64url(json({ alg: 'none', typ: 'JWT' }));
  const ownKey = { jwk: jwkOf(stranger.publicKey, { kid: 'rsa' }) };
  const byStranger = (members: Readonly<Record<string, unknown>>): string => handmade(header(members), json(claims), stranger.privateKey);

  const forged: readonly [string, string][] = [
    ['alg none, no signature', `${unsigned}.${payload}.`],
    ['alg none, two parts', `${unsigned}.${payload}`],
    ['alg none, old signature', `${unsigned}.${payload}.${signature}`],
    ['alg NONE', `${base64url(json({ alg: 'NONE' }))}.${payload}.${signature}`],
    ['HS256 with the public key as secret', handmade(header({ alg: 'HS256' }), json(claims), pem(rsa.publicKey))],
    ['HS256 with the trimmed public key as secret', handmade(header({ alg: 'HS256' }), json(claims), pem(rsa.publicKey).trim())],
    ['HS256 with the key`s modulus as secret', handmade(header({ alg: 'HS256' }), json(claims), String(jwkOf(rsa.publicKey)['n']))],
    ['HS256 with another issuer`s secret', handmade(header({ alg: 'HS256' }), json(claims), secretText)],
    ['the RSA algorithm for the EC key', byHand(header({ kid: 'ec' }))],
    ['an algorithm that is not the issuer`s', signed(claims, { key: rsa.privateKey, algorithm: 'RS512', kid: 'rsa' })],
    ['PS256 where RS256 is declared', signed(claims, { key: rsa.privateKey, algorithm: 'PS256', kid: 'rsa' })],
    ['a stranger`s key', byStranger({})],
    ['a stranger`s key under an unknown name', byStranger({ kid: 'mine' })],
    ['a stranger`s EC key', signed(claims, { key: strangerEc.privateKey, algorithm: 'ES256', kid: 'ec' })],
    ['its own key as jwk', byStranger(ownKey)],
    ['its own certificate as x5c', byStranger({ x5c: [pem(stranger.publicKey)] })],
    ['an address of keys as jku', byStranger({ jku: 'https://evil.example/keys' })],
    ['an address of certificates as x5u', byStranger({ x5u: 'https://evil.example/cert' })],
    ['a path as kid', byStranger({ kid: '../../../dev/null' })],
    ['a statement as kid', byStranger({ kid: "' UNION SELECT 'key" })],
    ['an inherited name as kid', byStranger({ kid: '__proto__' })],
    ['a list as kid', byStranger({ kid: ['rsa'] })],
    ['no algorithm', byStranger({ alg: undefined })],
    ['an empty signature', `${head}.${payload}.`],
    ['a signature of zeros', `${goodEc.split('.').slice(0, 2).join('.')}.${base64url(Buffer.alloc(64))}`],
    ['the signature of another token', `${good.split('.').slice(0, 2).join('.')}.${rs256({ sub: 'x' }).split('.')[2]}`],
    ['the payload of another token', `${head}.${base64url(json(someClaims({ sub: 'boss' })))}.${signature}`],
    ['another issuer`s name under this key', rs256({ iss: other })],
    ['this issuer`s name under another`s secret', signed(claims, { key: secretText })],
    ['an unknown issuer', rs256({ iss: 'https://evil.example' })],
  ];
  test.each(forged)('%s', async (_name, token) => {
    expect(await authenticate(token)).toEqual(invalid);
  });
});

describe('a genuine token is refused', () => {
  const genuine: readonly [string, string][] = [
    ['with a key of its own beside', byHand(header({ jwk: jwkOf(rsa.publicKey) }))],
    ['with jku', byHand(header({ jku: idp }))],
    ['with x5u', byHand(header({ x5u: idp }))],
    ['with x5c', byHand(header({ x5c: [] }))],
    ['with crit', byHand(header({ crit: ['b64'], b64: false }))],
    ['with an empty crit', byHand(header({ crit: [] }))],
    ['made for another use', byHand(header({ typ: 'logout+jwt' }))],
    ['with alg twice', byHand('{"alg":"none","alg":"RS256","kid":"rsa"}')],
    ['with kid twice', byHand('{"alg":"RS256","kid":"ec","kid":"rsa"}')],
    ['with a claim twice', byHand(header({}), `{"kind":"customer",${json(claims).slice(1)}`)],
    ['with a claim twice, once in escapes', byHand(header({}), `{"r\\u006fles":["admin"],${json(claims).slice(1)}`)],
    ['with a nested claim twice', byHand(header({}), `{"act":{"sub":"a","sub":"b"},${json(claims).slice(1)}`)],
    ['with a list as payload', byHand(header({}), json([claims]))],
    ['with a text as payload', byHand(header({}), json('claims'))],
    ['with a payload that is no JSON', byHand(header({}), `${json(claims)},`)],
    ['with bytes that are no text', byHand(header({}), Buffer.from(json({ ...claims, name: 'Zoë' }), 'latin1'))],
    ['for another audience', rs256({ aud: 'another' })],
    ['for other audiences', rs256({ aud: ['another', 'customer360 '] })],
    ['for no audience', rs256({ aud: undefined })],
    ['for an audience in another case', rs256({ aud: 'Customer360' })],
    ['without expiry', rs256({ exp: undefined })],
    ['with an expiry in words', byHand(header({}), json({ ...claims, exp: '2999-01-01' }))],
    ['with an endless expiry', byHand(header({}), json(claims).replace(/"exp":\d+/, '"exp":1e999'))],
    ['that begins later than the skew allows', rs256({ nbf: nowInSeconds + 31 })],
    ['with a begin in words', byHand(header({}), json({ ...claims, nbf: 'now' }))],
    ['without a kind', rs256({ kind: undefined })],
    ['of a kind that the issuer may not vouch for', rs256({ kind: 'customer' })],
    ['of more than 8 kB', rs256({ padding: 'x'.repeat(7000) })],
  ];
  test.each(genuine)('%s', async (_name, token) => {
    expect(await authenticate(token)).toEqual(invalid);
  });

  test('as expired once its time and the skew are over', async () => {
    expect(await authenticate(rs256({ exp: nowInSeconds - 30 }))).toEqual({ kind: 'refused', reason: 'expired' });
  });

  test('as merely invalid when it is expired and forged', async () => {
    const forged = signed(someClaims({ exp: 1 }), { key: stranger.privateKey, algorithm: 'RS256', kid: 'rsa' });
    expect(await authenticate(forged)).toEqual(invalid);
  });
});

describe('a damaged token is refused', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ';
  /** A small generator with a fixed seed, so that a failure can be repeated. */
  function seeded(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  test.each([
    ['RS256', good],
    ['ES256', goodEc],
  ])('in any of 1000 random ways (%s)', async (_name, token) => {
    const random = seeded(7);
    const damaged = new Set<string>();
    while (damaged.size < 1000) {
      const at = random(token.length);
      const inserted = alphabet.charAt(random(alphabet.length));
      const changed = token.slice(0, at) + (random(3) === 0 ? '' : inserted) + token.slice(at + (random(3) === 0 ? 0 : 1));
      if (changed !== token) damaged.add(changed);
    }
    for (const changed of damaged) expect([changed, await authenticate(changed)]).toEqual([changed, invalid]);
  });

  test('in any other spelling of its last character', async () => {
    for (const token of [good, goodEc]) {
      for (const last of alphabet) {
        const changed = token.slice(0, -1) + last;
        if (changed !== token) expect([changed, await authenticate(changed)]).toEqual([changed, invalid]);
      }
    }
  });

  test('at whatever length it is cut off', async () => {
    for (let length = 0; length < good.length; length += 1) {
      expect([length, await authenticate(good.slice(0, length))]).toEqual([length, invalid]);
    }
  });
});

describe('an Authorization header', () => {
  test.each(['Bearer', 'bearer', 'BEARER'])('may spell its scheme %s', async (scheme) => {
    expect(await authenticator.authenticate(`${scheme} ${good}`)).toMatchObject({ kind: 'caller' });
  });

  test('that is missing is told apart', async () => {
    expect(await authenticator.authenticate(undefined)).toEqual({ kind: 'refused', reason: 'missing' });
  });

  test.each([
    '',
    'Bearer',
    'Bearer ',
    good,
    `Bearer  ${good}`,
    ` Bearer ${good}`,
    `Bearer ${good} `,
    `Bearer ${good}\n`,
    `Bearer\t${good}`,
    `Bearer ${good}, Bearer ${good}`,
    `Bearer ${good}=`,
    `Basic ${good}`,
    `DPoP ${good}`,
    `Bearer "${good}"`,
    `Bearer ${'a'.repeat(10_000_000)}`,
  ])('must be exactly Bearer and a token (case %#)', async (value) => {
    expect(await authenticator.authenticate(value)).toEqual(invalid);
  });
});
