import type { IdentifierName } from '../config/gateway-file.ts';
import type { SourceSettings } from '../config/source-file.ts';
import type { SourceError } from '../errors.ts';
import { sourceKey, type SourceKey } from '../ids.ts';
import type { LinkedCustomer, LinkName, Member, NewLink, UnlinkedReason } from '../store/links.ts';
import { numberLink } from './adopt.ts';
import { methodOf } from './identifiers.ts';
import { canLookUp, lookUp, othersWith, type Found } from './lookups.ts';
import { chooseMatch, nameOf } from './match.ts';
import { meetByNumber } from './meet-by-number.ts';
import { recordsOf } from './own-records.ts';
import type { Resolving } from './resolving.ts';

/** What came of looking for a member's record in one source. */
export type Searched =
  | { readonly kind: 'linked'; readonly key: SourceKey }
  | { readonly kind: 'notLinked' }
  | { readonly kind: 'failed'; readonly error: SourceError };

interface Doubt {
  readonly reason: UnlinkedReason;
  readonly identifier?: IdentifierName;
  readonly candidates: readonly LinkName[];
}

/** What one identifier came to. */
type Attempt = Exclude<Searched, { kind: 'notLinked' }> | { readonly kind: 'doubt'; readonly doubt: Doubt; readonly decisive: boolean } | undefined;

/**
 * Looks for a member's record in a source that she is not linked to, by her trusted identifiers, the strongest first.
 * Exactly one record that contradicts nothing is linked. Where that cannot be, why not is noted for review, and the source is
 * not asked again for a while.
 */
export async function linkMissing(resolving: Resolving, customer: LinkedCustomer, member: Member, source: SourceSettings): Promise<Searched> {
  const { links, rules, clock } = resolving;
  const own = await recordsOf(resolving, member);
  const known = own.records.length > 0 || own.failure !== undefined ? own : await meetByNumber(resolving, customer, member);
  if (known.records.length === 0 && known.failure !== undefined) return known.failure;
  const met = known === own ? undefined : known.records.find((record) => record.source.name === source.name);
  if (met !== undefined) return { kind: 'linked', key: met.key };
  let doubt: Doubt = { reason: 'NO_MATCH', candidates: [] };
  for (const name of rules.link) {
    const attempt = await linkBy(name, { resolving, customer, member, source, records: known.records });
    if (attempt === undefined) continue;
    if (attempt.kind !== 'doubt') return attempt;
    doubt = attempt.doubt;
    // Several records with one identifier: a weaker one must not choose among them.
    if (attempt.decisive) break;
  }
  // A record that could not be read may hold the identifier that would have found her: then nobody knows.
  if (known.failure !== undefined) return known.failure;
  const notedAt = clock();
  await links.noteUnlinked({ customer: member.id, source: source.name, ...doubt, notedAt, until: notedAt + rules.absentFor });
  return { kind: 'notLinked' };
}

async function linkBy(identifier: IdentifierName, about: {
  readonly resolving: Resolving;
  readonly customer: LinkedCustomer;
  readonly member: Member;
  readonly source: SourceSettings;
  readonly records: readonly Found[];
}): Promise<Attempt> {
  const { resolving: { reads, links }, customer, member, source, records } = about;
  const holder = records.find((record) => record.identifiers.get(identifier)?.verified === true);
  const value = holder?.identifiers.get(identifier)?.value;
  if (holder === undefined || value === undefined || !canLookUp(source, identifier)) return undefined;
  const doubt = (reason: UnlinkedReason, candidates: readonly LinkName[], decisive = false): Attempt =>
    ({ kind: 'doubt', doubt: { reason, identifier, candidates }, decisive });

  const lookup = await lookUp(reads, source, identifier, value);
  if (lookup.kind === 'failed') return lookup;
  const match = chooseMatch(lookup, {
    identifier, known: records.map((record) => record.identifiers), barred: customer.members.flatMap(({ barred }) => barred),
  });
  if (match.kind === 'none') return undefined;
  if (match.kind === 'doubtful') return doubt(match.reason, match.candidates, match.reason === 'AMBIGUOUS');
  if (identifier !== 'number') {
    // Two people may share an address where she is known too; then it says nothing about which of them this record is.
    const same = await othersWith(reads, holder, identifier, value);
    if (same.kind === 'failed') return same;
    if (same.kind === 'shared') return doubt('AMBIGUOUS', [match.record, ...same.others].map(nameOf), true);
  }
  const link: NewLink = { ...nameOf(match.record), method: methodOf[identifier], verified: true, from: nameOf(holder) };
  const claimed = await links.claim({ member: member.id, links: [link, ...numberLink(holder)] });
  const stored = claimed.members.find(({ id }) => id === member.id)?.links.find(({ namespace }) => namespace === source.name);
  return stored === undefined ? doubt('LINKED_ELSEWHERE', [nameOf(match.record)], true) : { kind: 'linked', key: sourceKey(stored.value) };
}
