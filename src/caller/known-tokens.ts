import { hash, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Authentication } from './caller.ts';
import type { Algorithm, Trust } from './issuers.ts';
import type { KeySource } from './keys.ts';

/** By what a token was found genuine, and whose it is. */
export interface KnownToken {
  readonly trust: { readonly issuer: Trust; readonly keys: KeySource };
  readonly algorithm: Algorithm;
  readonly keyId: string | undefined;
  readonly key: KeyObject;
  readonly authentication: Extract<Authentication, { kind: 'caller' }>;
}

/** Tokens that were found genuine, so that a signature is not verified again with each request. */
export interface KnownTokens {
  /** What was noted of a header, as long as the token has not expired and the very same key is still the one that may verify it. */
  find(header: string): Promise<KnownToken['authentication'] | undefined>;
  note(header: string, token: KnownToken): void;
}

const most = 10_000;

/** Opens the memory of one process. It keeps no token, only their hashes. */
export function openKnownTokens(clock: () => number): KnownTokens {
  const known = new LRUCache<string, KnownToken>({ max: most });
  const nameOf = (header: string): string => hash('sha256', header, 'base64');
  return {
    async find(header) {
      const token = known.get(nameOf(header));
      if (token === undefined) return undefined;
      const { trust: { issuer, keys }, algorithm, keyId, key, authentication } = token;
      // As `verify` counts: in whole seconds, with what clocks may differ by.
      const expired = Math.floor(clock() / 1000) >= (authentication.caller.expiresAt + issuer.clockSkew) / 1000;
      return !expired && await keys.find(keyId, algorithm) === key ? authentication : undefined;
    },
    note: (header, token) => void known.set(nameOf(header), token),
  };
}
