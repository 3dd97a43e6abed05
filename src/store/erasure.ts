import type { CustomerId } from '../ids.ts';

/** That a customer was erased. Her ids stay, so that what a backup of before brings back can be erased again. */
export interface Erased {
  readonly customer: CustomerId;
  /** The one whose id all who were merged bore. */
  readonly root: CustomerId;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What there is of a customer and of all merged with her, by kind. */
export const heldKinds = [
  'customers', 'links', 'consents', 'objections', 'restrictions', 'relations', 'unlinked', 'bars', 'linkEvents', 'emergencies',
  /** Notes that name a record of hers as a candidate for somebody else. */
  'candidacies',
] as const;
export type HeldCounts = Readonly<Record<(typeof heldKinds)[number], number>>;

/** What is held of a customer. */
export interface Held {
  readonly root: CustomerId;
  /** All ids that are hers, the root's first. */
  readonly ids: readonly CustomerId[];
  readonly counts: HeldCounts;
  /** When she was erased, if she was: what is still there then has come with a backup, or was left by an erasure that was cut off. */
  readonly erasedAt: number | undefined;
}

/**
 * Takes customers out of the store: their ids, links, facts, history, and emergencies stated of them. The audit trail stays; it names
 * them by ids that nothing leads to any more.
 *
 * - `find` tells what is held of a customer, by any of her ids, and `erase` the same of what it has taken out; undefined for
 *   who was never there. What `erase` has fulfilled, the next read of any process sees. It may be repeated, and completes what was cut off.
 * - What is about others stays: bars that keep a record of hers from them, and what people wrote in requests that are not about her.
 * - `list` gives all who were erased, in the order of their ids.
 */
export interface Erasure {
  find(customer: CustomerId): Promise<Held | undefined>;
  erase(customer: CustomerId, at: number): Promise<Held | undefined>;
  list(): Promise<readonly Erased[]>;
}
