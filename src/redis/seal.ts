import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from '../secret.ts';

/** Names and seals what is put where others may look: neither tells what it is about, and what is sealed opens in its own place alone. */
export interface Seal {
  /** The same for the same parts and no others. */
  name(kind: string, ...parts: readonly string[]): string;
  /** What it is bound to has to be given again to open it. */
  seal(value: Buffer, ...boundTo: readonly string[]): Buffer;
  /** Undefined where it was not sealed so, with this key. */
  open(sealed: Buffer, ...boundTo: readonly string[]): Buffer | undefined;
}

const ivBytes = 12;
const tagBytes = 16;

/** Opens the seal of a key. */
export function openSeal(key: Secret, prefix: string): Seal {
  const derived = (use: string): Buffer => Buffer.from(hkdfSync('sha256', key.reveal(), '', `customer360 shared ${use} v1`, 32));
  const names = derived('names');
  const values = derived('values');
  // Each place has a key of its own, so that no key ever seals so much that a random nonce comes twice.
  const keyOf = (place: Buffer): Buffer => createHmac('sha256', values).update(place).digest();
  return {
    name: (kind, ...parts) => `${prefix}:${kind}:${createHmac('sha256', names).update(JSON.stringify([kind, ...parts])).digest('base64url')}`,
    seal(value, ...boundTo) {
      const place = Buffer.from(JSON.stringify(boundTo));
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', keyOf(place), iv, { authTagLength: tagBytes }).setAAD(place);
      const sealed = Buffer.concat([cipher.update(value), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
    },
    open(sealed, ...boundTo) {
      if (sealed.length < ivBytes + tagBytes) return undefined;
      const place = Buffer.from(JSON.stringify(boundTo));
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyOf(place), sealed.subarray(0, ivBytes), { authTagLength: tagBytes }).setAAD(place);
        decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
        return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}
