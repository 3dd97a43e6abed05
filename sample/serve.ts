import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { errorBody, Refusal } from './refusal.ts';

/** One thing that a system can be asked for. */
export interface Operation {
  /** What its requests are counted under. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Such as `/v1/contacts/{id}`. */
  readonly path: string;
  /** The parameters that it knows; any other is refused, so that a misspelt filter cannot pass for none. */
  readonly parameters: readonly string[];
  /** The JSON to answer with; throws a `Refusal` for what cannot be answered. */
  answer(asked: Asked): unknown;
}

/** What one request asks. */
export interface Asked {
  /** The value of a part of the path that stands in braces. */
  part(name: string): string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** A running system. */
export interface Served {
  readonly url: string;
  /** How many requests were let in so far, by operation. */
  readonly calls: ReadonlyMap<string, number>;
  /** Ends the open connections and stops listening; twice is safe. */
  close(): Promise<void>;
}

/** What every system of the sample company is started with. */
export interface SystemOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** What callers must show. Plain text: it is made for the sample company and opens nothing else. */
  readonly credentials: string;
  /** Milliseconds since the epoch; from 2026 on. */
  readonly clock: () => number;
  /** Milliseconds that every answer is kept back. */
  readonly latency?: number | undefined;
}

const maxBody = 1024 * 1024;

/** Serves operations on 127.0.0.1; a request without the credentials gets 401 and is not counted. */
export async function serve(options: {
  readonly port: number;
  readonly latency: number;
  readonly admits: (headers: IncomingHttpHeaders) => boolean;
  readonly operations: readonly Operation[];
  readonly calls: Map<string, number>;
}): Promise<Served> {
  const closing = new AbortController();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (!response.destroyed && !closing.signal.aborted) send(response, statusOf(error), errorBody(error));
    });
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!options.admits(request.headers)) throw new Refusal(401, 'unauthorized', 'the credentials are missing or wrong');
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { operation, part } = route(options.operations, request.method, url.pathname);
    count(options.calls, operation.name);
    for (const name of url.searchParams.keys()) {
      if (!operation.parameters.includes(name)) throw new Refusal(400, 'unknown_parameter', `unknown parameter "${name}"`);
    }
    const body = operation.method === 'POST' ? await readJson(request) : undefined;
    if (options.latency > 0) await pause(options.latency, undefined, { signal: closing.signal });
    send(response, 200, await operation.answer({ part, query: url.searchParams, body }));
  }

  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
  await listening;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: options.calls,
    close: async () => {
      closing.abort();
      server.closeAllConnections();
      if (server.listening) await new Promise((done) => server.close(done));
    },
  };
}

/** Counts one more call of an operation. */
export function count(calls: Map<string, number>, name: string): void {
  calls.set(name, (calls.get(name) ?? 0) + 1);
}

/** Admits requests with this bearer token. */
export function bearer(token: string): (headers: IncomingHttpHeaders) => boolean {
  return (headers) => isSame(headers.authorization, `Bearer ${token}`);
}

/** Admits requests with this value in the header `X-Api-Key`. */
export function apiKey(key: string): (headers: IncomingHttpHeaders) => boolean {
  return (headers) => isSame(headers['x-api-key'], key);
}

// Digests are compared, since a comparison that ends at the first wrong letter tells how many were right.
function isSame(shown: unknown, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof shown === 'string' && timingSafeEqual(digest(shown), digest(expected));
}

function route(operations: readonly Operation[], method: string | undefined, path: string): Pick<Asked, 'part'> & { operation: Operation } {
  const steps = path.split('/');
  for (const operation of operations) {
    const template = operation.path.split('/');
    if (operation.method !== method || template.length !== steps.length) continue;
    if (!template.every((step, at) => step.startsWith('{') || step === steps[at])) continue;
    return { operation, part: (name) => decode(steps[template.indexOf(`{${name}}`)] ?? '') };
  }
  throw new Refusal(404, 'not_found', `nothing answers ${method ?? ''} ${path}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, 'bad_request', 'the path holds a broken % sequence');
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A request that is destroyed half-read could not be told why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new Refusal(413, 'too_large', `the body is larger than ${maxBody} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal(400, 'bad_request', 'the body is not JSON');
  }
}

function statusOf(error: unknown): number {
  return error instanceof Refusal ? error.status : 500;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
