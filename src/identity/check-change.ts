import type { SourceSettings } from '../config/source-file.ts';
import type { SourceError } from '../errors.ts';
import type { Reads } from '../connectors/reads.ts';
import { sourceKey, type CustomerId } from '../ids.ts';
import { sameName, linksOf, type LinkedCustomer, type LinkName } from '../store/links.ts';
import type { ChangeRefusal, LinkChange } from '../store/stewardship.ts';
import { compatible, type Identifiers } from './identifiers.ts';
import { lookUpKey } from './lookups.ts';
import { numbersOf, recordsOf } from './own-records.ts';

/** Why a change is not made: what the store itself refuses, and what is looked up before it is asked. */
export type RefusalReason = ChangeRefusal | 'UNKNOWN_RECORD' | 'NUMBERS_DIFFER' | 'NOT_MERGED' | 'NOT_MOVED';

export type CheckedChange =
  | { readonly kind: 'order'; readonly change: LinkChange }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  | { readonly kind: 'failed'; readonly error: SourceError };

/** What can be done to links by hand. Each is checked against what the sources say now; nothing is changed. */
export interface ChangeChecks {
  link(customer: LinkedCustomer, record: LinkName): Promise<CheckedChange>;
  /** `numbersDiffer` confirms that they are one person though they have different unique numbers. */
  merge(into: LinkedCustomer, customer: LinkedCustomer, numbersDiffer: boolean): Promise<CheckedChange>;
  /** Takes a merge back. */
  splitMerged(customer: LinkedCustomer, merged: CustomerId): CheckedChange;
  /** Takes a record away, or keeps one away that she does not have. */
  splitRecord(customer: LinkedCustomer, record: LinkName): CheckedChange;
  /** Takes back that a source's merge moved a link. */
  splitMoved(customer: LinkedCustomer, record: LinkName): CheckedChange;
}

const refused = (reason: RefusalReason): CheckedChange => ({ kind: 'refused', reason });

/** Opens the checks of one request. `actor` is who links by hand. */
export function openChangeChecks(deps: {
  readonly sources: readonly SourceSettings[];
  readonly reads: Reads;
  readonly actor: string;
}): ChangeChecks {
  const { sources, reads, actor } = deps;
  const sourceOf = (record: LinkName): SourceSettings | undefined => sources.find(({ name }) => name === record.namespace);

  /** What the sources say of a customer, with her stored number; or why one of them could not be asked. */
  const identifiersOf = async (customer: LinkedCustomer): Promise<readonly Identifiers[] | SourceError> => {
    const known = await Promise.all(customer.members.map((member) => recordsOf({ sources, reads }, member)));
    const failure = known.find(({ failure: one }) => one !== undefined)?.failure;
    if (failure !== undefined) return failure.error;
    return [...known.flatMap(({ records }) => records.map(({ identifiers }) => identifiers)), ...customer.members.flatMap(numbersOf)];
  };

  return {
    async link(customer, record) {
      const source = sourceOf(record);
      if (source === undefined) return refused('UNKNOWN_RECORD');
      const lookup = await lookUpKey(reads, source, sourceKey(record.value));
      if (lookup.kind === 'failed') return lookup;
      const [found] = lookup.kind === 'found' ? lookup.records : [];
      if (found === undefined) return refused('UNKNOWN_RECORD');
      const known = await identifiersOf(customer);
      if (known instanceof Error) return { kind: 'failed', error: known };
      if (!known.every((one) => compatible(one, found.identifiers))) return refused('NUMBERS_DIFFER');
      return { kind: 'order', change: { kind: 'link', customer: customer.id, link: { ...record, method: 'STEWARD', verified: true, actor } } };
    },
    async merge(into, customer, numbersDiffer) {
      const change = { kind: 'merge', into: into.id, customer: customer.id } as const;
      if (numbersDiffer) return { kind: 'order', change };
      const [one, other] = await Promise.all([identifiersOf(into), identifiersOf(customer)]);
      if (one instanceof Error) return { kind: 'failed', error: one };
      if (other instanceof Error) return { kind: 'failed', error: other };
      const fit = one.every((mine) => other.every((theirs) => compatible(mine, theirs)));
      return fit ? { kind: 'order', change } : refused('NUMBERS_DIFFER');
    },
    splitMerged: ({ members: [, ...merged] }, id) =>
      (merged.some((member) => member.id === id) ? { kind: 'order', change: { kind: 'unmerge', customer: id } } : refused('NOT_MERGED')),
    splitRecord: (customer, record) =>
      (sourceOf(record) === undefined ? refused('UNKNOWN_RECORD') : { kind: 'order', change: { kind: 'separate', customer: customer.id, record } }),
    splitMoved(customer, record) {
      const moved = linksOf(customer).find((link) => sameName(link, record) && link.method === 'SOURCE_MERGE');
      if (moved?.from === undefined) return refused('NOT_MOVED');
      const to = { ...moved.from, method: 'STEWARD', verified: true, actor } as const;
      return { kind: 'order', change: { kind: 'move', customer: customer.id, from: { namespace: moved.namespace, value: moved.value }, to, bar: true } };
    },
  };
}
