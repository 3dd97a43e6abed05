/** A token by its issuer and its `jti`. */
export interface TokenName {
  readonly issuer: string;
  readonly id: string;
}

export interface Revocation extends TokenName {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
}

/** Tokens that are no longer believed. `revoked` gives one answer per token, in order; revoking twice is safe. */
export interface Revocations {
  revoke(revocation: Revocation): Promise<void>;
  revoked(tokens: readonly TokenName[]): Promise<readonly boolean[]>;
}
