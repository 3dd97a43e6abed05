import type { Caller } from '../caller/caller.ts';
import type { CustomerKey, Identity, Resolution } from '../identity/identity.ts';

/**
 * Resolves a key for a caller. Staff and services may name anybody. A partner and the customer herself see only those whom
 * their token names; anybody else is as unknown as somebody who is not there, and asking makes nothing happen: no source is
 * called and nobody comes to be known.
 */
export async function resolveVisible(identity: Identity, caller: Pick<Caller, 'customers'>, key: CustomerKey): Promise<Resolution> {
  const { customers } = caller;
  if (customers === 'all') return identity.resolve(key);
  if (key.kind === 'number' && customers.includes(key.value.trim())) return identity.resolve(key);
  const found = await identity.stored(key);
  if (found.kind !== 'customer') return { kind: 'unknown' };
  const named = found.customer.links.some((link) => link.namespace === 'number' && customers.includes(link.value));
  return named ? found : { kind: 'unknown' };
}
