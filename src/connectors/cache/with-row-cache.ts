import { SourceError } from '../../errors.ts';
import type { Call, Connector, FindResult, ReadResult } from '../connector.ts';
import type { CacheOutcome, Observe } from '../guards/events.ts';
import type { Flight, Memory } from './memory.ts';
import type { Dropped } from './other-processes.ts';
import { pageQuestion, rowQuestion, type Kept, type Question } from './question.ts';
import { usefulFor, type EntityCache } from './settings.ts';
import type { Looked, SharedRows } from './shared-rows.ts';

/**
 * Answers with rows that were read not long ago, for the entities that have a policy: within `maxAge` without asking; where the source fails, those not
 * older than `staleIfError`, marked stale. Lists of all are always asked for.
 *
 * Outside all guards: what is answered from here takes no place, no retry and no breaker, and what is asked for is joined with what others ask for.
 *
 * A row that was kept with more fields answers a read of fewer, and gives no others. One with fewer does not: what is asked for then is what this read
 * asks for and nothing beside it, since nobody decided on the rest.
 *
 * What this process does not have, several may keep together: that is looked up before the source is asked, and what the source gives is put there.
 */
export function withRowCache(connector: Connector, deps: {
  readonly policies: ReadonlyMap<string, EntityCache>;
  readonly memory: Memory;
  /** What several processes keep, for rows of this origin; undefined where each keeps them for itself. */
  readonly shared: { readonly rows: SharedRows; readonly origin: string } | undefined;
  /** Tells the other processes; nobody waits for it. */
  readonly tell: ((dropped: Dropped) => void) | undefined;
  readonly clock: () => number;
  readonly observe: Observe;
}): Connector {
  const { policies, memory, shared, tell: tellOthers, clock, observe } = deps;
  const { source } = connector;
  let closed = false;

  const usable = (kept: Kept | undefined, limit: number): kept is Kept => kept !== undefined && clock() - kept.fetchedAt <= limit;

  const answer = <Result extends ReadResult | FindResult>(question: Question<Result>, items: readonly string[], call: Call, ask: (items: readonly string[]) => Promise<readonly Result[]>): Promise<readonly Result[]> => {
    const policy = policies.get(question.entity);
    // A caller that has left, and one that comes after the end, are told so by the connector.
    if (policy === undefined || closed || call.signal.aborted) return ask(items);
    const { entity, scope, place, fields, tell } = question;
    const known = new Map<string, Result>();
    const missing = new Set<string>();
    for (const item of items) {
      const kept = memory.find(scope + item, place, fields);
      if (usable(kept, policy.maxAge)) known.set(item, tell(kept, false));
      else missing.add(item);
    }
    report(entity, 'hit', known.size);
    const told = (): readonly Result[] => items.map((item) => known.get(item) as Result);
    if (missing.size === 0) return Promise.resolve(told());
    return fetchMissing(question, policy, { missing: [...missing], known, ask, call }).then(told);
  };

  /** Fills `known` with what was missing. Rejects as the source does where there is nothing at all to answer with. */
  const fetchMissing = async <Result extends ReadResult | FindResult>(question: Question<Result>, policy: EntityCache, about: {
    readonly missing: readonly string[];
    readonly known: Map<string, Result>;
    readonly ask: (items: readonly string[]) => Promise<readonly Result[]>;
    readonly call: Call;
  }): Promise<void> => {
    const { known, ask, call } = about;
    const { entity, scope, place, fields, tell } = question;
    const flight = memory.depart(about.missing.map((item) => scope + item));
    try {
      const looked = shared && await shared.rows.look({ scope, place, fields, origin: shared.origin }, about.missing, usefulFor(policy));
      const missing = looked === undefined ? about.missing : takeOver(question, policy, { ...about, looked, flight });
      if (missing.length === 0) return;
      report(entity, 'miss', missing.length);
      const stale = (item: string, error: unknown): Result | undefined => {
        if (policy.staleIfError === undefined || !excuses(error) || !flight.holds(scope + item)) return undefined;
        const kept = memory.find(scope + item, place, fields);
        // A page of none has no row that could say how old it is.
        return usable(kept, policy.staleIfError) && kept.rows.length > 0 ? tell(kept, true) : undefined;
      };
      const askedAt = clock();
      const come = await ask(missing).catch((error: unknown) => {
        if (!(error instanceof SourceError) || call.signal.aborted) throw error;
        const instead = missing.map((item) => stale(item, error));
        if (known.size === 0 && instead.every((one) => one === undefined)) throw error;
        return missing.map((): Result => ({ kind: 'failed', error }) as Result);
      });
      if (come.length !== missing.length) throw new SourceError({ code: 'SOURCE_MALFORMED', source, message: 'not one result per key' });

      let outdated = 0;
      for (const [at, item] of missing.entries()) {
        const result = come[at] as Result;
        const old = result.kind === 'failed' ? stale(item, result.error) : undefined;
        if (old !== undefined) outdated += 1;
        known.set(item, old ?? result);
        if (result.kind === 'failed') continue;
        const kept = question.keep(result, askedAt);
        // The source says itself that it is not as it was kept: then that must not come back when the source fails.
        if (kept === undefined) {
          const dropped = memory.drop(scope + item) || looked?.found.has(item) === true;
          if (dropped) tellOthers?.({ names: [scope + item], scopes: [] });
          report(entity, 'dropped', dropped ? 1 : 0);
        } else if (flight.holds(scope + item) && !closed) {
          const until = kept.fetchedAt + usefulFor(policy);
          memory.keep(scope + item, place, { ...kept, fields }, until);
          looked?.keep(item, { ...kept, fields }, until - clock());
        }
      }
      report(entity, 'stale', outdated);
    } finally {
      flight.land();
    }
  };

  /** Takes over what other processes have read; fills `known` with what of it is new enough. Gives what is still missing. */
  const takeOver = <Result extends ReadResult | FindResult>(question: Question<Result>, policy: EntityCache, about: {
    readonly missing: readonly string[];
    readonly known: Map<string, Result>;
    readonly looked: Looked;
    readonly flight: Flight;
  }): readonly string[] => {
    const { scope, place, entity, tell } = question;
    for (const [item, kept] of about.looked.found) {
      if (!about.flight.holds(scope + item) || closed) continue;
      memory.keep(scope + item, place, kept, kept.fetchedAt + usefulFor(policy));
      if (usable(kept, policy.maxAge)) about.known.set(item, tell(kept, false));
    }
    const missing = about.missing.filter((item) => !about.known.has(item));
    report(entity, 'shared', about.missing.length - missing.length);
    return missing;
  };

  const report = (entity: string, outcome: CacheOutcome, items: number): void => {
    if (items > 0) observe({ kind: 'cache', source, entity, outcome, items });
  };

  return {
    source, capabilities: connector.capabilities,
    read: (request, call) => answer(rowQuestion(source, request), request.keys, call, (keys) => connector.read({ ...request, keys: keys as typeof request.keys }, call)),
    find: (request, call) => (request.kind === 'list'
      ? connector.find(request, call)
      : answer(pageQuestion(source, request), request.values, call, (values) => connector.find({ ...request, values }, call))),
    close() {
      closed = true;
      memory.dropAll(`${source} `);
      return connector.close();
    },
  };
}

/**
 * Whether a failure lets an older row stand in. A source that refuses what it is asked, or whose answer does not prove whose it is, has said something:
 * an older row would be shown against its word.
 */
function excuses(error: unknown): boolean {
  return error instanceof SourceError && error.fault === 'source' && error.code !== 'SOURCE_MALFORMED';
}
