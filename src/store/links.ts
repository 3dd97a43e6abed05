import type { CustomerId } from '../ids.ts';

/** By which evidence a name was linked to a customer. */
export type LinkMethod = 'FIRST_SEEN' | 'NUMBER' | 'EMAIL' | 'PHONE';

/** A name of a customer: a source with the key it uses, or a unique identifier (`number`) with its value. */
export interface LinkName {
  readonly namespace: string;
  readonly value: string;
}

export interface NewLink extends LinkName {
  readonly method: LinkMethod;
  /** True when the evidence is unique by declaration or was verified. */
  readonly verified: boolean;
}

export interface Link extends NewLink {
  /** Milliseconds since the epoch. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** All that is stored of one customer: her links, and the sources that lately did not know her. */
export interface LinkedCustomer {
  readonly id: CustomerId;
  readonly links: readonly Link[];
  readonly absentFrom: readonly string[];
}

/** Names to attach to a customer; without one, to the owner of the first name, or else to a newly minted customer. */
export interface Claim {
  readonly customer: CustomerId | undefined;
  readonly links: readonly [NewLink, ...NewLink[]];
}

export interface Absence {
  readonly customer: CustomerId;
  readonly source: string;
  /** Milliseconds since the epoch, after which the source is asked again. */
  readonly until: number;
}

/**
 * The identity links. A name has one owner, enforced by the engine, also between processes.
 *
 * Many-key calls return one result per key, in key order. `claim` leaves a name that somebody else owns where it is; what
 * comes back is the customer as she is then stored, so a caller sees which of its names were taken. A customer has at most
 * one key in a source: a second one is not attached.
 */
export interface LinkStore {
  owners(names: readonly LinkName[]): Promise<readonly (CustomerId | undefined)[]>;
  customers(ids: readonly CustomerId[]): Promise<readonly (LinkedCustomer | undefined)[]>;
  claim(claims: readonly Claim[]): Promise<readonly LinkedCustomer[]>;
  noteAbsences(absences: readonly Absence[]): Promise<void>;
}
