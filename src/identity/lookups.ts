import type { IdentifierName } from '../config/gateway-file.ts';
import type { SourceSettings } from '../config/source-file.ts';
import type { SourceError } from '../errors.ts';
import type { Row } from '../connectors/connector.ts';
import type { SourceKey } from '../ids.ts';
import type { Reads } from '../connectors/reads.ts';
import { identifierFields, identifiersOf, type Identifiers } from './identifiers.ts';

/** A source's record of a customer, as far as identity goes. */
export interface Found {
  readonly source: SourceSettings;
  readonly key: SourceKey;
  readonly identifiers: Identifiers;
}

/** `more` says that the source has others than these. */
export type Lookup = { readonly kind: 'found'; readonly records: readonly Found[]; readonly more?: boolean } | { readonly kind: 'failed'; readonly error: SourceError };

/** What a key gives: `moved` where the source has merged its record into another one. */
export type KeyLookup = Lookup | { readonly kind: 'moved'; readonly record: Found };

/** More matches than this are as ambiguous as two. */
const enoughToTell = 5;

/** A row of a source as its record of a customer. Its identifiers are read when they are asked for: whoever has a link needs none. */
export function foundOf(source: SourceSettings, row: Row): Found {
  let identifiers: Identifiers | undefined;
  return {
    source, key: row.key,
    get identifiers() {
      return identifiers ??= identifiersOf(source, row);
    },
  };
}

/** True when the source declares that it can look customers up by the identifier. */
export function canLookUp(source: SourceSettings, name: IdentifierName): boolean {
  return lookupOf(source, name) !== undefined;
}

/** What a source is asked to look a customer up by an identifier; undefined where it cannot. */
export function lookupOf(source: SourceSettings, name: IdentifierName): { readonly entity: string; readonly attribute: string; readonly fields: readonly string[] } | undefined {
  const attribute = source.identity.identifiers.get(name)?.find;
  return attribute === undefined ? undefined : { entity: source.identity.entity, attribute, fields: identifierFields(source) };
}

/** The source's records that have the identifier; none where it cannot look up by it. */
export async function lookUp(reads: Reads, source: SourceSettings, name: IdentifierName, value: string): Promise<Lookup> {
  const asked = lookupOf(source, name);
  if (asked === undefined) return { kind: 'found', records: [] };
  const { entity, attribute, fields } = asked;
  const limit = source.parsed.capabilities.get(entity)?.find.get(attribute)?.pageSize ?? enoughToTell;
  const page = { size: Math.min(limit, enoughToTell), at: undefined };
  const result = await reads.match({ source: source.name, entity, attribute, value, fields, page });
  if (result.kind === 'failed') return result;
  return { kind: 'found', records: result.rows.map((row) => foundOf(source, row)), more: result.next !== undefined };
}

/** Whether anybody but the holder of an identifier has it in her own source; where that source cannot look, nobody can tell. */
export async function othersWith(reads: Reads, holder: Found, name: IdentifierName, value: string): Promise<
  | { readonly kind: 'alone' }
  | { readonly kind: 'shared'; readonly others: readonly Found[] }
  | Extract<Lookup, { kind: 'failed' }>
> {
  if (!canLookUp(holder.source, name)) return { kind: 'shared', others: [] };
  const lookup = await lookUp(reads, holder.source, name, value);
  if (lookup.kind === 'failed') return lookup;
  const others = lookup.records.filter(({ key }) => key !== holder.key);
  return others.length > 0 || lookup.more === true ? { kind: 'shared', others } : { kind: 'alone' };
}

/** The source's record with the key, if there is one. */
export async function lookUpKey(reads: Reads, source: SourceSettings, key: SourceKey): Promise<KeyLookup> {
  const result = await reads.row(source.name, source.identity.entity, key, identifierFields(source));
  if (result.kind === 'failed') return result;
  if (result.kind === 'moved') return { kind: 'moved', record: foundOf(source, result.row) };
  return { kind: 'found', records: result.kind === 'found' ? [foundOf(source, result.row)] : [] };
}
