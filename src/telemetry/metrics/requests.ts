import type { Meter } from '@opentelemetry/api';
import type { Ended } from '../exchange.ts';

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Counts requests, operations and what the gateway itself took for them; `workplaces` tells how many may be worked on at the moment. */
export function requestMetrics(meter: Meter, workplaces: () => number): { readonly begun: (method: string) => void; readonly ended: (exchange: Ended) => void } {
  const advice = { explicitBucketBoundaries: seconds };
  const duration = meter.createHistogram('http.server.request.duration', { unit: 's', description: 'Duration of HTTP requests', advice });
  const active = meter.createUpDownCounter('http.server.active_requests', { description: 'HTTP requests under way' });
  meter.createObservableGauge('customer360.requests.limit', { description: 'Requests that are worked on at the same time, at most; fewer while the process is busy all the time' })
    .addCallback((told) => told.observe(workplaces()));
  const operations = meter.createHistogram('customer360.operation.duration', { unit: 's', description: 'Duration of requests that ran a GraphQL operation', advice });
  const errors = meter.createCounter('customer360.operation.errors', { description: 'Operations that told of an error, by its code' });
  const overhead = meter.createHistogram('customer360.overhead.duration', {
    unit: 's', description: 'Time of a request that was not spent waiting for sources', advice: { explicitBucketBoundaries: [0.00025, 0.0005, ...seconds] },
  });
  return {
    begun: (method) => active.add(1, { 'http.request.method': method }),
    ended({ method, route, scheme, status, milliseconds, waited, operation, audience, codes }) {
      active.add(-1, { 'http.request.method': method });
      const error = status >= 500 ? { 'error.type': String(status) } : {};
      duration.record(milliseconds / 1000, { 'http.request.method': method, ...(route === undefined ? {} : { 'http.route': route }), 'http.response.status_code': status, 'url.scheme': scheme, ...error });
      if (operation === undefined) return;
      const named = { 'graphql.operation.name': operation.name ?? '', 'graphql.operation.type': operation.type, audience };
      operations.record(milliseconds / 1000, named);
      overhead.record(Math.max(0, milliseconds - waited) / 1000, { 'graphql.operation.type': operation.type });
      for (const code of codes) errors.add(1, { ...named, 'error.type': code });
    },
  };
}
