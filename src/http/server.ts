import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { isStoreFailure } from '../errors.ts';
import { listen, type Acceptors } from './acceptors.ts';
import type { Handler } from './handler.ts';
import { createListener, setSecurityHeaders } from './listener.ts';
import type { Readiness } from './ready.ts';
import { giveRequestId } from './request-id.ts';
import { sendError, sendJson } from './send.ts';
import type { ListenerSettings, ListenerTls } from './settings.ts';
import { sendStoreUnavailable } from './store-unavailable.ts';

export interface HttpServer {
  /** Where it listens, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Shows another certificate to whoever connects from now on. */
  readonly renew: (tls: ListenerTls) => void;
  /** Stops listening, waits for requests in flight up to the drain time, then closes their connections. Twice is safe. */
  close(): Promise<void>;
}

/** Serves GraphQL at `/graphql`, the two health checks, events of sources and, where there are any, the explorer page and the key set of the gateway's own tokens. */
export async function startHttpServer(deps: ListenerSettings & {
  readonly host: string;
  readonly port: number;
  readonly graphql: Handler;
  /** Answers with nothing where there is no explorer page. */
  readonly explorer: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | undefined;
  /** Answers with nothing where the gateway issues no tokens. */
  readonly keySet: (request: IncomingMessage, response: ServerResponse) => Promise<void> | undefined;
  /** Answers at `/webhooks/` and below. */
  readonly webhook: Handler;
  /** Whether all works that it takes to be of use, and what else is told of how it is doing. */
  readonly ready: () => Promise<Readiness & { readonly policyVersion: string; readonly redis?: 'up' | 'down' }>;
  /** Milliseconds. */
  readonly drain: number;
  readonly onFailure: (error: unknown, requestId: string) => void;
  readonly newId: () => string;
  /** Told of each request; undefined where nobody wants to know. */
  readonly onRequest: ((request: IncomingMessage, response: ServerResponse, requestId: string) => void) | undefined;
}): Promise<HttpServer> {
  const overTls = deps.tls !== undefined;
  const { server, renew } = createListener(deps, (request, response) => {
    const requestId = giveRequestId(response, deps.newId);
    deps.onRequest?.(request, response, requestId);
    setSecurityHeaders(response, overTls);
    // Put together rather than resolved: `//host/graphql` is a path here, and not another host's.
    const url = URL.parse(`http://gateway.invalid${request.url ?? '/'}`);
    const handle = async (): Promise<void> => {
      switch (url?.pathname) {
        case '/graphql':
          return deps.graphql(request, response, url);
        case '/.well-known/jwks.json':
          return deps.keySet(request, response) ?? nothingHere(response);
        case '/health/live':
          return sendJson(response, 200, { status: 'live' });
        case '/health/ready': {
          const { ready, ...told } = await deps.ready();
          return sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', ...told });
        }
        case '/explorer':
          return deps.explorer(request, response, url) ?? nothingHere(response);
        default: {
          if (url?.pathname.startsWith('/explorer/') === true) return deps.explorer(request, response, url) ?? nothingHere(response);
          return url?.pathname.startsWith('/webhooks/') === true ? deps.webhook(request, response, url) : nothingHere(response);
        }
      }
    };
    handle().catch((error: unknown) => {
      // A request that broke off has nobody to answer to.
      if (request.destroyed && !request.complete) return;
      deps.onFailure(error, requestId);
      if (isStoreFailure(error)) return sendStoreUnavailable(response, requestId);
      sendError(response, 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong here; the request id finds it in the log.');
    });
  });
  const acceptors = await listen(server, deps);
  const host = deps.host.includes(':') ? `[${deps.host}]` : deps.host;
  let closing: Promise<void> | undefined;
  return {
    renew,
    url: `${overTls ? 'https' : 'http'}://${host}:${acceptors.port}`,
    close() {
      closing ??= drainAndClose(server, acceptors, deps.drain);
      return closing;
    },
  };
}

function nothingHere(response: ServerResponse): void {
  sendError(response, 404, 'BAD_REQUEST', 'There is nothing here; GraphQL is at /graphql.');
}

async function drainAndClose(server: Server, acceptors: Acceptors, drain: number): Promise<void> {
  const closed = acceptors.close();
  server.closeIdleConnections();
  // A connection is idle only once its last request is answered; nobody is to wait until it times out.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const timer = setTimeout(() => server.closeAllConnections(), drain);
  await closed;
  clearInterval(idle);
  clearTimeout(timer);
}
