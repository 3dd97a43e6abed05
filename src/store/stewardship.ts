import type { CustomerId } from '../ids.ts';
import type { LinkName, NewLink, Unlinked, UnlinkedReason } from './links.ts';

/** What a steward, or a source that merged two records, does to links. Ids may be those of merged customers. */
export type LinkChange =
  /** Attaches a record that nobody has. A bar against it is lifted. */
  | { readonly kind: 'link'; readonly customer: CustomerId; readonly link: NewLink }
  /** Makes two customers one: `into` is the one whose id stays, the other's keeps resolving. No link moves. */
  | { readonly kind: 'merge'; readonly into: CustomerId; readonly customer: CustomerId }
  /** Takes a merge back: whom `customer` was merged into and who had been merged into her are as they were. */
  | { readonly kind: 'unmerge'; readonly customer: CustomerId }
  /**
   * Bars a record from a customer and all merged with her. If it is theirs, it becomes a new customer's, and with it the
   * unique identifiers that came from it. All their objections and restrictions become the new one's too.
   */
  | { readonly kind: 'separate'; readonly customer: CustomerId; readonly record: LinkName }
  /** Puts one key of a source in the place of another. `bar` says that the old one must not come back by itself. */
  | { readonly kind: 'move'; readonly customer: CustomerId; readonly from: LinkName; readonly to: NewLink; readonly bar: boolean };

/** A change with who makes it and why. */
export interface ChangeOrder {
  readonly change: LinkChange;
  readonly actor: string;
  readonly evidence: string;
  readonly requestId: string;
}

/** Why a change was not made. */
export type ChangeRefusal =
  | 'UNKNOWN_CUSTOMER'
  /** The record is another customer's. */
  | 'LINKED_ELSEWHERE'
  /** The customer has another key in that source. */
  | 'HAS_ANOTHER_KEY'
  /** There is nothing to change: it is so already. */
  | 'ALREADY_SO'
  /** The customer does not have the record that was named. */
  | 'NOT_HERS'
  /** The record must never be linked to the customer. */
  | 'BARRED';

/** A change that was made. Events are only ever added. */
export interface LinkEvent {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: LinkEventKind;
  /** The member whose links changed: of a merge, the one that was merged. */
  readonly customer: CustomerId;
  /** Of a merge, the one that stayed; of a separation, the new customer. */
  readonly other?: CustomerId | undefined;
  readonly record?: LinkName | undefined;
  /** The key that took the record's place. */
  readonly to?: LinkName | undefined;
  readonly actor: string;
  readonly evidence: string;
  readonly requestId: string;
}

export const linkEventKinds = ['LINKED', 'MERGED', 'UNMERGED', 'SEPARATED', 'BARRED', 'MOVED'] as const;
export type LinkEventKind = (typeof linkEventKinds)[number];

export type ChangeOutcome =
  | { readonly kind: 'changed'; readonly event: LinkEvent }
  | { readonly kind: 'refused'; readonly reason: ChangeRefusal };

/** A page of what was noted as unlinked, the oldest first. */
export interface ReviewRequest {
  readonly reason: UnlinkedReason | undefined;
  readonly source: string | undefined;
  readonly size: number;
  /** What the page before gave as `next`. */
  readonly at: string | undefined;
}

export interface ReviewPage {
  readonly noted: readonly Unlinked[];
  readonly next: string | undefined;
}

/**
 * Changes to identity by people, with their history, and the list of what they should look at.
 *
 * A change is made whole or refused; an engine without transactions writes the event first and makes the change in steps
 * that can be repeated, so that after a crash the same order completes it. `history` gives the events of the given
 * members, as `customer` or `other`, the oldest first, that of a change which a crash cut short among them. `reviews` gives
 * also what is due to be asked again; an `at` that this engine did not give rejects.
 */
export interface Stewardship {
  change(order: ChangeOrder): Promise<ChangeOutcome>;
  history(members: readonly CustomerId[]): Promise<readonly LinkEvent[]>;
  reviews(request: ReviewRequest): Promise<ReviewPage>;
}
