import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { guardCalls } from '../../connectors/guards/around.ts';
import type { Connector } from '../../connectors/connector.ts';
import { SourceError } from '../../errors.ts';
import { contextBelow } from './open-traces.ts';
import { writeTraceparent } from './traceparent.ts';

/**
 * A connector each of whose calls has a span, where the request that makes it is traced. Around the guards it tells what a request waited
 * for, inside of them each call that reaches the source: several requests may wait for one call, which then is below the first of them.
 */
export function tracedCalls(connector: Connector, tracer: Tracer, place: 'around' | 'inside'): Connector {
  const { source } = connector;
  const kind = place === 'around' ? SpanKind.INTERNAL : SpanKind.CLIENT;
  return guardCalls(connector, async (send, call, { operation, entity }) => {
    const parent = contextBelow(call.traceparent);
    if (parent === undefined) return send(call);
    const name = place === 'around' ? `wait ${source}.${entity}` : `${operation} ${source}.${entity}`;
    const span = tracer.startSpan(name, { kind, attributes: { 'customer360.source': source, 'customer360.source.entity': entity, 'customer360.source.operation': operation } }, parent);
    try {
      return await send({ ...call, traceparent: writeTraceparent(span.spanContext(), true) });
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', error instanceof SourceError ? error.code : call.signal.aborted ? 'SOURCE_TIMEOUT' : 'SOURCE_UNAVAILABLE');
      throw error;
    } finally {
      span.end();
    }
  });
}
