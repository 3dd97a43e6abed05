import type { SourceSettings } from '../config/source-file.ts';
import type { Reads } from '../connectors/reads.ts';
import { sourceKey, type SourceKey, type SourceName } from '../ids.ts';
import { linksOf, type CustomerRef, type LinkedCustomer, type LinkName, type LinkStore, type Member } from '../store/links.ts';
import { adoptRecord } from './adopt.ts';
import type { CustomerKey, Identity, KeysOutcome, ReadInPlace, Resolution } from './identity.ts';
import { followMoved } from './follow-moved.ts';
import { normalise } from './identifiers.ts';
import { openLinkReads } from './link-reads.ts';
import { linkMissing, type Searched } from './link-missing.ts';
import { foundOf, lookUp, lookUpKey, type Found } from './lookups.ts';
import type { Stewardship } from '../store/stewardship.ts';
import type { IdentityRules, Resolving } from './resolving.ts';
import type { UnknownMemory } from './unknown-memory.ts';

/** Opens identity for one request. */
export function openIdentity(deps: {
  readonly store: LinkStore;
  readonly stewardship: Stewardship;
  readonly requestId: string;
  readonly reads: Reads;
  readonly sources: readonly SourceSettings[];
  /** One of the sources. */
  readonly lead: SourceSettings;
  readonly rules: IdentityRules;
  readonly unknown: UnknownMemory;
  readonly clock: () => number;
}): Identity {
  const { lead } = deps;
  const sources = [lead, ...deps.sources.filter((source) => source !== lead)];
  const resolving: Resolving = { ...deps, links: openLinkReads(deps.store), sources };
  const searches = new Map<string, Promise<Searched>>();
  const followed = new Map<string, Promise<ReadInPlace>>();

  const keyOf = async (customer: LinkedCustomer, member: Member, source: SourceName): Promise<Searched> => {
    const link = member.links.find((one) => one.namespace === source);
    if (link !== undefined) return { kind: 'linked', key: sourceKey(link.value) };
    const settings = sources.find((one) => one.name === source);
    if (settings === undefined || member.unlinked.some((noted) => noted.source === source)) return { kind: 'notLinked' };
    const name = `${member.id} ${source}`;
    const search = searches.get(name) ?? linkMissing(resolving, customer, member, settings);
    searches.set(name, search);
    return search;
  };

  return {
    resolve: (key) => resolve(resolving, key),
    stored: (key) => stored(resolving, key),
    async adopt(source, row) {
      const settings = sources.find((one) => one.name === source);
      if (settings === undefined) throw new Error(`no source ${source}`);
      return adoptRecord(resolving, foundOf(settings, row));
    },
    async keysOf(customer, source) {
      return together(await Promise.all(customer.members.map((member) => keyOf(customer, member, source))));
    },
    async follow(customer, source, key, row) {
      const settings = sources.find((one) => one.name === source);
      if (settings === undefined) throw new Error(`no source ${source}`);
      // Of several reads of one record each gave its own fields; that the link may follow is settled once.
      const name = `${source} ${key}`;
      const settled = followed.get(name) ?? followMoved(resolving, deps.stewardship, deps.requestId, { customer, source: settings, key, row });
      followed.set(name, settled);
      const outcome = await settled;
      return outcome.kind === 'found' ? { kind: 'found', row } : outcome;
    },
    async bind(customer, { issuer, subject }) {
      if (linksOf(customer).some(({ namespace }) => namespace === issuer)) return;
      await resolving.links.claim({ member: customer.id, links: [{ namespace: issuer, value: subject, method: 'TOKEN', verified: true }] });
    },
  };
}

/** The keys of all members. Where one could not be looked for, what is missing is not known, and so nothing is. */
function together(searched: readonly Searched[]): KeysOutcome {
  const failure = searched.find((one) => one.kind === 'failed');
  if (failure !== undefined) return failure;
  const [first, ...others] = searched.flatMap((one): readonly SourceKey[] => (one.kind === 'linked' ? [one.key] : []));
  return first === undefined ? { kind: 'notLinked' } : { kind: 'linked', keys: [first, ...others] };
}

async function stored({ links, sources }: Resolving, key: CustomerKey): Promise<Resolution> {
  const ref = refOf(key, sources);
  const customer = ref && await links.customer(ref);
  return customer === undefined ? { kind: 'unknown' } : { kind: 'customer', customer };
}

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

async function resolve(resolving: Resolving, key: CustomerKey): Promise<Resolution> {
  const known = await stored(resolving, key);
  if (known.kind === 'customer' || key.kind === 'id' || key.kind === 'token') return known;
  if (key.kind === 'external') return resolveExternal(resolving, key);
  const value = normalise(key.kind, key.value);
  if (value === undefined) return { kind: 'unknown' };
  let failure: Resolution | undefined;
  for (const source of resolving.sources) {
    if (resolving.unknown.has(source.name, key.kind, value)) continue;
    const lookup = await lookUp(resolving.reads, source, key.kind, value);
    if (lookup.kind === 'failed') failure ??= lookup;
    else if (lookup.records.length > 0) return oneOf(resolving, lookup.records);
    else resolving.unknown.note(source.name, key.kind, value);
  }
  return failure ?? { kind: 'unknown' };
}

async function resolveExternal(resolving: Resolving, key: Extract<CustomerKey, { kind: 'external' }>): Promise<Resolution> {
  const source = resolving.sources.find((one) => one.name === key.namespace);
  if (source === undefined || resolving.unknown.has(source.name, 'key', key.value)) return { kind: 'unknown' };
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
  return ids.size > 1 ? { kind: 'ambiguous' } : (resolutions[0] ?? { kind: 'unknown' });
}
