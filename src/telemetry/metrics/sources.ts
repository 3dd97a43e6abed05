import type { Counter, Meter } from '@opentelemetry/api';
import type { BreakerState, CacheOutcome, GuardEvent, Observe } from '../../connectors/guards/events.ts';
import type { Health } from '../../connectors/guards/health.ts';

const cacheOutcomes: readonly CacheOutcome[] = ['hit', 'miss', 'stale', 'dropped'];
const breakerStates: readonly BreakerState[] = ['closed', 'half-open', 'open'];

/** Counts what the guards do and see, and tells how each source is doing whenever it is asked. */
export function sourceMetrics(meter: Meter, health: () => ReadonlyMap<string, Health>): Observe {
  const calls = meter.createHistogram('customer360.source.call.duration', {
    unit: 's', description: 'Duration of calls to sources, by the code of their error',
    advice: { explicitBucketBoundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
  });
  const counter = (name: string, description: string): Counter => meter.createCounter(`customer360.source.${name}`, { description });
  const retries = counter('retries', 'Calls that were made again');
  const coalesced = counter('coalesced', 'Reads that needed no call of their own, since others asked at the same time');
  const overloads = counter('overloads', 'Calls that were refused because the queue was full');
  const defects = counter('defects', 'Calls in which the connector itself was at fault');
  const bad = counter('refused_keys', 'Keys that a source refused within a batch');
  const rows = counter('cache.rows', 'Rows that were asked for and kept, stale ones, and such as were not; and rows that were dropped');
  const missed = counter('missed_rows', 'Rows that a source had left out of a batch');

  const state = meter.createObservableGauge('customer360.source.breaker.state', { description: '1 for the state in which the breaker of a source is' });
  const up = meter.createObservableGauge('customer360.source.up', { description: '1 up, 0.5 degraded, 0 down' });
  const inFlight = meter.createObservableGauge('customer360.source.in_flight', { description: 'Calls that are with a source' });
  const queued = meter.createObservableGauge('customer360.source.queued', { description: 'Calls that wait for a place with a source' });
  const known = new Set<string>();
  /** A counter that begins with its first event hides it from whoever asks how much it grew. */
  const beginAtZero = (source: string): void => {
    if (known.has(source)) return;
    known.add(source);
    for (const one of [retries, coalesced, overloads, defects, bad, missed]) one.add(0, { source });
    for (const outcome of cacheOutcomes) rows.add(0, { source, outcome });
  };
  meter.addBatchObservableCallback((told) => {
    for (const [source, now] of health()) {
      beginAtZero(source);
      for (const one of breakerStates) told.observe(state, now.breaker === one ? 1 : 0, { source, state: one });
      told.observe(up, { UP: 1, DEGRADED: 0.5, DOWN: 0 }[now.state], { source });
      told.observe(inFlight, now.inFlight, { source });
      told.observe(queued, now.queued, { source });
    }
  }, [state, up, inFlight, queued]);

  const counted: { readonly [Kind in GuardEvent['kind']]?: (event: Extract<GuardEvent, { kind: Kind }>) => void } = {
    call: ({ source, operation, entity, milliseconds, code }) => calls.record(milliseconds / 1000, { source, entity, operation, ...(code === undefined ? {} : { 'error.type': code }) }),
    retry: ({ source }) => retries.add(1, { source }),
    coalesced: ({ source, waiters }) => coalesced.add(waiters - 1, { source }),
    overload: ({ source }) => overloads.add(1, { source }),
    defect: ({ source }) => defects.add(1, { source }),
    split: (event) => bad.add(event.bad, { source: event.source }),
    cache: ({ source, outcome, items }) => rows.add(items, { source, outcome }),
    'half-batch': (event) => missed.add(event.missed, { source: event.source }),
  };
  return (event) => (counted[event.kind] as ((event: GuardEvent) => void) | undefined)?.(event);
}
