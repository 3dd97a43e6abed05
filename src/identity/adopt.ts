import type { IdentifierName } from '../config/gateway-file.ts';
import type { CustomerId } from '../ids.ts';
import { sameName, linksOf, type LinkedCustomer, type LinkName, type NewLink, type UnlinkedReason } from '../store/links.ts';
import { methodOf } from './identifiers.ts';
import type { Resolution } from './identity.ts';
import { canLookUp, lookUp, othersWith, type Found } from './lookups.ts';
import { chooseMatch, nameOf } from './match.ts';
import type { Resolving } from './resolving.ts';

/**
 * The customer of a record: the stored link's, else the one who has its unique number, else the one whose record in the
 * leading source answers to the same trusted identifier, else a new one.
 *
 * A leading source that fails ends it: to mint then would split one person into two for good.
 */
export async function adoptRecord(resolving: Resolving, record: Found): Promise<Resolution> {
  const { links } = resolving;
  const name = nameOf(record);
  const owner = await links.customer({ kind: 'name', ...name });
  if (owner !== undefined) return { kind: 'customer', customer: owner };
  const candidate = await candidateFor(resolving, record);
  if (candidate?.kind === 'failed' || candidate?.kind === 'ambiguous') return candidate;
  if (candidate?.kind !== 'found') return mint(resolving, record, candidate);
  const claimed = await links.claim({ member: candidate.member, links: [{ ...name, ...candidate.evidence }] });
  if (holds(claimed, name)) return { kind: 'customer', customer: claimed };
  // Another process may have linked the record to somebody else meanwhile; the stored link is right.
  const stored = await links.customer({ kind: 'name', ...name });
  if (stored !== undefined) return { kind: 'customer', customer: stored };
  // She has another record in that source, or this one is barred from her.
  return mint(resolving, record, { kind: 'doubt', reason: 'LINKED_ELSEWHERE', identifier: candidate.identifier, candidates: [candidate.evidence.from] });
}

/** The unique number of a record as a link of its own, so that the next look-up by it needs no source. */
export function numberLink(record: Found): readonly NewLink[] {
  const number = record.identifiers.get('number');
  return number === undefined ? [] : [{ namespace: 'number', value: number.value, method: 'NUMBER', verified: true, from: nameOf(record) }];
}

interface Doubt {
  readonly kind: 'doubt';
  readonly reason: UnlinkedReason;
  readonly identifier: IdentifierName;
  readonly candidates: readonly LinkName[];
}

type Candidate =
  | {
      readonly kind: 'found';
      readonly member: CustomerId;
      readonly identifier: IdentifierName;
      readonly evidence: Pick<NewLink, 'method' | 'verified'> & { readonly from: LinkName };
    }
  | Doubt
  | Extract<Resolution, { kind: 'failed' | 'ambiguous' }>;

async function candidateFor(resolving: Resolving, record: Found): Promise<Candidate | undefined> {
  const { links, lead, rules, reads } = resolving;
  const [number] = numberLink(record);
  const numbered = number && await links.customer({ kind: 'name', namespace: number.namespace, value: number.value });
  const holder = number && numbered?.members.find((member) => member.links.some((link) => sameName(link, number)));
  if (holder !== undefined && number !== undefined) {
    const from = holder.links.find((link) => sameName(link, number))?.from ?? { namespace: number.namespace, value: number.value };
    return { kind: 'found', member: holder.id, identifier: 'number', evidence: { method: 'NUMBER', verified: true, from } };
  }
  if (record.source === lead) return undefined;
  let doubt: Doubt | undefined;
  for (const identifier of rules.link) {
    const own = record.identifiers.get(identifier);
    if (own?.verified !== true || !canLookUp(lead, identifier)) continue;
    const lookup = await lookUp(reads, lead, identifier, own.value);
    if (lookup.kind === 'failed') return lookup;
    const match = chooseMatch(lookup, { identifier, known: [record.identifiers], barred: [] });
    if (match.kind === 'none') continue;
    if (match.kind === 'doubtful') {
      doubt = { kind: 'doubt', identifier, reason: match.reason, candidates: match.candidates };
      if (match.reason === 'AMBIGUOUS') return doubt;
      continue;
    }
    if (identifier !== 'number') {
      // Two records of its own source may have the address: then it does not say which of them is hers.
      const same = await othersWith(reads, record, identifier, own.value);
      if (same.kind === 'failed') return same;
      if (same.kind === 'shared') return { kind: 'doubt', identifier, reason: 'AMBIGUOUS', candidates: [match.record, ...same.others].map(nameOf) };
    }
    const resolution = await adoptRecord(resolving, match.record);
    if (resolution.kind === 'failed' || resolution.kind === 'ambiguous') return resolution;
    const from = nameOf(match.record);
    const member = resolution.kind === 'customer' ? resolution.customer.members.find(({ links: own }) => own.some((link) => sameName(link, from))) : undefined;
    if (member !== undefined) return { kind: 'found', member: member.id, identifier, evidence: { method: methodOf[identifier], verified: true, from } };
  }
  return doubt;
}

/** A new customer for a record. That the leading source may know her after all is noted for review. */
async function mint({ links, lead, rules, clock }: Resolving, record: Found, doubt: Doubt | undefined): Promise<Resolution> {
  const name = nameOf(record);
  const link: NewLink = { ...name, method: 'FIRST_SEEN', verified: true };
  const [number] = numberLink(record);
  // The number comes first: whoever has it, be it since a moment ago and through another process, is the same customer.
  const claimed = number === undefined ? undefined : await links.claim({ member: undefined, links: [number, link] });
  const customer = claimed !== undefined && holds(claimed, name) ? claimed : await links.claim({ member: undefined, links: [link] });
  if (doubt !== undefined && !linksOf(customer).some(({ namespace }) => namespace === lead.name)) {
    const { reason, identifier, candidates } = doubt;
    const notedAt = clock();
    await links.noteUnlinked({ customer: customer.id, source: lead.name, reason, identifier, candidates, notedAt, until: notedAt + rules.absentFor });
  }
  return { kind: 'customer', customer };
}

function holds(customer: LinkedCustomer, name: LinkName): boolean {
  return linksOf(customer).some((link) => sameName(link, name));
}
