import { createServer, type IncomingMessage } from 'node:http';
import { listening } from '../listening.ts';
import { sameText, type Secret } from '../secret.ts';

/** Where metrics are read. */
export interface ScrapeServer {
  /** Such as `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  /** Twice is safe. */
  close(): Promise<void>;
}

/** Serves metrics on a listener of its own, at `/metrics` alone. */
export async function startScrapeServer(deps: {
  readonly host: string;
  readonly port: number;
  /** `none` where whoever reaches the address may read. */
  readonly bearer: Secret | 'none';
  readonly text: () => Promise<string>;
  readonly onFailure: (error: unknown) => void;
}): Promise<ScrapeServer> {
  const { bearer, text } = deps;
  const server = createServer((request, response) => {
    // What a scraper sends is no body.
    request.resume();
    if (request.url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end();
    if (request.method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end();
    if (bearer !== 'none' && !bears(request, bearer)) return void response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    text().then(
      (body) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(body),
      (error: unknown) => {
        deps.onFailure(error);
        response.writeHead(500).end();
      },
    );
  });
  const port = await listening(server, { host: deps.host, port: deps.port });
  let closing: Promise<void> | undefined;
  return {
    url: `http://${deps.host.includes(':') ? `[${deps.host}]` : deps.host}:${port}/metrics`,
    close: () => (closing ??= new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    })),
  };
}

function bears({ headers }: IncomingMessage, bearer: Secret): boolean {
  return sameText(headers.authorization ?? '', `Bearer ${bearer.reveal()}`);
}
