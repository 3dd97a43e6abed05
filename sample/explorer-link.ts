import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A caller as the explorer page takes her. */
export interface HandedCaller {
  readonly name: string;
  readonly description: string;
  readonly token: string;
  readonly query: string;
}

export interface ExplorerLink {
  /** Opens the explorer with the callers. Whoever knows it gets their tokens, so it is for whoever started the company. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Hands the sample callers to the explorer page. The gateway has no part in it: a server of its own, at an address that nobody can guess, sends the
 * browser on to the page with tokens behind the `#`, which browsers send to no server. They are made anew each time, so the link works for as long
 * as the company runs.
 */
export async function serveExplorerLink({ explorer, callers }: { readonly explorer: string; readonly callers: () => readonly HandedCaller[] }): Promise<ExplorerLink> {
  const path = `/${randomBytes(16).toString('base64url')}`;
  const server = createServer((request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('referrer-policy', 'no-referrer');
    if (request.method !== 'GET' || request.url !== path) return void response.writeHead(404).end();
    const handed = Buffer.from(JSON.stringify(callers())).toString('base64url');
    response.writeHead(302, { location: `${explorer}#callers=${handed}` }).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
