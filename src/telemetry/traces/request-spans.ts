import { SpanKind, SpanStatusCode, trace, type Span, type Tracer } from '@opentelemetry/api';
import type { OperationTrace } from '../../operation/notes.ts';
import { boundedNames } from '../bounded-names.ts';
import type { RequestWatcher } from '../exchange.ts';
import { contextOf } from './open-traces.ts';
import { readTraceparent, writeTraceparent, type TraceParent } from './traceparent.ts';

/** How many names of operations stand in spans as they are. */
const mostNames = 1000;

/**
 * A span for each request that is traced, and below it one for its operation. What it takes from clients is the trace's id and the
 * operation's name: no `tracestate`, which may hold anything, and no decision on what is traced, since whoever may ask could have all of it traced.
 */
export function requestSpans(tracer: Tracer, sample: number): RequestWatcher {
  const spans = new WeakMap<OperationTrace, Span>();
  const named = boundedNames(mostNames);
  return {
    begun({ method, route, scheme, headers }) {
      const header = headers['traceparent'];
      const parent = readTraceparent(typeof header === 'string' ? header : undefined);
      if (!isSampled(parent, sample)) return { trace: parent && { traceparent: writeTraceparent(parent, false), begin: nothing, end: nothing } };
      const span = tracer.startSpan(route === undefined ? method : `${method} ${route}`, {
        kind: SpanKind.SERVER, attributes: { 'http.request.method': method, ...(route === undefined ? {} : { 'http.route': route }), 'url.scheme': scheme },
      }, contextOf(parent));
      const begun = operationSpan(tracer, span, named);
      spans.set(begun, span);
      return { trace: begun };
    },
    ended({ notes, status }) {
      const span = notes.trace && spans.get(notes.trace);
      if (span === undefined) return;
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', String(status));
      span.end();
    },
  };
}

function operationSpan(tracer: Tracer, request: Span, named: ReturnType<typeof boundedNames>): OperationTrace {
  let current = request;
  return {
    get traceparent() {
      return writeTraceparent(current.spanContext(), true);
    },
    begin({ name, type }) {
      const shown = named(name);
      current = tracer.startSpan(shown === undefined ? type : `${type} ${shown}`, {
        kind: SpanKind.INTERNAL, attributes: { 'graphql.operation.type': type, ...(shown === undefined ? {} : { 'graphql.operation.name': shown }) },
      }, trace.setSpan(contextOf(undefined), request));
    },
    end(codes) {
      // Errors of single fields are answers: only what could not be answered at all is a failure.
      if (codes.size > 0) current.setAttribute('error.type', [...codes].sort().join(' '));
      if (codes.has('INTERNAL_SERVER_ERROR')) current.setStatus({ code: SpanStatusCode.ERROR });
      current.end();
    },
  };
}

function nothing(): void {
  // What is not traced has no span.
}

/** By the trace's id where it has one, so that all who trace so trace the same; its last digits are random (W3C Trace Context, level 2). */
function isSampled(parent: TraceParent | undefined, sample: number): boolean {
  return (parent === undefined ? Math.random() : parseInt(parent.traceId.slice(-12), 16) / 2 ** 48) < sample;
}
