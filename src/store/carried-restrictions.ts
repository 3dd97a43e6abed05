import type { CustomerId } from '../ids.ts';
import type { FactRecord } from './facts.ts';

/**
 * What goes with a record that is split off into a new customer: copies of every objection and restriction of the one whose it
 * was, with what lifted them. They were recorded while the two were thought to be one, so any may be the new one's; and she is
 * restricted as she was before, not more and not less. Consents and relations do not go with her: they may be the other's.
 *
 * A copy says what its original says, and its id follows from that, so copying twice gives the same records.
 */
export function carriedRestrictions(records: readonly FactRecord[], to: CustomerId): readonly FactRecord[] {
  return records
    .filter(({ fact }) => fact.kind === 'objection' || fact.kind === 'restriction')
    .map((record) => ({ ...record, id: JSON.stringify([record.id, to]), customer: to }));
}
