import { createCipheriv, createDecipheriv, createHash, createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../caller/caller.ts';
import type { Secret } from '../secret.ts';
import { pad, unpad } from './padding.ts';

/**
 * The ids that a caller sees and names. `kind` is `customer`, or `recordsOf` a source for its keys.
 *
 * What `take` does not know as one that `give` gave is the id of nobody: it costs what any unknown id costs.
 */
export interface CallerIds {
  give(kind: string, id: string): string;
  take(kind: string, text: string): string;
  /** More characters than this are no id of the caller's. */
  readonly longest: number;
}

/** No system has keys as long as this; a longer one is a mistake or an attempt. */
export const longestKey = 256;
/** What is made of such a key where each of its characters takes three bytes. */
const longestSealed = 1100;

/** The kind of the keys of a source, whatever its name. */
export function recordsOf(source: string): string {
  return `record ${source}`;
}

/** Staff, services and the customer herself see ids as they are. */
const plain: CallerIds = { give: (_, id) => id, take: (_, text) => text, longest: longestKey };

/** No system has such an id. */
const nobodys = '\u0000';
const nonceLength = 12;
const tagLength = 16;
const block = 16;

/**
 * Makes the ids of callers. Partners get pairwise ones: each partner has its own for the same customer or record, always the
 * same, and another partner's are nobody's.
 *
 * They are encrypted deterministically, in the manner of SIV (RFC 5297): the nonce of AES-256-GCM is a MAC over the kind and the
 * id, so that two texts share a nonce only if they are the same, and a text that was not made here has the wrong one. That
 * the same id is the same text is wanted; nothing else shows, not even its length beyond blocks of 16 bytes.
 */
export function makeCallerIds(key: Secret | undefined): (caller: Pick<Caller, 'kind' | 'issuer' | 'audience'>) => CallerIds {
  const pairwise = new Map<string, CallerIds>();
  return ({ kind, issuer, audience }) => {
    if (kind !== 'partner') return plain;
    if (key === undefined) throw new Error('a partner asks and there is no key for its ids');
    const partner = JSON.stringify([issuer, audience]);
    const ids = pairwise.get(partner) ?? pairwiseIds(deriveKeys(key, partner));
    pairwise.set(partner, ids);
    return ids;
  };
}

/** Hashed, since what HKDF is told of a key's use has a greatest length, and an issuer's name has none. */
function deriveKeys(key: Secret, partner: string): Buffer {
  const use = createHash('sha256').update(partner).digest('hex');
  return Buffer.from(hkdfSync('sha256', key.reveal(), '', `customer360 id v1 ${use}`, 64));
}

function pairwiseIds(keys: Buffer): CallerIds {
  const [macKey, cipherKey] = [createSecretKey(keys.subarray(0, 32)), createSecretKey(keys.subarray(32))];
  const nonceOf = (kind: string, padded: Buffer): Buffer =>
    createHmac('sha256', macKey).update(`${kind.length} ${kind} `).update(padded).digest().subarray(0, nonceLength);

  const open = (kind: string, bytes: Buffer): string | undefined => {
    const nonce = bytes.subarray(0, nonceLength);
    const decipher = createDecipheriv('aes-256-gcm', cipherKey, nonce, { authTagLength: tagLength });
    decipher.setAAD(Buffer.from(kind));
    decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
    const padded = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]);
    return timingSafeEqual(nonce, nonceOf(kind, padded)) ? unpad(padded) : undefined;
  };

  return {
    longest: longestSealed,
    give(kind, id) {
      const padded = pad(id, block);
      const nonce = nonceOf(kind, padded);
      const cipher = createCipheriv('aes-256-gcm', cipherKey, nonce);
      cipher.setAAD(Buffer.from(kind));
      const body = Buffer.concat([cipher.update(padded), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    take(kind, text) {
      const bytes = Buffer.from(text, 'base64url');
      // Another spelling of the same bytes would be a second id of one customer.
      if (bytes.length <= nonceLength + tagLength || bytes.toString('base64url') !== text) return nobodys;
      try {
        return open(kind, bytes) ?? nobodys;
      } catch {
        return nobodys;
      }
    },
  };
}
