import { performance } from 'node:perf_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { openWaits } from '../connectors/waits.ts';
import type { Notes, OperationTrace } from '../operation/notes.ts';
import { boundedNames } from './bounded-names.ts';
import { routeOf } from './routes.ts';

/** As the gateway itself was spoken to; what ends TLS before it is not seen. */
export type Scheme = 'http' | 'https';

/** A request that has ended, with all that is told of it. No value and no id of a customer is in it. */
export interface Ended {
  readonly notes: Notes;
  /** Out of a known set; any other is `_OTHER`. */
  readonly method: string;
  /** Undefined where there is nothing. */
  readonly route: string | undefined;
  readonly scheme: Scheme;
  /** 499 where the client had gone before the answer. */
  readonly status: number;
  readonly milliseconds: number;
  /** Of these, those in which a source was waited for. */
  readonly waited: number;
  readonly operation: { readonly name: string | undefined; readonly type: string } | undefined;
  readonly audience: string;
  readonly codes: ReadonlySet<string>;
}

/** Whoever wants to know of requests. */
export interface RequestWatcher {
  begun(request: { readonly method: string; readonly route: string | undefined; readonly scheme: Scheme; readonly headers: IncomingMessage['headers'] }): { readonly trace: OperationTrace | undefined };
  ended(exchange: Ended): void;
}

/** The requests under way. */
export interface Exchanges {
  /** Begins the notes of a request; they are told when its response has left or its connection is gone. */
  begin(request: IncomingMessage, response: ServerResponse, requestId: string): void;
  notesOf(response: ServerResponse): Notes | undefined;
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'QUERY']);

/** How many names of operations are told as they are, of each audience. */
const namesOfAudience = 200;

/** Opens the notes on requests; each is told to `watcher` once, at its end. */
export function openExchanges(watcher: RequestWatcher): Exchanges {
  const all = new WeakMap<ServerResponse, Notes>();
  const names = new Map<string, ReturnType<typeof boundedNames>>();
  const named = (audience: string, name: string | undefined, by: string | undefined): string | undefined => {
    const bounded = names.get(audience) ?? boundedNames(namesOfAudience);
    names.set(audience, bounded);
    return bounded(name, by);
  };
  const now = (): number => performance.now();
  return {
    begin(request, response, requestId) {
      const startedAt = now();
      const method = methods.has(request.method ?? '') ? request.method ?? '' : '_OTHER';
      const route = routeOf(request.url ?? '/');
      const scheme = request.socket instanceof TLSSocket ? 'https' : 'http';
      const { trace } = watcher.begun({ method, route, scheme, headers: request.headers });
      const notes: Notes = { waits: openWaits(now), trace, requestId, caller: undefined, operation: undefined, codes: new Set(), decided: [] };
      all.set(response, notes);
      response.once('close', () => {
        const audience = notes.caller?.audience ?? '';
        watcher.ended({
          notes, method, route, scheme, audience,
          status: response.writableFinished ? response.statusCode : 499,
          milliseconds: now() - startedAt,
          waited: notes.waits.total(),
          operation: notes.operation && { ...notes.operation, name: named(audience, notes.operation.name, notes.caller?.subject) },
          codes: notes.codes,
        });
      });
    },
    notesOf: (response) => all.get(response),
  };
}
