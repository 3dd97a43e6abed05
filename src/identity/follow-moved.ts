import type { SourceSettings } from '../config/source-file.ts';
import { SourceError } from '../errors.ts';
import type { Row } from '../connectors/connector.ts';
import type { SourceKey } from '../ids.ts';
import { sameName, linksOf, type LinkedCustomer, type LinkName, type Member, type UnlinkedReason } from '../store/links.ts';
import type { Stewardship } from '../store/stewardship.ts';
import { compatible, type Identifiers } from './identifiers.ts';
import type { ReadInPlace } from './identity.ts';
import { lookUpKey } from './lookups.ts';
import { numbersOf, recordsOf } from './own-records.ts';
import type { Resolving } from './resolving.ts';

/** A customer's record that its source has merged into another one. */
export interface Moved {
  readonly customer: LinkedCustomer;
  readonly source: SourceSettings;
  /** The key that she is linked by. */
  readonly key: SourceKey;
  /** What the source gives for it, under the key that it has now. */
  readonly row: Row;
}

/**
 * Follows a record to the key that its source merged it into: the link is rewritten, which is in the history and can be taken
 * back. It is not where the record has another unique identifier than she has, belongs to somebody else or is barred from
 * her: then nothing of it is shown, and the customer is listed for review.
 */
export async function followMoved(resolving: Resolving, stewardship: Stewardship, requestId: string, moved: Moved): Promise<ReadInPlace> {
  const { customer, source, key, row } = moved;
  const [from, to] = [key, row.key].map((value): LinkName => ({ namespace: source.name, value })) as [LinkName, LinkName];
  const found: ReadInPlace = { kind: 'found', row };
  if (linksOf(customer).some((link) => sameName(link, to))) return found;
  const member = customer.members.find(({ links }) => links.some((link) => sameName(link, from)));
  if (member === undefined) return refused(moved);
  const known = await knownOf(resolving, member, source);
  if (known instanceof SourceError) return { kind: 'failed', error: known };
  const target = await lookUpKey(resolving.reads, source, row.key);
  if (target.kind === 'failed') return target;
  const [record] = target.kind === 'found' ? target.records : [];
  if (record === undefined) return refused(moved);
  if (!known.every((one) => compatible(one, record.identifiers))) return review(resolving, moved, { member, reason: 'IDENTIFIERS_DIFFER' });

  const evidence = `${source.name} answers the key ${key} with the record ${row.key}`;
  const change = { kind: 'move', customer: member.id, from, to: { ...to, method: 'SOURCE_MERGE', verified: true, from }, bar: false } as const;
  const outcome = await stewardship.change({ change, actor: source.name, evidence, requestId });
  if (outcome.kind === 'changed') return found;
  // Another request may have been first.
  const owner = await resolving.links.customer({ kind: 'name', ...to });
  return owner?.id === customer.id ? found : review(resolving, moved, { member, reason: 'MERGED_ELSEWHERE' });
}

/** What is known of her beside the record that moved: her other records, and the number that is stored. */
async function knownOf(resolving: Resolving, member: Member, source: SourceSettings): Promise<readonly Identifiers[] | SourceError> {
  const { records, failure } = await recordsOf(resolving, { links: member.links.filter(({ namespace }) => namespace !== source.name) });
  if (failure !== undefined) return failure.error;
  return [...records.map(({ identifiers }) => identifiers), ...numbersOf(member)];
}

async function review({ links, rules, clock }: Resolving, moved: Moved, { member, reason }: { readonly member: Member; readonly reason: UnlinkedReason }): Promise<ReadInPlace> {
  const { source, row } = moved;
  if (!member.unlinked.some((noted) => noted.source === source.name)) {
    const notedAt = clock();
    await links.noteUnlinked({
      customer: member.id, source: source.name, reason, candidates: [{ namespace: source.name, value: row.key }], notedAt, until: notedAt + rules.absentFor,
    });
  }
  return refused(moved);
}

function refused({ source }: Moved): ReadInPlace {
  const message = 'the record was merged into one that cannot be shown for this customer';
  return { kind: 'failed', error: new SourceError({ code: 'SOURCE_MALFORMED', source: source.name, message }) };
}
