import { createPublicKey, type KeyObject } from 'node:crypto';
import jwksRsa from 'jwks-rsa';
import { z } from 'zod';
import type { Algorithm } from './issuers.ts';
import { fits } from './key-fit.ts';

/**
 * Where an issuer's keys come from.
 *
 * `find` gives the one key that may verify a token with this `kid` and algorithm, or undefined: where none fits, where
 * several do, and where the keys can't be had. It does not reject, but for the gateway's own keys while the store cannot answer. `close` may be called twice.
 */
export interface KeySource {
  find(keyId: string | undefined, algorithm: Algorithm): Promise<KeyObject | undefined>;
  close(): void;
}

/** A key as it was published; an algorithm of its own narrows what it may verify. */
export interface PublishedKey {
  readonly keyId: string | undefined;
  readonly algorithm: string | undefined;
  readonly key: KeyObject;
}

const jwksShape = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** A set of keys that does not change while the process runs. */
export function fixedKeys(keys: readonly PublishedKey[]): KeySource {
  return { find: async (keyId, algorithm) => findKey(keys, keyId, algorithm), close: () => {} };
}

/** A key without a name, whatever `kid` a token carries. */
export function onlyKey(key: KeyObject): KeySource {
  return { find: async (_keyId, algorithm) => (fits(key, algorithm) ? key : undefined), close: () => {} };
}

/**
 * The key for a `kid` and an algorithm. A `kid` is compared and never used for anything else; a token without one is
 * accepted only where a single key fits.
 */
export function findKey(keys: readonly PublishedKey[], keyId: string | undefined, algorithm: Algorithm): KeyObject | undefined {
  const found = keys.filter((published) => (keyId === undefined || published.keyId === keyId) && suits(published, algorithm));
  return found.length === 1 ? found[0]?.key : undefined;
}

/** Whether a published key may verify tokens of this algorithm. */
export function suits(published: PublishedKey, algorithm: Algorithm): boolean {
  return (published.algorithm ?? algorithm) === algorithm && fits(published.key, algorithm);
}

/**
 * The public signature keys of a JSON Web Key Set (RFC 7517); keys for other uses, private and broken ones are left out.
 * Throws when it is no key set at all.
 */
export async function readJwks(jwks: unknown): Promise<readonly PublishedKey[]> {
  const { keys } = jwksShape.parse(jwks);
  const client = new jwksRsa.JwksClient({ fetcher: async () => ({ keys }), cache: false });
  // A set without a usable key is an answer too, and makes jwks-rsa throw: from then on no token of this issuer is valid.
  const signingKeys = await client.getSigningKeys().catch(() => []);
  return signingKeys.map((signing) => ({
    keyId: signing.kid || undefined,
    algorithm: signing.alg || undefined,
    key: createPublicKey(signing.getPublicKey()),
  }));
}
