/** Who asks: a member of staff, a program, another company, or the customer herself. */
export const callerKinds = ['staff', 'service', 'partner', 'customer'] as const;
export type CallerKind = (typeof callerKinds)[number];

/** Who sends a request, as a verified token says. Everything that decides on fields starts from this. */
export interface Caller {
  readonly kind: CallerKind;
  /** The token's `sub`; means something only together with `issuer`. */
  readonly subject: string;
  readonly issuer: string;
  /** The token's `jti`, by which it can be revoked. */
  readonly tokenId: string | undefined;
  /** The program that the token was issued to: `client_id` of RFC 9068, or `azp`; undefined where the token does not say. */
  readonly client: string | undefined;
  /** Who acts on the subject's behalf: `act.sub` of RFC 8693. */
  readonly actor: string | undefined;
  /** Sorted; only roles that the deployment declares. */
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** Undefined where the token does not say: then the scopes that name purposes do. */
  readonly purposes: readonly string[] | undefined;
  /** The view of the schema that applies: `internal`, `self` or a partner's. */
  readonly audience: string;
  /** The customer numbers that the token itself names; `all` for staff and services alone. */
  readonly customers: 'all' | readonly string[];
  /** Whose customers the caller has to do with, where policies bind callers to regions; sorted, empty when the token names none. */
  readonly regions: readonly string[];
  /** Milliseconds since the epoch, without the clock skew that is allowed on top. */
  readonly expiresAt: number;
}

/** So many requests in so many milliseconds. */
export interface Limit {
  readonly requests: number;
  readonly per: number;
}

/** How often a token may be used: `rate` of all processes that share Redis, else of each; `quota` of all together. */
export interface Limits {
  readonly rate?: Limit | undefined;
  readonly quota?: Limit | undefined;
}

/** The same for each token of an audience, and for all tokens of one client together, however many it has. */
export interface AudienceLimits extends Limits {
  readonly client?: Limit | undefined;
}

/** What only a token of the gateway's own says. */
export interface OwnToken {
  /** The key that signed it; withdrawn, it takes all its tokens with it. */
  readonly keyId: string;
  /** What it was narrowed to when it was issued. */
  readonly limits: Limits;
}

/**
 * What an `Authorization` header was worth. A refusal says no more than its reason: what exactly was wrong with a token
 * would help whoever forges one.
 */
export type Authentication =
  | { readonly kind: 'caller'; readonly caller: Caller; /** Of a token that the gateway itself has issued. */ readonly own?: OwnToken }
  | { readonly kind: 'refused'; readonly reason: 'missing' | 'expired' | 'invalid' };
