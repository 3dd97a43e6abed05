import type { SourceSettings } from '../config/source-file.ts';
import { sourceKey } from '../ids.ts';
import { soon, type Soon } from '../soon.ts';
import type { CustomerRef, LinkName } from '../store/links.ts';
import { adoptRecord } from './adopt.ts';
import type { CustomerKey, Resolution } from './identity.ts';
import { normalise } from './identifiers.ts';
import { lookUp, lookUpKey, type Found } from './lookups.ts';
import type { Resolving } from './resolving.ts';

/** Resolves a key by stored links alone. */
export function resolveStored({ links, sources }: Resolving, key: CustomerKey): Soon<Resolution> {
  const ref = refOf(key, sources);
  return ref === undefined ? unknown : soon(links.customer(ref), (customer) => (customer === undefined ? unknown : { kind: 'customer', customer }));
}

/** Reads what is stored of many keys ahead of those who resolve them. */
export function readStored({ links, sources }: Resolving, keys: readonly CustomerKey[]): Promise<void> {
  return links.ahead(keys.flatMap((key) => refOf(key, sources) ?? []));
}

const unknown: Resolution = { kind: 'unknown' };

function refOf(key: CustomerKey, sources: readonly SourceSettings[]): CustomerRef | undefined {
  const named = (name: LinkName): CustomerRef => ({ kind: 'name', ...name });
  switch (key.kind) {
    case 'id': return { kind: 'id', id: key.value };
    case 'number': return named({ namespace: 'number', value: key.value.trim() });
    // Identifiers and issuers have namespaces too; they are looked up by their own name, which is a right of its own.
    case 'external': return sources.some(({ name }) => name === key.namespace) ? named({ namespace: key.namespace, value: key.value }) : undefined;
    case 'token': return named({ namespace: key.issuer, value: key.subject });
    case 'email':
    case 'phone': return undefined;
  }
}

/** Resolves a key; where nothing is stored, the sources are asked, the leading one first. */
export function resolveKey(resolving: Resolving, key: CustomerKey): Soon<Resolution> {
  return soon(resolveStored(resolving, key), (known) => (known.kind === 'customer' ? known : askFor(resolving, key)));
}

async function askFor(resolving: Resolving, key: CustomerKey): Promise<Resolution> {
  if (key.kind === 'id' || key.kind === 'token') return unknown;
  if (key.kind === 'external') return resolveExternal(resolving, key);
  const value = normalise(key.kind, key.value);
  if (value === undefined) return unknown;
  let failure: Resolution | undefined;
  for (const source of resolving.sources) {
    if (resolving.unknown.has(source.name, key.kind, value)) continue;
    const lookup = await lookUp(resolving.reads, source, key.kind, value);
    if (lookup.kind === 'failed') failure ??= lookup;
    else if (lookup.records.length > 0) return oneOf(resolving, lookup.records);
    else resolving.unknown.note(source.name, key.kind, value);
  }
  return failure ?? unknown;
}

async function resolveExternal(resolving: Resolving, key: Extract<CustomerKey, { kind: 'external' }>): Promise<Resolution> {
  const source = resolving.sources.find((one) => one.name === key.namespace);
  if (source === undefined || resolving.unknown.has(source.name, 'key', key.value)) return unknown;
  const lookup = await lookUpKey(resolving.reads, source, sourceKey(key.value));
  if (lookup.kind === 'failed') return lookup;
  // The source says itself which record it is now.
  if (lookup.kind === 'moved') return oneOf(resolving, [lookup.record]);
  if (lookup.records.length === 0) resolving.unknown.note(source.name, 'key', key.value);
  return oneOf(resolving, lookup.records);
}

/** The one customer whom all the records belong to. */
async function oneOf(resolving: Resolving, records: readonly Found[]): Promise<Resolution> {
  const resolutions = await Promise.all(records.map((record) => adoptRecord(resolving, record)));
  const odd = resolutions.find((one) => one.kind !== 'customer');
  if (odd !== undefined) return odd;
  const ids = new Set(resolutions.map((one) => (one.kind === 'customer' ? one.customer.id : undefined)));
  return ids.size > 1 ? { kind: 'ambiguous' } : (resolutions[0] ?? unknown);
}
