import type { AuditPlace, AuditRecord } from './audit-log.ts';

/** A record's place in time; of one moment, the places in chains decide. */
export interface AuditMoment extends AuditPlace {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Which records are wanted: those of a kind that are about any of the customers, before a moment or from the last one on. */
export interface LatestQuery {
  readonly customers: readonly string[];
  readonly kind: string;
  readonly before: AuditMoment | undefined;
  /** The most records; at least 1. */
  readonly size: number;
}

/**
 * What the audit trail says of customers.
 *
 * `latest` gives the latest record first, each once, and is answered from an index: it costs what it gives, however long the
 * trail is. What `AuditLog.append` has fulfilled, it sees. `misfiled` gives the places of records that are found for a customer whom they do
 * not name, or are not found for one whom they name.
 */
export interface AuditByCustomer {
  latest(query: LatestQuery): Promise<readonly AuditRecord[]>;
  misfiled(): Promise<readonly AuditPlace[]>;
}

/** The order in which `latest` gives records. */
export function byLatest(one: AuditMoment, other: AuditMoment): number {
  if (one.at !== other.at) return other.at - one.at;
  if (one.chain !== other.chain) return one.chain < other.chain ? 1 : -1;
  return other.seq - one.seq;
}
