/** A limit that holds for a request: an audience's, or one that a token was narrowed to. */
export interface Rule {
  readonly name: string;
  readonly requests: number;
  /** Milliseconds. */
  readonly per: number;
}

/** What a rule says of one request. */
export interface Count {
  readonly rule: Rule;
  readonly admitted: boolean;
  readonly remaining: number;
  /** Milliseconds until counting starts anew. */
  readonly reset: number;
}
