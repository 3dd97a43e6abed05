import { trustInOwn } from '../caller/own-token.ts';
import type { Trust } from '../caller/issuers.ts';
import { openKeyMint, type KeyMint } from '../caller/signing-key.ts';
import type { Store } from '../store/store.ts';
import type { TokenSettings } from './settings.ts';

/** What it takes to issue tokens and to change the keys that sign them. */
export interface Desk {
  readonly settings: TokenSettings;
  readonly trust: Trust;
  readonly mint: KeyMint;
  readonly store: Pick<Store, 'signingKeys' | 'issuedTokens' | 'revocations'>;
  readonly clock: () => number;
}

/** Opens the desk of a deployment that issues tokens. */
export function openDesk(settings: TokenSettings, store: Desk['store'], clock: () => number): Desk {
  return { settings, trust: trustInOwn(settings), mint: mintOf(settings), store, clock };
}

/** The mint of a deployment's signing keys. */
export function mintOf({ issuer, keySecret, earlierKeySecrets }: TokenSettings): KeyMint {
  return openKeyMint(issuer, [keySecret, ...earlierKeySecrets]);
}
