import { createServer, type RequestListener, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ListenerSettings, ListenerTls } from './settings.ts';

/** How often it is looked for requests whose time is up. */
const checkEvery = 1000;
/** More header lines than any client sends. */
const maxHeaders = 100;

/** Node's server, which does not listen yet, and the way to give it another certificate. */
export interface Listener {
  readonly server: Server;
  /** Whoever connects from now on is shown this one; connections that are there stay. In the clear it does nothing. */
  readonly renew: (tls: ListenerTls) => void;
}

/** Makes a listener, over TLS where there is a certificate: every wait for a client ends. */
export function createListener({ tls, headersTimeout, requestTimeout, keepAlive, idleTimeout, maxHeader }: ListenerSettings, listener: RequestListener): Listener {
  const options: ServerOptions = { headersTimeout, requestTimeout, keepAliveTimeout: keepAlive, connectionsCheckingInterval: checkEvery, maxHeaderSize: maxHeader };
  const secure = tls && createTlsServer({ ...options, ...shown(tls), handshakeTimeout: headersTimeout, ALPNProtocols: ['http/1.1'] }, listener);
  const server = secure ?? createServer(options, listener);
  server.timeout = idleTimeout;
  server.maxHeadersCount = maxHeaders;
  return { server, renew: (next) => secure?.setSecureContext(shown(next)) };
}

function shown({ cert, key, minVersion }: ListenerTls): Pick<ListenerTls, 'cert' | 'key' | 'minVersion'> {
  return { cert, key, minVersion };
}

/** What every answer tells browsers and what stands between; whoever answers with something else than data says otherwise. */
export function setSecurityHeaders(response: ServerResponse, overTls: boolean): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('x-content-type-options', 'nosniff');
  if (overTls) response.setHeader('strict-transport-security', 'max-age=31536000');
}
