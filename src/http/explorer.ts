import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ExplorerFiles } from './explorer-files.ts';
import { explorerPage, explorerPolicy } from './explorer-page.ts';
import type { Handler } from './handler.ts';
import { sendError } from './send.ts';
import type { ExplorerSettings } from './settings.ts';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.ttf': 'font/ttf', '.txt': 'text/plain; charset=utf-8',
};

/** Milliseconds within which whoever asks for a file has to take it. */
const sentWithin = 60_000;

/**
 * The explorer page and its files. They are for everybody who reaches the gateway and hold nothing of the deployment: what a caller may see, the
 * gateway tells by her token, at `/graphql` as ever.
 */
export function explorerHandler(settings: Exclude<ExplorerSettings, 'off'>, { folder, build, names }: ExplorerFiles): Handler {
  const base = `/explorer/${build}/`;
  return async (request, response, { pathname }) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return sendError(response, 405, 'BAD_REQUEST', 'The explorer is only read.');
    }
    const withBody = request.method === 'GET';
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-resource-policy', 'same-origin');
    if (pathname === '/explorer') {
      const nonce = randomBytes(16).toString('base64');
      const text = explorerPage({ build }, nonce, settings);
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(text), 'content-security-policy': explorerPolicy(nonce) });
      return void response.end(withBody ? text : undefined);
    }
    const name = pathname.startsWith(base) ? pathname.slice(base.length) : '';
    // Only what was built has a name here: no path is made of what somebody sends.
    if (!names.has(name)) return sendError(response, 404, 'BAD_REQUEST', 'There is nothing here; the explorer is at /explorer.');
    const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    const path = join(folder, packed ? `${name}.gz` : name);
    response.writeHead(200, {
      'content-type': types[extname(name)] ?? 'application/octet-stream', 'content-length': (await stat(path)).size, 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding',
      ...(packed ? { 'content-encoding': 'gzip' } : {}),
    });
    if (!withBody) return void response.end();
    await pipeline(createReadStream(path), response, { signal: AbortSignal.timeout(sentWithin) }).catch(() => {
      // Whoever went away needs no answer; what could not be read to its end must not look whole.
      response.destroy();
    });
  };
}
