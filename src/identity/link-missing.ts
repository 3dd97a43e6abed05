import type { SourceSettings } from '../config/source-file.ts';
import { sourceKey } from '../ids.ts';
import type { LinkedCustomer, NewLink } from '../store/links.ts';
import { numberLink } from './adopt.ts';
import { compatible, methodOf } from './identifiers.ts';
import type { KeyOutcome } from './identity.ts';
import { canLookUp, lookUp, lookUpKey, type Found, type Lookup } from './lookups.ts';
import type { Resolving } from './resolving.ts';

/**
 * Looks for a customer's record in a source that she is not linked to, by her trusted identifiers, the strongest first.
 * Exactly one record that contradicts nothing is linked; a source that knows none is not asked again for a while.
 */
export async function linkMissing(resolving: Resolving, customer: LinkedCustomer, source: SourceSettings): Promise<KeyOutcome> {
  const { links, rules, reads, clock } = resolving;
  const known = await recordsOf(resolving, customer);
  if (known.records.length === 0 && known.failure !== undefined) return known.failure;
  for (const name of rules.link) {
    const holder = known.records.find((record) => record.identifiers.get(name)?.verified === true);
    const identifier = holder?.identifiers.get(name);
    if (holder === undefined || identifier === undefined || !canLookUp(source, name)) continue;
    const lookup = await lookUp(reads, source, name, identifier.value);
    if (lookup.kind === 'failed') return lookup;
    const [match, another] = lookup.records;
    if (match === undefined || another !== undefined || match.identifiers.get(name)?.verified !== true) continue;
    if (!known.records.every((record) => compatible(record.identifiers, match.identifiers))) continue;
    if (name !== 'number') {
      // Two people may share an address where she is known too; then it says nothing about which of them this record is.
      const same = await lookUp(reads, holder.source, name, identifier.value);
      if (same.kind === 'failed') return same;
      if (same.records.length > 1) continue;
    }
    const link: NewLink = { namespace: source.name, value: match.key, method: methodOf[name], verified: true };
    const claimed = await links.claim({ customer: customer.id, links: [link, ...numberLink(holder)] });
    const stored = claimed.links.find((one) => one.namespace === source.name);
    if (stored !== undefined) return { kind: 'linked', key: sourceKey(stored.value) };
  }
  // A record that could not be read may hold the identifier that would have found her: then nobody knows.
  if (known.failure !== undefined) return known.failure;
  await links.noteAbsence({ customer: customer.id, source: source.name, until: clock() + rules.absentFor });
  return { kind: 'notLinked' };
}

interface OwnRecords {
  readonly records: readonly Found[];
  /** Why a record of hers could not be read, if one could not. */
  readonly failure: Extract<Lookup, { kind: 'failed' }> | undefined;
}

/** Her records in the sources that she is linked to and that hold identifiers. */
async function recordsOf({ sources, reads }: Resolving, customer: LinkedCustomer): Promise<OwnRecords> {
  const lookups = await Promise.all(
    sources.flatMap((source) => {
      const link = customer.links.find((one) => one.namespace === source.name);
      const useful = link !== undefined && source.identity.identifiers.size > 0;
      return useful ? [lookUpKey(reads, source, sourceKey(link.value))] : [];
    }),
  );
  return {
    records: lookups.flatMap((lookup) => (lookup.kind === 'found' ? lookup.records : [])),
    failure: lookups.find((lookup) => lookup.kind === 'failed'),
  };
}
