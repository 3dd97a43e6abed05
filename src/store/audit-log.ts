/** A place in the audit trail: chains are each process's own, and their entries are numbered from 1. */
export interface AuditPlace {
  readonly chain: string;
  readonly seq: number;
}

/** One entry of the trail, as it is kept. What it says is text to the store; all else is what it is found and proven by. */
export interface AuditRecord extends AuditPlace {
  readonly kind: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What the data was used for; it says how long the entry is kept. */
  readonly purpose: string | undefined;
  /** Whom the entry is about. Not part of the proof: what the entry itself says is. */
  readonly customers: readonly string[];
  /** Which key made the code. */
  readonly key: string;
  /** The code of the entry before it; empty for the first of a chain. */
  readonly previous: string;
  /** SHA-256 of the entry, in hex. */
  readonly digest: string;
  /** HMAC-SHA256 of all of the above but `customers`, in hex. */
  readonly mac: string;
  /** Canonical JSON (RFC 8785); undefined once it was kept for as long as it had to be. */
  readonly entry: string | undefined;
}

/** The last entry of a chain. */
export type AuditHead = Pick<AuditRecord, 'chain' | 'seq' | 'mac'>;

/** Which entries are wanted; all that is given has to fit. Times are in milliseconds: from the first on, before the second. */
export interface AuditQuery {
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly customer?: string | undefined;
  readonly purpose?: string | undefined;
  readonly kind?: string | undefined;
}

/** Entries of one chain, both ends included. */
export interface AuditRange {
  readonly chain: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Where the audit trail is kept. What entries say, and how they are chained, is not its business.
 *
 * - `append` is fulfilled once all the records would survive a crash of the machine. Rejected, it may have kept any number of
 *   the first of them, but none without those before it. A place that is taken already is a failure.
 * - `read` gives what fits in parts, chain by chain, each in its order.
 * - `openEnds` gives the last entry of every chain that has no entry of the kind `closed`.
 * - `erase` takes away what entries say and whom they are about, and leaves what proves them; `drop` takes entries away.
 *   Either may be repeated.
 */
export interface AuditLog {
  append(records: readonly AuditRecord[]): Promise<void>;
  read(query: AuditQuery): AsyncIterable<readonly AuditRecord[]>;
  openEnds(): Promise<readonly AuditHead[]>;
  erase(ranges: readonly AuditRange[]): Promise<void>;
  drop(ranges: readonly AuditRange[]): Promise<void>;
}
