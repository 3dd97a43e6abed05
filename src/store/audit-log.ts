/** What is about to be disclosed, written before the response. Never a value. */
export interface AuditIntent {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly requestId: string;
  readonly caller: {
    readonly issuer: string;
    readonly subject: string;
    readonly kind: string;
    readonly actor: string | undefined;
    readonly tokenId: string | undefined;
  };
  readonly purpose: string;
  readonly legalBasis: string;
  readonly operation: { readonly name: string | undefined; readonly sha256: string };
  readonly customers: readonly string[];
  /** Customers who were named and may not be seen; entries of earlier versions have none. */
  readonly refused?: readonly string[];
  readonly permitted: readonly string[];
  readonly denied: readonly { readonly field: string; readonly reason: string }[];
  readonly policyVersion: string;
}

/** How it ended. An intent without an outcome counts as disclosed. */
export interface AuditOutcome {
  readonly intent: string;
  readonly at: number;
  readonly sources: readonly { readonly source: string; readonly status: string }[];
}

/**
 * The audit trail; entries are only ever added.
 *
 * A promise of `append` that is fulfilled says that the entry survives a crash of the machine. One that is rejected says that
 * it may not be there, and then nothing may be disclosed. `outcome` may be lost.
 */
export interface AuditLog {
  append(intent: AuditIntent): Promise<void>;
  outcome(outcome: AuditOutcome): Promise<void>;
}
