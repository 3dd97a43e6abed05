import { SourceError, type SourceErrorCode, type SourceFault } from '../../../../src/errors.ts';
import { sourceKey, sourceName, type SourceKey } from '../../../../src/ids.ts';
import type { Call, Connector, FindRequest, MatchRequest, ReadRequest, ReadResult } from '../../../../src/connectors/connector.ts';
import type { GuardEvent } from '../../../../src/connectors/guards/events.ts';
import { limitsShape, type Limits } from '../../../../src/connectors/guards/limits.ts';

/** A connector that answers as told; every key is found unless told otherwise. */
export function aConnector(answers: Partial<Pick<Connector, 'read' | 'find' | 'close'>> = {}): Connector {
  return {
    source: sourceName('billing'),
    capabilities: new Map(),
    read: async (request) => request.keys.map(found),
    find: async () => [{ kind: 'rows', rows: [], next: undefined }],
    close: async () => {},
    ...answers,
  };
}

export const found = (key: SourceKey): ReadResult => ({ kind: 'found', row: { key, values: {}, fetchedAt: 0, stale: false } });
export const absent: ReadResult = { kind: 'absent' };

export const keysOf = (...texts: readonly string[]): readonly SourceKey[] => texts.map(sourceKey);

export function aRead(...keys: readonly string[]): ReadRequest {
  return { entity: 'account', keys: keysOf(...(keys.length > 0 ? keys : ['1'])), fields: ['email'] };
}

export function aMatch(...values: readonly string[]): MatchRequest {
  return { kind: 'match', entity: 'account', attribute: 'email', values, fields: [], page: { size: 10, at: undefined } };
}

export const aListing: FindRequest = {
  kind: 'list',
  entity: 'account',
  filters: [],
  order: undefined,
  fields: [],
  page: { size: 10, at: undefined },
};

/** A call that nobody gives up, unless told otherwise. */
export function aCall(parts: Partial<Call> = {}): Call {
  return { signal: new AbortController().signal, deadline: Infinity, requestId: 'r1', ...parts };
}

export function aFailure(code: SourceErrorCode, facts: { readonly fault?: SourceFault; readonly retryAfter?: number } = {}): SourceError {
  return new SourceError({ code, source: 'billing', message: `the source gave ${code}`, ...facts });
}

/** Limits as written in a source's file. */
export function limitsOf(text: unknown = {}): Limits {
  return limitsShape.parse(text);
}

/** Collects what guards report. */
export function aRecord(): { readonly events: GuardEvent[]; readonly observe: (event: GuardEvent) => void } {
  const events: GuardEvent[] = [];
  return { events, observe: (event) => void events.push(event) };
}

/** A call to the source that never ends by itself, but ends on abort, as the connectors' law asks. */
export async function never(_request: unknown, call: Call): Promise<never> {
  return new Promise((_resolve, reject) => {
    call.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')), { once: true });
  });
}

/** The outcome of a promise, for asserting on rejections while fake time passes. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => value,
    (error: unknown) => error,
  );
}
