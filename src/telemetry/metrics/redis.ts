import type { Meter } from '@opentelemetry/api';
import type { ObserveRedis } from '../../redis/events.ts';

/** Times what is asked of Redis, and tells whether it answers. Where there is none, nothing is told. */
export function redisMetrics(meter: Meter, isUp: () => boolean | undefined): ObserveRedis {
  const duration = meter.createHistogram('customer360.redis.operation.duration', {
    unit: 's', description: 'Duration of what is asked of Redis, by what went wrong; DOWN was not asked at all',
    advice: { explicitBucketBoundaries: [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] },
  });
  const changes = meter.createCounter('customer360.redis.state_changes', { description: 'How often Redis was lost, or found again' });
  meter.createObservableGauge('customer360.redis.up', { description: '1 where Redis answers' }).addCallback((told) => {
    const up = isUp();
    if (up !== undefined) told.observe(up ? 1 : 0);
  });
  return (event) => {
    if (event.kind === 'state') changes.add(1, { state: event.up ? 'up' : 'down' });
    else duration.record(event.milliseconds / 1000, { operation: event.operation, ...(event.failed === undefined ? {} : { 'error.type': event.failed }) });
  };
}
