import type { LinkedCustomer, NewLink } from '../store/links.ts';
import { compatible, methodOf } from './identifiers.ts';
import type { Resolution } from './identity.ts';
import { canLookUp, lookUp, type Found } from './lookups.ts';
import type { Resolving } from './resolving.ts';

/**
 * The customer of a record: the stored link's, else the one who has its unique number, else the one whose record in the
 * leading source answers to the same trusted identifier, else a new one.
 *
 * A leading source that fails ends it: to mint then would split one person into two for good.
 */
export async function adoptRecord(resolving: Resolving, record: Found, link: NewLink): Promise<Resolution> {
  const { links } = resolving;
  const owner = await links.owner(link);
  if (owner !== undefined) return customerOf(await links.customer(owner));
  const candidate = await candidateFor(resolving, record);
  if (candidate?.kind === 'failed' || candidate?.kind === 'ambiguous') return candidate;
  if (candidate !== undefined) {
    const taken = candidate.customer.links.some((one) => one.namespace === link.namespace);
    if (taken) return customerOf(await links.claim({ customer: undefined, links: [link] }));
    const claimed = await links.claim({ customer: candidate.customer.id, links: [{ ...link, ...candidate.evidence }] });
    // Another process may have linked the record to somebody else meanwhile; the stored link is right.
    return holds(claimed, link) ? customerOf(claimed) : ownerOf(resolving, link);
  }
  return customerOf(await links.claim({ customer: undefined, links: [link, ...numberLink(record)] }));
}

/** The unique number of a record as a link of its own, so that the next look-up by it needs no source. */
export function numberLink(record: Pick<Found, 'identifiers'>): readonly NewLink[] {
  const number = record.identifiers.get('number');
  return number === undefined ? [] : [{ namespace: 'number', value: number.value, method: 'NUMBER', verified: true }];
}

type Candidate =
  | { readonly kind: 'customer'; readonly customer: LinkedCustomer; readonly evidence: Pick<NewLink, 'method' | 'verified'> }
  | Extract<Resolution, { kind: 'failed' | 'ambiguous' }>;

async function candidateFor(resolving: Resolving, record: Found): Promise<Candidate | undefined> {
  const { links, lead, rules, reads } = resolving;
  const [number] = numberLink(record);
  const owner = number === undefined ? undefined : await links.owner(number);
  const customer = owner === undefined ? undefined : await links.customer(owner);
  if (customer !== undefined) return { kind: 'customer', customer, evidence: { method: 'NUMBER', verified: true } };
  if (record.source === lead) return undefined;
  for (const name of rules.link) {
    const identifier = record.identifiers.get(name);
    if (identifier?.verified !== true || !canLookUp(lead, name)) continue;
    const lookup = await lookUp(reads, lead, name, identifier.value);
    if (lookup.kind === 'failed') return lookup;
    const [match, another] = lookup.records;
    if (match === undefined || another !== undefined || !compatible(match.identifiers, record.identifiers)) continue;
    if (match.identifiers.get(name)?.verified !== true) continue;
    const resolution = await adoptRecord(resolving, match, { namespace: lead.name, value: match.key, method: 'FIRST_SEEN', verified: true });
    if (resolution.kind === 'customer') return { ...resolution, evidence: { method: methodOf[name], verified: true } };
    if (resolution.kind !== 'unknown') return resolution;
  }
  return undefined;
}

async function ownerOf({ links }: Resolving, link: NewLink): Promise<Resolution> {
  const owner = await links.owner(link);
  return customerOf(owner === undefined ? undefined : await links.customer(owner));
}

function holds(customer: LinkedCustomer, link: NewLink): boolean {
  return customer.links.some((one) => one.namespace === link.namespace && one.value === link.value);
}

function customerOf(customer: LinkedCustomer | undefined): Resolution {
  return customer === undefined ? { kind: 'unknown' } : { kind: 'customer', customer };
}

