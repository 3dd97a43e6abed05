import type { SourceSettings } from '../config/source-file.ts';
import type { Reads } from '../connectors/reads.ts';
import { sourceKey, type SourceName } from '../ids.ts';
import type { LinkedCustomer, LinkStore, NewLink } from '../store/links.ts';
import { adoptRecord } from './adopt.ts';
import type { CustomerKey, Identity, KeyOutcome, Resolution } from './identity.ts';
import { normalise } from './identifiers.ts';
import { openLinkReads } from './link-reads.ts';
import type { IdentityRules, Resolving } from './resolving.ts';
import { linkMissing } from './link-missing.ts';
import { foundOf, lookUp, lookUpKey, type Found } from './lookups.ts';

/** Opens identity for one request. */
export function openIdentity(deps: {
  readonly store: LinkStore;
  readonly reads: Reads;
  readonly sources: readonly SourceSettings[];
  /** One of the sources. */
  readonly lead: SourceSettings;
  readonly rules: IdentityRules;
  readonly clock: () => number;
}): Identity {
  const { lead } = deps;
  const sources = [lead, ...deps.sources.filter((source) => source !== lead)];
  const resolving: Resolving = { ...deps, links: openLinkReads(deps.store), sources };
  const missing = new Map<string, Promise<KeyOutcome>>();

  const keyOf = (customer: LinkedCustomer, source: SourceName): Promise<KeyOutcome> | KeyOutcome => {
    const link = customer.links.find((one) => one.namespace === source);
    if (link !== undefined) return { kind: 'linked', key: sourceKey(link.value) };
    const settings = sources.find((one) => one.name === source);
    if (settings === undefined || customer.absentFrom.includes(source)) return { kind: 'notLinked' };
    const asked = `${customer.id} ${source}`;
    const outcome = missing.get(asked) ?? linkMissing(resolving, customer, settings);
    missing.set(asked, outcome);
    return outcome;
  };

  return {
    resolve: (key) => resolve(resolving, key),
    stored: (key) => stored(resolving, key),
    async adopt(source, row) {
      const settings = sources.find((one) => one.name === source);
      if (settings === undefined) throw new Error(`no source ${source}`);
      return adoptRecord(resolving, foundOf(settings, row), firstSeen(source, row.key));
    },
    keyOf: async (customer, source) => keyOf(customer, source),
  };
}

async function stored(resolving: Resolving, key: CustomerKey): Promise<Resolution> {
  const { links } = resolving;
  const id = await storedId(resolving, key);
  const customer = id === undefined ? undefined : await links.customer(id);
  return customer === undefined ? { kind: 'unknown' } : { kind: 'customer', customer };
}

async function storedId({ links, sources }: Resolving, key: CustomerKey): Promise<LinkedCustomer['id'] | undefined> {
  switch (key.kind) {
    case 'id': return key.value;
    case 'number': return links.owner({ namespace: 'number', value: key.value.trim() });
    case 'external': {
      // Identifiers have namespaces too; they are looked up by their own name, which is a right of its own.
      const isSource = sources.some(({ name }) => name === key.namespace);
      return isSource ? links.owner({ namespace: key.namespace, value: key.value }) : undefined;
    }
    case 'email':
    case 'phone': return undefined;
  }
}

async function resolve(resolving: Resolving, key: CustomerKey): Promise<Resolution> {
  const known = await stored(resolving, key);
  if (known.kind === 'customer' || key.kind === 'id') return known;
  if (key.kind === 'external') return resolveExternal(resolving, key);
  const value = normalise(key.kind, key.value);
  if (value === undefined) return { kind: 'unknown' };
  let failure: Resolution | undefined;
  for (const source of resolving.sources) {
    const lookup = await lookUp(resolving.reads, source, key.kind, value);
    if (lookup.kind === 'failed') failure ??= lookup;
    else if (lookup.records.length > 0) return oneOf(resolving, lookup.records);
  }
  return failure ?? { kind: 'unknown' };
}

async function resolveExternal(resolving: Resolving, key: Extract<CustomerKey, { kind: 'external' }>): Promise<Resolution> {
  const source = resolving.sources.find((one) => one.name === key.namespace);
  if (source === undefined) return { kind: 'unknown' };
  const lookup = await lookUpKey(resolving.reads, source, sourceKey(key.value));
  return lookup.kind === 'failed' ? lookup : oneOf(resolving, lookup.records);
}

/** The one customer whom all the records belong to. */
async function oneOf(resolving: Resolving, records: readonly Found[]): Promise<Resolution> {
  const resolutions = await Promise.all(records.map((record) => adoptRecord(resolving, record, firstSeen(record.source.name, record.key))));
  const odd = resolutions.find((one) => one.kind !== 'customer');
  if (odd !== undefined) return odd;
  const ids = new Set(resolutions.map((one) => (one.kind === 'customer' ? one.customer.id : undefined)));
  return ids.size > 1 ? { kind: 'ambiguous' } : (resolutions[0] ?? { kind: 'unknown' });
}

function firstSeen(source: string, key: string): NewLink {
  return { namespace: source, value: key, method: 'FIRST_SEEN', verified: true };
}
