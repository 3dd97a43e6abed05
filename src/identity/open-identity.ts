import type { SourceSettings } from '../config/source-file.ts';
import type { Reads } from '../connectors/reads.ts';
import { sourceKey, type SourceKey, type SourceName } from '../ids.ts';
import { allSoon, soon, type Soon } from '../soon.ts';
import { linksOf, type LinkedCustomer, type LinkStore, type Member } from '../store/links.ts';
import type { Stewardship } from '../store/stewardship.ts';
import { adoptRecord } from './adopt.ts';
import { followMoved } from './follow-moved.ts';
import type { Identity, KeysOutcome, ReadInPlace } from './identity.ts';
import { linkMissing, type Searched } from './link-missing.ts';
import { openLinkReads } from './link-reads.ts';
import { foundOf } from './lookups.ts';
import { readStored, resolveKey, resolveStored } from './resolve-key.ts';
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

  const keyOf = (customer: LinkedCustomer, member: Member, source: SourceName): Soon<Searched> => {
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
    resolve: (key) => resolveKey(resolving, key),
    stored: (key) => resolveStored(resolving, key),
    ahead: (keys) => readStored(resolving, keys),
    async adopt(source, row) {
      const settings = sources.find((one) => one.name === source);
      if (settings === undefined) throw new Error(`no source ${source}`);
      return adoptRecord(resolving, foundOf(settings, row));
    },
    keysOf(customer, source) {
      const [member, another] = customer.members;
      // As most customers are: nobody was merged with her.
      if (another === undefined) return soon(keyOf(customer, member, source), keysOfOne);
      return soon(allSoon(customer.members.map((each) => keyOf(customer, each, source))), together);
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

function keysOfOne(searched: Searched): KeysOutcome {
  return searched.kind === 'linked' ? { kind: 'linked', keys: [searched.key] } : searched;
}

/** The keys of all members. Where one could not be looked for, what is missing is not known, and so nothing is. */
function together(searched: readonly Searched[]): KeysOutcome {
  const failure = searched.find((one) => one.kind === 'failed');
  if (failure !== undefined) return failure;
  const [first, ...others] = searched.flatMap((one): readonly SourceKey[] => (one.kind === 'linked' ? [one.key] : []));
  return first === undefined ? { kind: 'notLinked' } : { kind: 'linked', keys: [first, ...others] };
}
