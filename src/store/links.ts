import type { CustomerId } from '../ids.ts';
import type { FactRecord } from './facts.ts';

/** By which evidence a name was linked to a customer. */
export const linkMethods = ['FIRST_SEEN', 'NUMBER', 'EMAIL', 'PHONE', 'TOKEN', 'STEWARD', 'IMPORTED', 'SOURCE_MERGE'] as const;
export type LinkMethod = (typeof linkMethods)[number];

/** A name of a customer: a source with the key it uses, a unique identifier (`number`) with its value, or a token issuer with its subject. */
export interface LinkName {
  readonly namespace: string;
  readonly value: string;
}

export interface NewLink extends LinkName {
  readonly method: LinkMethod;
  /** True when the evidence is unique by declaration or was verified. */
  readonly verified: boolean;
  /** The record that bore the identifier which both have. */
  readonly from?: LinkName | undefined;
  /** In the words of whoever linked by hand or imported. */
  readonly evidence?: string | undefined;
  /** Who linked by hand or imported; undefined for the gateway itself. */
  readonly actor?: string | undefined;
}

export interface Link extends NewLink {
  /** Milliseconds since the epoch. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** Why a source has no link for a customer. */
export const unlinkedReasons = [
  /** It knows nobody like her. */
  'NO_MATCH',
  /** What fits has the identifier unverified. */
  'NOT_VERIFIED',
  /** Several records fit, or the identifier is not hers alone. */
  'AMBIGUOUS',
  /** What fits has another unique identifier. */
  'IDENTIFIERS_DIFFER',
  /** What fits is another customer's. */
  'LINKED_ELSEWHERE',
  /** It merged her record into one that cannot be hers by itself. */
  'MERGED_ELSEWHERE',
] as const;
export type UnlinkedReason = (typeof unlinkedReasons)[number];

/** That a source was asked for a customer and no link came of it. */
export interface Unlinked {
  readonly customer: CustomerId;
  readonly source: string;
  readonly reason: UnlinkedReason;
  /** The identifier by which the candidates were found. */
  readonly identifier?: string | undefined;
  /** The records that come into question, those of other sources with the same identifier included. */
  readonly candidates: readonly LinkName[];
  /** Milliseconds since the epoch. */
  readonly notedAt: number;
  /** The source is asked again after this. */
  readonly until: number;
}

/** One customer as she was before she was merged with others. */
export interface Member {
  readonly id: CustomerId;
  readonly links: readonly Link[];
  /** Only what still holds. */
  readonly unlinked: readonly Unlinked[];
  /** Records that must never be linked to her. */
  readonly barred: readonly LinkName[];
  /** All that was ever recorded of her for deciding, in the order of when it was collected, then recorded. */
  readonly facts: readonly FactRecord[];
}

/** All that is stored of one customer. The first member is the one whose id is hers; the others were merged into it. */
export interface LinkedCustomer {
  readonly id: CustomerId;
  readonly members: readonly [Member, ...Member[]];
}

/** By what a customer is read: an id, that of a merged one included, or one of her names. */
export type CustomerRef = { readonly kind: 'id'; readonly id: CustomerId } | ({ readonly kind: 'name' } & LinkName);

/** Names to attach to a member; without one, to the owner of the first name, or else to a newly minted customer. */
export interface Claim {
  readonly member: CustomerId | undefined;
  readonly links: readonly [NewLink, ...NewLink[]];
}

/** The names of one person, one of each namespace, as somebody states them who knows her in several systems. */
export type Person = readonly [NewLink, ...NewLink[]];

/** Why a person was not adopted. */
export type AdoptionRefusal =
  /** Her names are two or more customers'. */
  | 'SEVERAL_CUSTOMERS'
  /** The customer, or one merged with her, has another key of that namespace. */
  | 'HAS_ANOTHER_KEY'
  /** The name must never be linked to the customer. */
  | 'BARRED';

/** What became of a person: whose she is and how many of her names were new, or why nothing of her was stored. */
export type Adoption =
  | { readonly kind: 'adopted'; readonly customer: CustomerId; readonly minted: boolean; readonly added: number }
  | { readonly kind: 'refused'; readonly reason: AdoptionRefusal; readonly name: LinkName; readonly customers: readonly CustomerId[] };

/**
 * The identity links. A name has one owner, enforced by the engine, also between processes.
 *
 * Many-key calls return one result per key, in key order; an unknown reference gives undefined. `claim` leaves a name that
 * somebody else owns where it is, attaches none that is barred, and no second key of a source to one member; what comes back
 * is the customer as she is then stored, so a caller sees which of its names were taken. A claim for a member who does not
 * exist rejects, and so does noting something of one; then nothing of the call is kept.
 *
 * `adopt` is for many persons at once. It gives one outcome per person, in order; each sees those before her, as if they had
 * come in calls of their own. All names of a person become the customer's who has one of them, or else a newly minted one's;
 * of a merged customer they become the one's whose id stays. A person is stored whole or not at all, also when somebody else
 * claims at the same time. A name that is hers already is left as it is, so adopting twice changes nothing. A call that
 * rejects may have stored some of its persons, each whole; repeating it completes it.
 */
export interface LinkStore {
  read(refs: readonly CustomerRef[]): Promise<readonly (LinkedCustomer | undefined)[]>;
  claim(claims: readonly Claim[]): Promise<readonly LinkedCustomer[]>;
  adopt(persons: readonly Person[]): Promise<readonly Adoption[]>;
  /** The latest of a member and source is kept; a link of that source ends it. */
  noteUnlinked(noted: readonly Unlinked[]): Promise<void>;
}

/** All links of a customer, those of her merged members included, her own first. */
export function linksOf({ members }: LinkedCustomer): readonly Link[] {
  const [only, another] = members;
  return another === undefined ? only.links : members.flatMap(({ links }) => links);
}

/** True for the same name. */
export function sameName(one: LinkName, other: LinkName): boolean {
  return one.namespace === other.namespace && one.value === other.value;
}
