import { describe, expect, test } from '@jest/globals';
import { findKey, readJwks } from '../../../src/caller/keys.ts';
import { ecPair, jwkOf, rsaPair } from './fixtures.ts';

const rsa = rsaPair();
const p256 = ecPair();

describe('a key set', () => {
  test('gives keys by kid, for algorithms that fit them', async () => {
    const keys = await readJwks({ keys: [jwkOf(rsa.publicKey, { kid: 'r' }), jwkOf(p256.publicKey, { kid: 'e', use: 'sig' })] });
    expect(findKey(keys, 'r', 'RS256')?.equals(rsa.publicKey)).toBe(true);
    expect(findKey(keys, 'r', 'PS256')?.equals(rsa.publicKey)).toBe(true);
    expect(findKey(keys, 'e', 'ES256')?.equals(p256.publicKey)).toBe(true);
    expect(findKey(keys, 'e', 'ES384')).toBeUndefined();
    expect(findKey(keys, 'e', 'RS256')).toBeUndefined();
    expect(findKey(keys, 'r', 'HS256')).toBeUndefined();
    expect(findKey(keys, 'x', 'RS256')).toBeUndefined();
  });

  test('holds a key to the algorithm that it was published for', async () => {
    const keys = await readJwks({ keys: [jwkOf(rsa.publicKey, { kid: 'r', alg: 'PS256' })] });
    expect(findKey(keys, 'r', 'PS256')).toBeDefined();
    expect(findKey(keys, 'r', 'RS256')).toBeUndefined();
  });

  test('serves a token without kid when a single key fits its algorithm', async () => {
    const one = await readJwks({ keys: [jwkOf(rsa.publicKey, { kid: 'r' }), jwkOf(p256.publicKey, { kid: 'e' })] });
    expect(findKey(one, undefined, 'ES256')?.equals(p256.publicKey)).toBe(true);
    const two = await readJwks({ keys: [jwkOf(p256.publicKey, { kid: 'e' }), jwkOf(ecPair().publicKey, { kid: 'f' })] });
    expect(findKey(two, undefined, 'ES256')).toBeUndefined();
  });

  test('does not choose between two keys of one name', async () => {
    const keys = await readJwks({ keys: [jwkOf(p256.publicKey, { kid: 'e' }), jwkOf(ecPair().publicKey, { kid: 'e' })] });
    expect(findKey(keys, 'e', 'ES256')).toBeUndefined();
  });

  const unsuitable: readonly [string, Record<string, unknown>, 'RS256' | 'ES256'][] = [
    ['for encryption', jwkOf(rsa.publicKey, { kid: 'k', use: 'enc' }), 'RS256'],
    ['for an encryption algorithm', jwkOf(rsa.publicKey, { kid: 'k', alg: 'RSA-OAEP' }), 'RS256'],
    ['for other operations', jwkOf(rsa.publicKey, { kid: 'k', key_ops: ['encrypt'] }), 'RS256'],
    ['of RSA with 1024 bits', jwkOf(rsaPair(1024).publicKey, { kid: 'k' }), 'RS256'],
    ['of another curve', jwkOf(ecPair('secp256k1').publicKey, { kid: 'k' }), 'ES256'],
    ['that is private', jwkOf(p256.privateKey, { kid: 'k' }), 'ES256'],
    ['that is symmetric', { kty: 'oct', kid: 'k', k: 'c2VjcmV0' }, 'RS256'],
    ['that is broken', { kty: 'RSA', kid: 'k', n: '!', e: 'AQAB' }, 'RS256'],
    ['of an unknown type', { kty: 'XYZ', kid: 'k' }, 'RS256'],
  ];
  test.each(unsuitable)('leaves out a key %s, and keeps the others', async (_name, jwk, algorithm) => {
    const good = ecPair();
    const keys = await readJwks({ keys: [jwk, jwkOf(good.publicKey, { kid: 'good' })] });
    expect(findKey(keys, 'k', algorithm)).toBeUndefined();
    expect(findKey(keys, 'good', 'ES256')?.equals(good.publicKey)).toBe(true);
  });

  test('may be empty, or hold no usable key', async () => {
    expect(await readJwks({ keys: [] })).toEqual([]);
    expect(await readJwks({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] })).toEqual([]);
  });

  test.each([[{}], [[]], [null], ['keys'], [{ keys: {} }], [{ keys: ['a'] }], [{ error: 'not found' }]])(
    'is not %j',
    async (document) => {
      await expect(readJwks(document)).rejects.toMatchObject({ name: 'ZodError' });
    },
  );
});
