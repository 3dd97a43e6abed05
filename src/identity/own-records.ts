import { SourceError } from '../errors.ts';
import { sourceKey } from '../ids.ts';
import type { Member } from '../store/links.ts';
import { compatible, type Identifiers } from './identifiers.ts';
import { lookUpKey, type Found, type KeyLookup, type Lookup } from './lookups.ts';
import type { Resolving } from './resolving.ts';

/** What the sources say of a member who is linked to them. */
export interface OwnRecords {
  readonly records: readonly Found[];
  /** Why a record of hers could not be read, if one could not. */
  readonly failure: Extract<Lookup, { kind: 'failed' }> | undefined;
}

/** A record that has moved is still hers unless its number is another one than hers. */
function inPlace(lookup: KeyLookup, member: Pick<Member, 'links'>): Lookup {
  if (lookup.kind !== 'moved') return lookup;
  const { record } = lookup;
  if (numbersOf(member).every((one) => compatible(one, record.identifiers))) return { kind: 'found', records: [record] };
  return { kind: 'failed', error: new SourceError({ code: 'SOURCE_MALFORMED', source: record.source.name, message: 'the record was merged into one with another number' }) };
}

/** The stored numbers of a member, as identifiers. */
export function numbersOf({ links }: Pick<Member, 'links'>): readonly Identifiers[] {
  return links.filter(({ namespace }) => namespace === 'number').map(({ value }): Identifiers => new Map([['number', { value, verified: true }]]));
}

/** Her records in the sources that she is linked to and that hold identifiers. */
export async function recordsOf({ sources, reads }: Pick<Resolving, 'sources' | 'reads'>, member: Pick<Member, 'links'>): Promise<OwnRecords> {
  const lookups = await Promise.all(
    sources.flatMap((source) => {
      const link = member.links.find((one) => one.namespace === source.name);
      const useful = link !== undefined && source.identity.identifiers.size > 0;
      return useful ? [lookUpKey(reads, source, sourceKey(link.value)).then((lookup) => inPlace(lookup, member))] : [];
    }),
  );
  return {
    records: lookups.flatMap((lookup) => (lookup.kind === 'found' ? lookup.records : [])),
    failure: lookups.find((lookup) => lookup.kind === 'failed'),
  };
}
