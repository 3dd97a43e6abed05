import { randomBytes } from 'node:crypto';
import type { Put } from '../../redis/redis.ts';
import type { Seal } from '../../redis/seal.ts';

/** What is dropped with the token of this name. */
export const everything = '';

/** Tokens of what is not about one key or value live as long as this; with them, everything under them is over. */
const longestToken = 30 * 86_400_000;

/**
 * The name of a token. What is kept in Redis holds only as long as its tokens are there: of its own name, of its scope, and of everything.
 * To drop is to let go of the token: what was asked for under it, and comes later, comes too late then.
 */
export function tokenName(seal: Seal, dropped: string): string {
  return seal.name('token', dropped);
}

/** A new token for a name, which nobody has guessed. */
export function newToken(name: string, keepFor = longestToken): Put {
  return { name, value: randomBytes(16), keepFor };
}
