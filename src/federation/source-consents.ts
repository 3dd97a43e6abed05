import type { Reads } from '../connectors/reads.ts';
import type { SourceKey } from '../ids.ts';
import type { Identity } from '../identity/identity.ts';
import { Malformed, type ConsentOrigin, type ValueOrigin } from '../schema/model.ts';
import type { Consent, ConsentStatus } from '../store/facts.ts';
import type { LinkedCustomer } from '../store/links.ts';
import { readerOf } from './subject.ts';

/**
 * What the sources that are the authority on consent for a purpose say of a customer: a wave of its own, before it is decided what
 * is read of her. A source that says nothing, does not know her or fails is as one that says no.
 */
export async function readConsents(
  { identity, reads }: { readonly identity: Identity; readonly reads: Reads },
  purpose: string,
  origins: readonly ConsentOrigin[],
  customer: LinkedCustomer,
): Promise<readonly Consent[]> {
  const said = await Promise.all(origins.map(async (origin) => {
    const keys = await identity.keysOf(customer, origin.source);
    if (keys.kind !== 'linked') return [saidNothing(purpose, origin, '')];
    return Promise.all(keys.keys.map((key) => readConsent({ identity, reads }, purpose, origin, { customer, key })));
  }));
  return said.flat();
}

async function readConsent(
  { identity, reads }: { readonly identity: Identity; readonly reads: Reads },
  purpose: string,
  origin: ConsentOrigin,
  { customer, key }: { readonly customer: LinkedCustomer; readonly key: SourceKey },
): Promise<Consent> {
  const { source, entity, status, collectedAt, expiresAt } = origin;
  const nothing = saidNothing(purpose, origin, key);
  const paths = [...new Set([status, collectedAt, expiresAt].flatMap((one) => one?.paths ?? []))].sort();
  const result = await reads.row(source, entity, key, paths);
  const settled = result.kind === 'moved' ? await identity.follow(customer, source, key, result.row) : result;
  if (settled.kind !== 'found') return nothing;
  const reader = readerOf(settled.row);
  const value = async (from: ValueOrigin | undefined): Promise<unknown> => from?.read(reader);
  const [word, collected, expires] = await Promise.all([value(status), value(collectedAt), value(expiresAt)]);
  if (word === undefined || [word, collected, expires].some((one) => one instanceof Malformed) || word === 'EXPIRED') return nothing;
  return {
    ...nothing, status: word as ConsentStatus, at: timeOf(collected) ?? 0,
    ...(expires === undefined ? {} : { expiresAt: timeOf(expires) }),
  };
}

/** Unknown is no. */
function saidNothing(purpose: string, { source }: ConsentOrigin, key: string): Consent {
  return { kind: 'consent', purpose, status: 'DENIED', source: `authority ${source} ${key}`, method: 'IMPORTED', at: 0 };
}

/** Milliseconds of an instant that was checked already. */
function timeOf(instant: unknown): number | undefined {
  return typeof instant === 'string' ? Date.parse(instant) : undefined;
}
