import type { ServerResponse } from 'node:http';
import type { Handler } from './handler.ts';
import { sendError } from './send.ts';
import type { CorsSettings } from './settings.ts';

const allowedHeaders = 'authorization, content-type, x-purpose, apollo-require-preflight, x-apollo-operation-name, traceparent, tracestate';
const exposedHeaders = 'x-request-id, retry-after, ratelimit, ratelimit-policy, www-authenticate';

/**
 * Lets web pages of some origins ask (the CORS protocol of the Fetch standard); without settings of none. What a browser asks before
 * it asks has no token, and is answered here.
 */
export function withCors(settings: CorsSettings | undefined, handle: Handler): Handler {
  if (settings === undefined) return handle;
  const { origins, credentials, maxAge } = settings;
  const allowed = origins === '*' ? undefined : new Set<string>(origins);
  const allow = (response: ServerResponse, origin: string): void => {
    response.setHeader('access-control-allow-origin', allowed === undefined ? '*' : origin);
    if (credentials) response.setHeader('access-control-allow-credentials', 'true');
  };
  return async (request, response, url) => {
    const { origin } = request.headers;
    if (allowed !== undefined) response.setHeader('vary', 'Origin');
    const known = origin !== undefined && (allowed?.has(origin) ?? true);
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      if (!known) return sendError(response, 403, 'BAD_REQUEST', 'Web pages of this origin may not ask.');
      allow(response, origin);
      response.writeHead(204, {
        'access-control-allow-methods': 'GET, POST', 'access-control-allow-headers': allowedHeaders, 'access-control-max-age': String(Math.floor(maxAge / 1000)),
      }).end();
      return;
    }
    if (known) {
      allow(response, origin);
      response.setHeader('access-control-expose-headers', exposedHeaders);
    }
    await handle(request, response, url);
  };
}
