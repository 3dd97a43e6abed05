import type { Caller } from '../caller/caller.ts';
import type { Rights } from './rights.ts';
import type { CustomerKey, Identity, Resolution } from '../identity/identity.ts';
import { soon, type Soon } from '../soon.ts';
import { linksOf } from '../store/links.ts';

/** All of a caller that says whom she may see. */
export type Viewer = Pick<Caller, 'kind' | 'customers' | 'issuer' | 'subject' | 'audience'>;

const unknown: Resolution = { kind: 'unknown' };

/**
 * Resolves a key for a caller. Staff may name anybody, and sources are asked for whom nobody has met yet, unless it depends on the
 * customer whether she is seen; services may name anybody who is known already. A partner and the customer herself see only those whom their token names, a
 * partner also those who are recorded as its customers; anybody else is as unknown as somebody who is not there. Where sources are not asked, asking makes nothing happen: no source is called and
 * nobody comes to be known.
 */
export function resolveVisible(identity: Identity, caller: Viewer, rights: Rights, key: CustomerKey): Soon<Resolution> {
  // Who is refused costs no call to a source, so neither may who is not there. Her issuer vouches for the number that a token names, so that looking for it is no probing.
  if (asksSources(caller, rights, key)) return identity.resolve(key);
  const stored = identity.stored(key);
  if (caller.customers === 'all') return stored;
  return soon(stored, (found) => (found.kind === 'customer' && (maySee(caller, found) || isPartnersOwn(caller, rights, found)) ? found : unknown));
}

/** Whether sources are asked for a key that nothing is stored of. */
export function asksSources({ kind, customers }: Pick<Viewer, 'kind' | 'customers'>, { seesSomeOnly }: Pick<Rights, 'seesSomeOnly'>, key: CustomerKey): boolean {
  if (seesSomeOnly) return false;
  return customers === 'all' ? kind === 'staff' : key.kind === 'number' && customers.includes(key.value.trim());
}

/**
 * The customer that a caller is herself: whom her token's issuer and subject are linked to. A token that names one number is
 * linked to the customer with that number; once it is, a token of the same subject with another number is nobody's.
 */
export async function resolveSelf(identity: Identity, caller: Viewer, rights: Rights): Promise<Resolution> {
  if (caller.kind !== 'customer' || caller.customers === 'all') return unknown;
  const token = { kind: 'token', issuer: caller.issuer, subject: caller.subject } as const;
  const known = await identity.stored(token);
  const [number, another] = caller.customers;
  if (known.kind === 'customer') return number === undefined || names(caller.customers, known) ? known : unknown;
  if (number === undefined || another !== undefined) return unknown;
  const key = { kind: 'number', value: number } as const;
  const found = rights.seesSomeOnly ? await identity.stored(key) : await identity.resolve(key);
  if (found.kind === 'customer') await identity.bind(found.customer, token);
  return found;
}

type Known = Extract<Resolution, { kind: 'customer' }>;

function maySee({ kind, customers, issuer, subject }: Viewer, found: Known): boolean {
  if (customers === 'all' || names(customers, found)) return true;
  const own = linksOf(found.customer).some((link) => link.namespace === issuer && link.value === subject);
  return kind === 'customer' && customers.length === 0 && own;
}

function isPartnersOwn({ kind, audience }: Viewer, rights: Rights, { customer }: Known): boolean {
  return kind === 'partner' && rights.stored(customer).partners.includes(audience);
}

function names(numbers: readonly string[], { customer }: Known): boolean {
  return linksOf(customer).some((link) => link.namespace === 'number' && numbers.includes(link.value));
}
