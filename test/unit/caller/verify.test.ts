import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { verify } from '../../../src/caller/verify.ts';
import { invalid, issuersOf, now, secretText, signed, someClaims } from './fixtures.ts';

const key = createSecretKey(Buffer.from(secretText));

function verifyClaims(claims: Readonly<Record<string, unknown>>, issuerText: Readonly<Record<string, unknown>> = {}) {
  const [issuer] = issuersOf(issuerText);
  if (issuer === undefined) throw new Error('one issuer was given');
  return verify(signed(someClaims(claims)), { issuer, algorithm: 'HS256', key, now });
}

describe('verification', () => {
  test('gives the payload of a genuine token', () => {
    expect(verifyClaims({})).toEqual({ kind: 'genuine', payload: someClaims() });
  });

  test('does not rely on having been given the right issuer', () => {
    expect(verifyClaims({ iss: 'https://other.example' })).toEqual(invalid);
  });

  test('accepts any of the audiences and no other', () => {
    const audience = ['a', 'b'];
    expect(verifyClaims({ aud: 'b' }, { audience })).toMatchObject({ kind: 'genuine' });
    expect(verifyClaims({ aud: 'c' }, { audience })).toEqual(invalid);
  });
});
