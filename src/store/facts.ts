import type { CustomerId } from '../ids.ts';

/** What a consent record says. That one has expired follows from its `expiresAt`. */
export const consentStatuses = ['GRANTED', 'DENIED', 'WITHDRAWN'] as const;
export type ConsentStatus = (typeof consentStatuses)[number];

/** How something was collected: the collection method of ISO/IEC TS 27560. */
export const collectionMethods = ['WEB_FORM', 'APP', 'EMAIL', 'PHONE', 'IN_PERSON', 'PAPER', 'SIGNAL', 'IMPORTED'] as const;
export type CollectionMethod = (typeof collectionMethods)[number];

interface Collected {
  /** Who collected it: a system or a department, by its name in the company. The latest word of one source counts. */
  readonly source: string;
  readonly method: CollectionMethod;
  /** When it was collected, in milliseconds since the epoch. */
  readonly at: number;
  /** Where the proof lies, or what was said. */
  readonly evidence?: string | undefined;
}

/** That she agreed to a purpose, or did not: a consent record after ISO/IEC TS 27560. */
export interface Consent extends Collected {
  readonly kind: 'consent';
  readonly purpose: string;
  /** Undefined for every channel. */
  readonly channel?: string | undefined;
  readonly status: ConsentStatus;
  /** What she was shown. */
  readonly notice?: { readonly id: string; readonly version: string } | undefined;
  readonly expiresAt?: number | undefined;
}

/** That she objects to a purpose (GDPR Art. 21), or no longer does. */
export interface Objection extends Collected {
  readonly kind: 'objection';
  readonly purpose: string;
  readonly status: 'OBJECTED' | 'LIFTED';
}

/** That the processing of her data is restricted (GDPR Art. 18), or no longer is. */
export interface Restriction extends Collected {
  readonly kind: 'restriction';
  readonly status: 'RESTRICTED' | 'LIFTED';
  /** Purposes that go on all the same, such as legal claims. */
  readonly except: readonly string[];
}

/** That she is a customer of a partner, by the name of its audience, or belongs to a region. */
export interface Relation extends Collected {
  readonly kind: 'relation';
  readonly relation: 'PARTNER' | 'REGION';
  readonly party: string;
  readonly status: 'HOLDS' | 'ENDED';
  readonly expiresAt?: number | undefined;
}

export type Fact = Consent | Objection | Restriction | Relation;

/** A fact with whose it is and who recorded it. */
export interface FactRecord {
  /** Tells the record from all others; a record with an id that is there already is the same one. */
  readonly id: string;
  readonly customer: CustomerId;
  readonly fact: Fact;
  /** Milliseconds since the epoch. */
  readonly recordedAt: number;
  readonly actor: string;
  readonly requestId?: string | undefined;
}

/** The order in which records are told: by when they were collected, then recorded; of the same moments, by id. */
export function byCollection(one: FactRecord, other: FactRecord): number {
  return one.fact.at - other.fact.at || one.recordedAt - other.recordedAt || (one.id < other.id ? -1 : 1);
}

/**
 * What is known of customers for deciding. Records are only ever added; they are read with the customer's links, so that
 * one read of the store tells all that a decision needs.
 *
 * What `append` has fulfilled, the next read of any process sees; it gives how many of the records were new. Appending a record
 * again changes nothing; one of a customer who does not exist rejects, and then none of the call's records of such a customer is
 * kept. A call that rejects may have stored some of its records, each whole.
 */
export interface FactLog {
  append(records: readonly FactRecord[]): Promise<number>;
}
