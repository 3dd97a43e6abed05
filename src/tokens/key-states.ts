import { ownClockSkew } from '../caller/own-token.ts';
import type { SigningKey } from '../store/signing-keys.ts';

/** What a key is for now. */
export type KeyState =
  /** Signs; of several the newest does. */
  | 'SIGNS'
  /** Signs no longer; what it signed is believed until the last of it has expired. */
  | 'RETIRED'
  /** Nothing of what it signed is left to believe. */
  | 'OVER'
  /** Leaked, or feared to have: nothing that it signed is believed. */
  | 'WITHDRAWN';

/** The state of a key at a time. */
export function stateOf({ retired, withdrawn, lastExpiry }: SigningKey, now: number): KeyState {
  if (withdrawn !== undefined) return 'WITHDRAWN';
  if (retired === undefined) return 'SIGNS';
  return lastExpiry !== undefined && now < lastExpiry + ownClockSkew ? 'RETIRED' : 'OVER';
}

/** Whether what a key has signed is believed, and the key therefore published. */
export function isBelieved(key: SigningKey, now: number): boolean {
  const state = stateOf(key, now);
  return state === 'SIGNS' || state === 'RETIRED';
}

/** The name under which a key is revoked, among the ids of tokens: no token has an id like it. */
export function revokedKeyId(keyId: string): string {
  return `kid:${keyId}`;
}
