import { channel } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import type { Meter } from '@opentelemetry/api';

/** What undici tells of a request; see its DiagnosticsChannel. */
interface Told {
  readonly request: { readonly method: string; readonly origin?: string | URL };
  readonly response?: { readonly statusCode: number };
  readonly error?: unknown;
}

/**
 * Times every HTTP request that leaves the process, as the HTTP client itself tells of them: calls to sources, their logins, keys of
 * token issuers, checkpoints. Servers are those of the configuration; paths are not told. `close` stops listening.
 */
export function httpClientMetrics(meter: Meter): { readonly close: () => void } {
  const duration = meter.createHistogram('http.client.request.duration', {
    unit: 's', description: 'Duration of HTTP requests to others', advice: { explicitBucketBoundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] },
  });
  const started = new WeakMap<object, { readonly at: number; status: number | undefined }>();
  const end = ({ request }: Told, failed: boolean): void => {
    const known = started.get(request);
    if (known === undefined) return;
    started.delete(request);
    const { status } = known;
    const error = failed ? 'connection' : status !== undefined && status >= 400 ? String(status) : undefined;
    duration.record((performance.now() - known.at) / 1000, {
      'http.request.method': request.method, ...serverOf(request.origin),
      ...(status === undefined ? {} : { 'http.response.status_code': status }),
      ...(error === undefined ? {} : { 'error.type': error }),
    });
  };
  const listeners = {
    'undici:request:create': ({ request }: Told) => void started.set(request, { at: performance.now(), status: undefined }),
    'undici:request:headers': ({ request, response }: Told) => {
      const known = started.get(request);
      if (known !== undefined) known.status = response?.statusCode;
    },
    'undici:request:trailers': (told: Told) => end(told, false),
    'undici:request:error': (told: Told) => end(told, true),
  };
  const channels = Object.entries(listeners).map(([name, listener]) => {
    const heard = (message: unknown): void => listener(message as Told);
    channel(name).subscribe(heard);
    return () => channel(name).unsubscribe(heard);
  });
  return { close: () => channels.forEach((stop) => stop()) };
}

function serverOf(origin: string | URL | undefined): Readonly<Record<string, string | number>> {
  const url = URL.parse(String(origin ?? ''));
  if (url === null) return {};
  return { 'server.address': url.hostname, 'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80) };
}
