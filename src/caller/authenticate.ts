import { ConfigError, type Fault } from '../parse/faults.ts';
import type { Authentication } from './caller.ts';
import { readCaller } from './claims.ts';
import type { Issuer, Trust } from './issuers.ts';
import type { KeySource } from './keys.ts';
import { openKnownTokens } from './known-tokens.ts';
import { openKeys } from './open-keys.ts';
import { readOwn } from './own-token.ts';
import { readToken } from './token.ts';
import { verify } from './verify.ts';

/**
 * Turns `Authorization` headers into callers. `authenticate` rejects only where the gateway's own keys cannot be had; `close` may be
 * called twice.
 */
export interface Authenticator {
  authenticate(header: string | undefined): Promise<Authentication>;
  close(): void;
}

/** Opens the keys of all issuers. Rejects with a ConfigError that lists every key file that can't be used. */
export async function openAuthenticator(deps: {
  readonly issuers: readonly Issuer[];
  /** How the gateway's own tokens are believed; undefined where it issues none. */
  readonly own?: { readonly issuer: Trust; readonly keys: KeySource } | undefined;
  /** The roles that the deployment declares; a token's other roles are dropped. */
  readonly roles: ReadonlySet<string>;
  readonly clock: () => number;
  /** Where relative file names start. */
  readonly folder: string;
  readonly warn: (message: string) => void;
}): Promise<Authenticator> {
  const { clock, folder, warn, roles } = deps;
  const faults: Fault[] = [];
  const trusted = new Map<string, { readonly issuer: Trust; readonly keys: KeySource }>();
  for (const issuer of deps.issuers) {
    const keys = await openKeys(issuer, { folder, clock, warn, fault: (fault) => void faults.push(fault) });
    if (keys !== undefined) trusted.set(issuer.issuer, { issuer, keys });
  }
  if (faults.length > 0) throw new ConfigError(faults);
  if (deps.own !== undefined) trusted.set(deps.own.issuer.issuer, deps.own);

  const known = openKnownTokens(clock);
  const authenticate = async (header: string): Promise<Authentication> => {
    const token = readToken(header);
    const trust = token === undefined ? undefined : trusted.get(token.issuer);
    const algorithm = trust?.issuer.algorithms.find((name) => name === token?.algorithm);
    if (token === undefined || trust === undefined || algorithm === undefined) return refused('invalid');
    const { issuer, keys } = trust;
    const key = await keys.find(token.keyId, algorithm);
    if (key === undefined) return refused('invalid');
    const now = clock();
    const verification = verify(token.text, { issuer, algorithm, key, now });
    if (verification.kind === 'refused') return verification;
    const caller = readCaller(verification.payload, { issuer, roles, now });
    if (caller === undefined) return refused('invalid');
    const own = trust === deps.own ? readOwn(verification.payload, token.keyId) : undefined;
    if (trust === deps.own && own === undefined) return refused('invalid');
    const authentication = { kind: 'caller', caller, ...(own === undefined ? {} : { own }) } as const;
    known.note(header, { trust, algorithm, keyId: token.keyId, key, authentication });
    return authentication;
  };

  return {
    authenticate: async (header) => (header === undefined ? refused('missing') : await known.find(header) ?? authenticate(header)),
    close: () => {
      for (const { keys } of trusted.values()) keys.close();
    },
  };
}

function refused(reason: 'missing' | 'expired' | 'invalid'): Authentication {
  return { kind: 'refused', reason };
}
