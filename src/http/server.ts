import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handler } from './graphql-endpoint.ts';
import { sendError, sendJson } from './send.ts';

export interface HttpServer {
  /** Where it listens, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Stops listening, waits for requests in flight up to the drain time, then closes their connections. Twice is safe. */
  close(): Promise<void>;
}

/** Serves GraphQL at `/graphql`, the two health checks and, where there is one, the key set of the gateway's own tokens. */
export async function startHttpServer(deps: {
  readonly host: string;
  readonly port: number;
  readonly graphql: Handler;
  /** Undefined where the gateway issues no tokens. */
  readonly keySet: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;
  /** Rejects when a part that every request needs does not work. */
  readonly ready: () => Promise<void>;
  /** Milliseconds. */
  readonly drain: number;
  readonly onFailure: (error: unknown, requestId: string) => void;
}): Promise<HttpServer> {
  const health = async (check: () => Promise<void>): Promise<number> => check().then(() => 200, () => 503);
  const server = createServer((request, response) => {
    // Put together rather than resolved: `//host/graphql` is a path here, and not another host's.
    const url = URL.parse(`http://gateway.invalid${request.url ?? '/'}`);
    const handle = async (): Promise<void> => {
      switch (url?.pathname) {
        case '/graphql':
          return deps.graphql(request, response, url);
        case '/.well-known/jwks.json':
          return deps.keySet?.(request, response) ?? nothingHere(response);
        case '/health/live':
          return sendJson(response, 200, { status: 'live' });
        case '/health/ready': {
          const status = await health(deps.ready);
          return sendJson(response, status, { status: status === 200 ? 'ready' : 'not ready' });
        }
        default:
          return nothingHere(response);
      }
    };
    handle().catch((error: unknown) => {
      // A request that broke off has nobody to answer to.
      if (request.destroyed && !request.complete) return;
      deps.onFailure(error, String(response.getHeader('x-request-id') ?? ''));
      sendError(response, 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong here; the request id finds it in the log.');
    });
  });
  await listen(server, deps.port, deps.host);
  const { port } = server.address() as AddressInfo;
  const host = deps.host.includes(':') ? `[${deps.host}]` : deps.host;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    close() {
      closing ??= drainAndClose(server, deps.drain);
      return closing;
    },
  };
}

function nothingHere(response: ServerResponse): void {
  sendError(response, 404, 'BAD_REQUEST', 'There is nothing here; GraphQL is at /graphql.');
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function drainAndClose(server: Server, drain: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), drain);
  await closed;
  clearTimeout(timer);
}
