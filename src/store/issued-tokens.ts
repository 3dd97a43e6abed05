import type { TokenName } from './revocations.ts';

/** So many requests in so many milliseconds. */
export interface IssuedLimit {
  readonly requests: number;
  readonly per: number;
}

/** What is known of a token that the gateway has issued: all but the token itself. Times are in milliseconds since the epoch. */
export interface IssuedToken extends TokenName {
  /** The key that signed it. */
  readonly keyId: string;
  readonly subject: string;
  readonly audience: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
  /** Customer numbers. */
  readonly customers: readonly string[];
  readonly limits: { readonly rate?: IssuedLimit | undefined; readonly quota?: IssuedLimit | undefined };
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expiresAt: number;
  readonly issuedBy: string;
}

/**
 * The register of the tokens that the gateway has issued; entries are only ever added, and one whose name is there stays as it is.
 * `find` gives one answer per name, in order. `page` gives an issuer's tokens by id, those after `after`.
 */
export interface IssuedTokens {
  add(token: IssuedToken): Promise<void>;
  find(names: readonly TokenName[]): Promise<readonly (IssuedToken | undefined)[]>;
  page(part: { readonly issuer: string; readonly after: string | undefined; readonly size: number }): Promise<readonly IssuedToken[]>;
}
