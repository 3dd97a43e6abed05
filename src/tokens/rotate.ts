import type { SigningKey } from '../store/signing-keys.ts';
import type { Desk } from './desk.ts';
import { revokedKeyId, stateOf } from './key-states.ts';

/** What was done to the keys. */
export interface Rotation {
  /** The new key; undefined where there still was one that signs. */
  readonly added: string | undefined;
  readonly retired: readonly string[];
  /** Until when the retired keys stay published: then the last token that they signed has expired. */
  readonly publishedUntil: number | undefined;
}

/** Makes a key that signs from now on. */
export async function addKey({ store, mint, trust, clock }: Desk, actor: string): Promise<SigningKey> {
  const key: SigningKey = { issuer: trust.issuer, ...mint.make(), madeAt: clock(), madeBy: actor, lastExpiry: undefined, retired: undefined, withdrawn: undefined };
  await store.signingKeys.add(key);
  return key;
}

/**
 * Makes a new key and retires those that were there before. Of two processes that rotate at once neither retires the other's: both
 * new keys sign, until the next rotation.
 */
export async function rotateKeys(desk: Desk, actor: string): Promise<Rotation> {
  const { store, trust, clock } = desk;
  const before = (await store.signingKeys.list(trust.issuer)).filter((key) => stateOf(key, clock()) === 'SIGNS');
  const added = await addKey(desk, actor);
  for (const { id } of before) await store.signingKeys.retire({ issuer: trust.issuer, id, at: clock(), actor });
  const ids = new Set(before.map(({ id }) => id));
  const after = (await store.signingKeys.list(trust.issuer)).filter(({ id }) => ids.has(id));
  const expiries = after.flatMap(({ lastExpiry }) => lastExpiry ?? []);
  return { added: added.id, retired: [...ids], publishedUntil: expiries.length === 0 ? undefined : Math.max(...expiries) };
}

/**
 * Withdraws a key that has leaked: from the next request on, no process believes what it signed. Where no other key signs, a new one
 * is made. Done again, it completes what was cut off.
 */
export async function withdrawKey(desk: Desk, id: string, actor: string): Promise<Pick<Rotation, 'added'>> {
  const { store, trust, clock } = desk;
  // First what every request looks at; what is left of the key is then no longer good for anything.
  await store.revocations.revoke({ issuer: trust.issuer, id: revokedKeyId(id), at: clock(), actor });
  await store.signingKeys.withdraw({ issuer: trust.issuer, id, at: clock(), actor });
  const signs = (await store.signingKeys.list(trust.issuer)).some((candidate) => stateOf(candidate, clock()) === 'SIGNS');
  return { added: signs ? undefined : (await addKey(desk, actor)).id };
}
