import type { Reads } from '../connectors/reads.ts';
import type { CustomerId, SourceKey, SourceName } from '../ids.ts';
import type { Identity } from '../identity/identity.ts';
import { Malformed, type ConsentOrigin, type ValueOrigin } from '../schema/model.ts';
import type { Consent, ConsentStatus, FactRecord } from '../store/facts.ts';
import type { LinkedCustomer } from '../store/links.ts';
import { readerOf } from './row-reader.ts';

/** What one of a customer's records says of consent in a source that is the authority on it; undefined where it says nothing. */
interface Said {
  readonly origin: ConsentOrigin;
  readonly key: string;
  readonly consent: Consent | undefined;
}

/** Asks the sources that are the authority on consent. */
export interface ConsentReads {
  /** As facts to decide by. A source that says nothing, does not know her or fails is as one that says no: unknown is no. */
  toDecide(purpose: string, customer: LinkedCustomer): Promise<readonly FactRecord[]>;
  /** What they say, for people to read. */
  toShow(customer: LinkedCustomer): Promise<readonly FactRecord[]>;
}

/** Opens them for one request; a wave of reads of its own, before it is decided what else is read. */
export function openConsentReads(deps: {
  readonly identity: Identity;
  readonly reads: Reads;
  /** By purpose. */
  readonly origins: ReadonlyMap<string, readonly ConsentOrigin[]>;
}): ConsentReads {
  const askAll = async (purpose: string, customer: LinkedCustomer): Promise<readonly Said[]> =>
    (await Promise.all((deps.origins.get(purpose) ?? []).map((origin) => ask(deps, { purpose, origin, customer })))).flat();
  return {
    async toDecide(purpose, customer) {
      const said = await askAll(purpose, customer);
      // Each of her records has to say so, as if each were a source of its own.
      return said.map(({ origin, key, consent }) => recordOf(customer.id, { ...(consent ?? silence(purpose)), source: nameRecord(origin.source, key) }));
    },
    async toShow(customer) {
      const said = await Promise.all([...deps.origins.keys()].map((purpose) => askAll(purpose, customer)));
      return said.flat().flatMap(({ origin, consent }) => (consent === undefined ? [] : [recordOf(customer.id, { ...consent, source: origin.source })]));
    },
  };
}

interface Asked {
  readonly purpose: string;
  readonly origin: ConsentOrigin;
  readonly customer: LinkedCustomer;
}

async function ask({ identity, reads }: { readonly identity: Identity; readonly reads: Reads }, asked: Asked): Promise<readonly Said[]> {
  const { origin, customer } = asked;
  const keys = await identity.keysOf(customer, origin.source);
  if (keys.kind !== 'linked') return [{ origin, key: '', consent: undefined }];
  return Promise.all(keys.keys.map(async (key) => ({ origin, key, consent: await readConsent(identity, reads, asked, key) })));
}

/** The paths that are asked for to know what a source says of consent. */
export function consentPaths({ status, collectedAt, expiresAt }: ConsentOrigin): readonly string[] {
  return [...new Set([status, collectedAt, expiresAt].flatMap((one) => one?.paths ?? []))].sort();
}

/** Those of them that are asked for of one entity. */
export function consentPathsIn(origins: readonly ConsentOrigin[], asked: { readonly source: SourceName; readonly entity: string }): readonly string[] {
  return origins.filter(({ source, entity }) => source === asked.source && entity === asked.entity).flatMap(consentPaths);
}

async function readConsent(identity: Identity, reads: Reads, { purpose, origin, customer }: Asked, key: SourceKey): Promise<Consent | undefined> {
  const { source, entity, status, collectedAt, expiresAt } = origin;
  const result = await reads.row(source, entity, key, consentPaths(origin));
  const settled = result.kind === 'moved' ? await identity.follow(customer, source, key, result.row) : result;
  if (settled.kind !== 'found') return undefined;
  const reader = readerOf(settled.row);
  const value = async (from: ValueOrigin | undefined): Promise<unknown> => from?.read(reader);
  const [word, collected, expires] = await Promise.all([value(status), value(collectedAt), value(expiresAt)]);
  if (word === undefined || [word, collected, expires].some((one) => one instanceof Malformed)) return undefined;
  const at = timeOf(collected) ?? 0;
  const until = word === 'EXPIRED' ? at : timeOf(expires);
  return {
    kind: 'consent', purpose, status: word === 'EXPIRED' ? 'GRANTED' : word as ConsentStatus, source, method: 'IMPORTED', at,
    ...(until === undefined ? {} : { expiresAt: until }),
  };
}

function silence(purpose: string): Consent {
  return { kind: 'consent', purpose, status: 'DENIED', source: '', method: 'IMPORTED', at: 0 };
}

function recordOf(customer: CustomerId, fact: Consent): FactRecord {
  return { id: '', customer, fact, recordedAt: fact.at, actor: '' };
}

/** Milliseconds of an instant that was checked already. */
function timeOf(instant: unknown): number | undefined {
  return typeof instant === 'string' ? Date.parse(instant) : undefined;
}

/** Each of a customer's records in a source that is the authority has a say of its own, under a name of its own. */
function nameRecord(source: SourceName, key: string): string {
  return `authority ${source} ${key}`;
}

/** The source that is the authority, of a record of which the name is given; undefined for any other source of consent. */
export function authorityOf(name: string): string | undefined {
  return /^authority (\S+) /.exec(name)?.[1];
}
