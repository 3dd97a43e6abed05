import type { IdentifierName } from '../config/gateway-file.ts';
import { sameName, type LinkName, type UnlinkedReason } from '../store/links.ts';
import { compatible, type Identifiers } from './identifiers.ts';
import type { Found } from './lookups.ts';

/** What a look-up by one identifier amounts to: one record that may be linked, or why none may; nothing where nobody has it. */
export type Match =
  | { readonly kind: 'one'; readonly record: Found }
  | { readonly kind: 'none' }
  | { readonly kind: 'doubtful'; readonly reason: UnlinkedReason; readonly candidates: readonly LinkName[] };

/**
 * Chooses among the records that have an identifier: it must be verified there, contradict nothing that is known, not be
 * barred, and be the only one. One that would fit is not taken where others have the identifier too, verified or not: then it
 * says nothing of which is whose.
 */
export function chooseMatch({ records: found, more = false }: { readonly records: readonly Found[]; readonly more?: boolean }, asked: {
  readonly identifier: IdentifierName;
  /** What is known of whom a record is looked for. */
  readonly known: readonly Identifiers[];
  readonly barred: readonly LinkName[];
}): Match {
  const { identifier, known, barred } = asked;
  const records = found.filter((record) => !barred.some((name) => sameName(name, nameOf(record))));
  const doubtful = (reason: UnlinkedReason): Match => ({ kind: 'doubtful', reason, candidates: records.map(nameOf) });
  const [record, another] = records;
  if (record === undefined) return { kind: 'none' };
  if (another !== undefined || more) return doubtful('AMBIGUOUS');
  if (record.identifiers.get(identifier)?.verified !== true) return doubtful('NOT_VERIFIED');
  return known.every((one) => compatible(one, record.identifiers)) ? { kind: 'one', record } : doubtful('IDENTIFIERS_DIFFER');
}

/** A record's name among links. */
export function nameOf({ source, key }: Pick<Found, 'source' | 'key'>): LinkName {
  return { namespace: source.name, value: key };
}
