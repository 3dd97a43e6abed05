import type { KeyObject } from 'node:crypto';
import { signToken, type TokenOrder } from '../caller/own-token.ts';
import { readToken } from '../caller/token.ts';
import type { Desk } from './desk.ts';
import { stateOf } from './key-states.ts';
import { addKey } from './rotate.ts';

/** What came of an order for a token. The token itself is nowhere but here. */
export type Issued =
  | { readonly kind: 'issued'; readonly token: string; readonly keyId: string }
  /** More than a header may bear; nothing was registered. */
  | { readonly kind: 'tooLong'; readonly characters: number }
  /** The secret that sealed the signing key is not among those of the deployment. */
  | { readonly kind: 'cannotOpenKey'; readonly keyId: string };

/** How often another key is looked for because the one before was retired at that moment. */
const attempts = 8;

/**
 * Signs and registers a token. It is given out only once it is on record and registered, so that there is none of which nobody
 * knows; and the key has noted how long it lives before it signs, so that none outlives what is published of its key. Without a key
 * one is made.
 */
export async function issueToken(desk: Desk, order: TokenOrder, { actor, record }: { readonly actor: string; readonly record: (keyId: string) => Promise<unknown> }): Promise<Issued> {
  const { store, trust } = desk;
  const signer = await findSigner(desk, order.expiresAt, actor);
  if (signer.key === undefined) return { kind: 'cannotOpenKey', keyId: signer.id };
  const token = signToken(order, { trust, keyId: signer.id, key: signer.key });
  if (readToken(`Bearer ${token}`) === undefined) return { kind: 'tooLong', characters: token.length };
  await record(signer.id);
  await store.issuedTokens.add({ ...order, issuer: trust.issuer, keyId: signer.id, issuedBy: actor });
  return { kind: 'issued', token, keyId: signer.id };
}

async function findSigner(desk: Desk, until: number, actor: string): Promise<{ readonly id: string; readonly key: KeyObject | undefined }> {
  const { store, trust, mint, clock } = desk;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const kept = (await store.signingKeys.list(trust.issuer)).findLast((key) => stateOf(key, clock()) === 'SIGNS') ?? await addKey(desk, actor);
    const key = mint.privateKey(kept);
    if (key === undefined || await store.signingKeys.reserve({ issuer: trust.issuer, id: kept.id, until })) return { id: kept.id, key };
  }
  throw new Error('no token was issued: the signing keys kept changing');
}
