import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { Pool, ProxyAgent, type Dispatcher } from 'undici';
import { SourceError } from '../../errors.ts';
import type { Fail } from '../failure.ts';
import type { HttpRequest } from './request.ts';
import { codeOf } from '../../thrown.ts';

/** One exchange with the source's origin: neither credentials nor redirects nor statuses mean anything here. */
export interface Wire {
  /** Rejects with a SourceError when there is no whole answer within the limits. */
  exchange(request: HttpRequest, limits: WireLimits): Promise<WireAnswer>;
  /** Ends the calls under way. May be called twice. */
  close(): Promise<void>;
}

export interface WireLimits {
  readonly signal: AbortSignal;
  /** Milliseconds after which the exchange ends even if nobody aborts it. */
  readonly timeout: number;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Decoded, and not longer than `maxResponse`. */
  readonly body: Buffer;
}

export interface WireSettings {
  readonly origin: string;
  readonly proxy: string | undefined;
  readonly tls: TlsFiles;
  readonly maxResponse: number;
}

/** The content of the files that TLS needs. */
export interface TlsFiles {
  readonly ca?: string | readonly string[];
  readonly cert?: string;
  readonly key?: string;
}

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress,
};

/** Connects to an origin, lazily and with connections that are kept. How many calls run at once is for guards above to limit. */
export function openWire(settings: WireSettings, fail: Fail): Wire {
  const dispatcher = dispatcherFor(settings);
  return {
    exchange: async (request, { signal, timeout }) => {
      if (signal.aborted || timeout <= 0) throw fail('SOURCE_TIMEOUT', `${request.label}: the time was up before the call`);
      try {
        const answer = await dispatcher.request({
          origin: settings.origin, method: request.method, path: request.path, body: request.body ?? null, signal,
          headers: { accept: 'application/json', 'accept-encoding': 'gzip, deflate, br', ...request.headers },
          headersTimeout: timeout, bodyTimeout: timeout,
        });
        const body = await readBody(answer.body, answer.headers['content-encoding'], settings.maxResponse);
        if (body === 'too big') throw fail('SOURCE_MALFORMED', `${request.label} answered more than ${settings.maxResponse} bytes`);
        return { status: answer.statusCode, headers: answer.headers, body };
      } catch (error) {
        throw failureFor(error, request.label, signal, fail);
      }
    },
    close: () => dispatcher.destroy(),
  };
}

function dispatcherFor({ origin, proxy, tls }: WireSettings): Dispatcher {
  // HTTP/2 would put all calls of a source on one connection, whose loss fails them together.
  const options = { connections: 64, allowH2: false };
  const { ca, ...own } = tls;
  const connect = ca === undefined ? own : { ...own, ca: [ca].flat() };
  if (proxy === undefined) return new Pool(origin, { ...options, connect });
  // Without a tunnel for plain http, as most proxies allow CONNECT to TLS ports only; https goes through a tunnel either way.
  return new ProxyAgent({ ...options, uri: proxy, proxyTunnel: false, requestTls: connect });
}

async function readBody(raw: Readable, encoding: string | string[] | undefined, limit: number): Promise<Buffer | 'too big'> {
  const decoder = decoders[String(encoding ?? '').trim().toLowerCase()];
  const body = decoder === undefined ? raw : pipeline(raw, decoder(), () => undefined);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection: nothing more is read.
    if (length > limit) return 'too big';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function failureFor(error: unknown, label: string, signal: AbortSignal, fail: Fail): SourceError {
  if (error instanceof SourceError) return error;
  const code = codeOf(error);
  if (signal.aborted || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return fail('SOURCE_TIMEOUT', `${label}: no answer in time`, { cause: error });
  }
  if (/^(Z_|ERR__ERROR_)/.test(code)) {
    return fail('SOURCE_MALFORMED', `${label} answered what cannot be decompressed`, { cause: error });
  }
  return fail('SOURCE_UNAVAILABLE', `${label}: ${code === '' ? 'the connection failed' : code}`, { cause: error });
}
