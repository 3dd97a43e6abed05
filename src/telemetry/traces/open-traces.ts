import { ROOT_CONTEXT, trace, TraceFlags, type Context, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { TelemetrySettings } from '../settings.ts';
import { readTraceparent, type TraceParent } from './traceparent.ts';

/** Milliseconds that a batch of spans may take to be sent. */
const patience = 5000;

/** Where spans are made, and sent from. */
export interface Traces {
  readonly tracer: Tracer;
  /** Sends what is there, and nothing more. */
  close(): Promise<void>;
}

/** Opens the tracer of a process. It is no global one. `warn` is told when spans cannot be sent any more, and when they can again. */
export function openTraces({ otlp, headers, service }: NonNullable<TelemetrySettings['traces']>, warn: (message: string) => void): Traces {
  const exporter = new OTLPTraceExporter({
    url: otlp.href, timeoutMillis: patience,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()])),
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    // Whether a request is traced is decided before anything is made for it.
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new BatchSpanProcessor({ exporter: telling(exporter, warn), exportTimeoutMillis: patience, scheduledDelayMillis: 2000 })],
  });
  return { tracer: provider.getTracer('customer360'), close: () => provider.shutdown() };
}

/** The context of what is a child of `parent`. */
export function contextOf(parent: TraceParent | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags: TraceFlags.SAMPLED, isRemote: true });
}

/** The context of what belongs below a traceparent of our own; undefined where that is not traced. */
export function contextBelow(traceparent: string | undefined): Context | undefined {
  return traceparent?.endsWith('-01') === true ? contextOf(readTraceparent(traceparent)) : undefined;
}

function telling(exporter: SpanExporter, warn: (message: string) => void): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) => exporter.export(spans, (result) => {
      const failed = result.code !== 0;
      if (failed !== failing) warn(failed ? 'traces cannot be sent; spans are dropped' : 'traces are sent again');
      failing = failed;
      done(result);
    }),
    shutdown: () => exporter.shutdown(),
  };
}
