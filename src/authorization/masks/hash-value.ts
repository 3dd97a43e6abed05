import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Secret } from '../../secret.ts';

/** A key for hashes; its id stands before each, so that whoever keeps them sees by which key they were made. */
export interface HashKey {
  readonly id: string;
  readonly key: Secret;
  /** Undefined for all. */
  readonly recipients?: readonly string[] | undefined;
}

/** Hashes a value for one recipient; undefined where it knows nothing of the value, or there is no key for the recipient. */
export type HashValue = (scalar: string, value: unknown, recipient: string) => string | undefined;

/**
 * Keyed hashes (HMAC-SHA-256, 128 bits of it) under a key of the recipient's own, derived with HKDF: the same value has the same
 * hash for one recipient, and two recipients cannot put theirs together. Addresses and texts are compared without case.
 */
export function openHashes(keys: readonly HashKey[]): HashValue {
  const derived = new Map<string, Derived | undefined>();
  const keyOf = (recipient: string): Derived | undefined => {
    if (!derived.has(recipient)) derived.set(recipient, deriveKey(keys, recipient));
    return derived.get(recipient);
  };
  return (scalar, value, recipient) => {
    const key = keyOf(recipient);
    const text = typeof value === 'string' ? normal(scalar, value) : '';
    // All that is empty would look like one and the same.
    if (text === '' || key === undefined) return undefined;
    const hash = `${key.id}.${createHmac('sha256', key.secret).update(text).digest('hex').slice(0, 32)}`;
    return scalar === 'EmailAddress' ? `${hash}@masked.invalid` : hash;
  };
}

interface Derived {
  readonly id: string;
  readonly secret: KeyObject;
}

/** The first key that is for the recipient. */
function deriveKey(keys: readonly HashKey[], recipient: string): Derived | undefined {
  const own = keys.find(({ recipients }) => recipients === undefined || recipients.includes(recipient));
  return own && { id: own.id, secret: createSecretKey(Buffer.from(hkdfSync('sha256', own.key.reveal(), '', `customer360 hash v1 ${recipient}`, 32))) };
}

function normal(scalar: string, text: string): string {
  const composed = text.normalize('NFC').trim();
  // Keys of systems may differ in case alone.
  return scalar === 'ID' ? composed : composed.toLowerCase();
}
