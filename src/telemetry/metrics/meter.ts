import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** Where instruments are made, and what they have come to. */
export interface Metrics {
  readonly meter: Meter;
  /** All of them in Prometheus's text format. */
  text(): Promise<string>;
  close(): Promise<void>;
}

/** The most series of one instrument; what is beyond them is one of its own, which says `otel_metric_overflow`. */
const mostSeries = 5000;

/** Opens the meter of a process. It is no global one: two gateways in one process have two. */
export function openMeter(): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [reader], views: [{ instrumentName: '*', aggregationCardinalityLimit: mostSeries }] });
  const serializer = new PrometheusSerializer('', false, undefined, true, true);
  return {
    meter: provider.getMeter('customer360'),
    async text() {
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0) throw new AggregateError(errors, 'a metric could not be read');
      return serializer.serialize(withUnits(resourceMetrics));
    },
    close: () => provider.shutdown(),
  };
}

const suffixes: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/** Names as Prometheus has them: with their unit at the end, which the serializer leaves out. */
function withUnits(metrics: ResourceMetrics): ResourceMetrics {
  const named = <Data extends MetricData>(data: Data): Data => {
    const { name, unit } = data.descriptor;
    const suffix = suffixes[unit] ?? '';
    return suffix === '' ? data : { ...data, descriptor: { ...data.descriptor, name: `${name}${suffix}` } };
  };
  return { ...metrics, scopeMetrics: metrics.scopeMetrics.map((scope) => ({ ...scope, metrics: scope.metrics.map(named) })) };
}
