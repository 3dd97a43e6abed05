import { LRUCache } from 'lru-cache';
import type { Caller, OwnToken } from '../caller/caller.ts';

type IsRevoked = (caller: Pick<Caller, 'issuer' | 'tokenId'>, own: OwnToken | undefined) => Promise<boolean>;

/** Milliseconds for which an answer is gone by. */
const knownFor = 5000;
const most = 10_000;

/**
 * Whether a token was revoked, as it was within the last seconds: for requests that are refused either way, which should learn the right reason and
 * must not cost the store a question each. While the store cannot say, it is false.
 */
export function openRevokedOfLate(isRevoked: IsRevoked): IsRevoked {
  const known = new LRUCache<string, Promise<boolean>>({ max: most, ttl: knownFor });
  return async (caller, own) => {
    const token = JSON.stringify([caller.issuer, caller.tokenId, own?.keyId]);
    const kept = known.get(token);
    if (kept !== undefined) return kept;
    const answer = isRevoked(caller, own).catch(() => false);
    known.set(token, answer);
    return answer;
  };
}
