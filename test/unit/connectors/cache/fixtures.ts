import { openMemory, type Memory } from '../../../../src/connectors/cache/memory.ts';
import type { EntityCache } from '../../../../src/connectors/cache/settings.ts';
import { withRowCache } from '../../../../src/connectors/cache/with-row-cache.ts';
import type { Call, Connector, FindRequest, FindResult, MatchRequest, ReadRequest, ReadResult } from '../../../../src/connectors/connector.ts';
import type { GuardEvent } from '../../../../src/connectors/guards/events.ts';
import { sourceKey, type SourceKey } from '../../../../src/ids.ts';
import { aConnector } from '../guards/fixtures.ts';

/** A source whose every record says in which version it is, behind a cache; the clock stands until it is moved. */
export interface Cached {
  readonly connector: Connector;
  readonly memory: Memory;
  readonly events: readonly GuardEvent[];
  /** What reached the source since the last call. */
  take(): readonly (ReadRequest | FindRequest)[];
  /** Milliseconds pass. */
  pass(milliseconds: number): void;
  /** From now on every record is in this version. */
  version(name: string): void;
  /** From now on the source answers reads so; undefined: as usual. */
  answer(read: ((request: ReadRequest) => Promise<readonly ReadResult[]>) | undefined): void;
  /** From now on every call rejects with this; undefined: none. */
  fail(error: Error | undefined): void;
}

export const minute: EntityCache = { maxAge: 60_000, staleIfError: 3_600_000 };

export function aCached({ policy = minute, bytes = 1_000_000 }: { readonly policy?: EntityCache; readonly bytes?: number } = {}): Cached {
  const events: GuardEvent[] = [];
  let asked: (ReadRequest | FindRequest)[] = [];
  let now = 1_000_000;
  let current = 'v1';
  let failure: Error | undefined;
  let read: ((request: ReadRequest) => Promise<readonly ReadResult[]>) | undefined;
  const clock = (): number => now;
  const row = (key: SourceKey, fields: readonly string[]) => ({ key, values: Object.fromEntries(fields.map((field) => [field, `${field} of ${key} ${current}`])), fetchedAt: now, stale: false });
  const source: Connector = {
    ...aConnector({
      async read(request) {
        asked.push(request);
        if (failure !== undefined) throw failure;
        return read?.(request) ?? request.keys.map((key): ReadResult => ({ kind: 'found', row: row(key, request.fields) }));
      },
      async find(request) {
        asked.push(request);
        if (failure !== undefined) throw failure;
        const parents = request.kind === 'match' ? request.values : ['all'];
        return parents.map((parent): FindResult => ({ kind: 'rows', rows: parent === 'none' ? [] : [row(sourceKey(`${parent}-1`), request.fields)], next: undefined }));
      },
    }),
    capabilities: new Map(['account', 'other'].map((entity) => [entity, { projects: true, read: { batch: 10 }, list: undefined, find: new Map([['email', { batch: 10, pageSize: 10 }]]) }])),
  };
  const memory = openMemory({ bytes, clock });
  return {
    connector: withRowCache(source, { policies: new Map([['account', policy]]), memory, shared: undefined, tell: undefined, clock, observe: (event) => void events.push(event) }),
    memory, events,
    take() {
      const taken = asked;
      asked = [];
      return taken;
    },
    pass: (milliseconds) => void (now += milliseconds),
    version: (name) => void (current = name),
    answer: (given) => void (read = given),
    fail: (error) => void (failure = error),
  };
}

export const call: Call = { signal: new AbortController().signal, deadline: Infinity, requestId: 'r1' };

export const aRead = (keys: readonly string[], fields: readonly string[] = ['name'], entity = 'account'): ReadRequest => ({ entity, keys: keys.map(sourceKey), fields });

export const aFind = (values: readonly string[], fields: readonly string[] = ['name'], at?: string): MatchRequest => ({
  kind: 'match', entity: 'account', attribute: 'email', values, fields, page: { size: 10, at },
});

/** Results in short: the values of rows, when they were read, and whether they are stale. */
export function told(results: readonly (ReadResult | FindResult)[]): readonly unknown[] {
  return results.map((result) => {
    switch (result.kind) {
      case 'found': case 'moved': return { ...result.row.values, at: result.row.fetchedAt, ...(result.row.stale ? { stale: true } : {}) };
      case 'rows': return result.rows.map((row) => ({ ...row.values, at: row.fetchedAt, ...(row.stale ? { stale: true } : {}) }));
      case 'failed': return result.error.code;
      case 'absent': return 'absent';
    }
  });
}
