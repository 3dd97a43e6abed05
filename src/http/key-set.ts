import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestIdOf } from './request-id.ts';
import { sendError } from './send.ts';
import { sendStoreUnavailable } from './store-unavailable.ts';

/** Seconds for which others may keep the key set. */
const maxAge = 300;

/** Publishes a key set (RFC 7517) to whoever asks; 503 while it cannot be had. */
export function keySetHandler(keySet: () => Promise<object>, onFailure: (error: unknown, requestId: string) => void): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return sendError(response, 405, 'BAD_REQUEST', 'The key set is only read.');
    }
    let text: string;
    try {
      text = JSON.stringify(await keySet());
    } catch (error) {
      onFailure(error, requestIdOf(response));
      return sendStoreUnavailable(response, requestIdOf(response));
    }
    const tag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    const common = { 'cache-control': `public, max-age=${maxAge}`, etag: tag, 'access-control-allow-origin': '*' };
    if (request.headers['if-none-match'] === tag) return void response.writeHead(304, common).end();
    response.writeHead(200, { ...common, 'content-type': 'application/jwk-set+json', 'content-length': Buffer.byteLength(text) });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
}
