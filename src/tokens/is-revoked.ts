import type { Caller, OwnToken } from '../caller/caller.ts';
import type { Revocations } from '../store/revocations.ts';
import { revokedKeyId } from './key-states.ts';

/** Whether a token was revoked, by its id or with the key of the gateway's own that signed it: one question to the store. */
export async function isRevoked(revocations: Revocations, { issuer, tokenId }: Pick<Caller, 'issuer' | 'tokenId'>, own: OwnToken | undefined): Promise<boolean> {
  const ids = [tokenId, own && revokedKeyId(own.keyId)].filter((id) => id !== undefined);
  return ids.length > 0 && (await revocations.revoked(ids.map((id) => ({ issuer, id })))).some((revoked) => revoked);
}
