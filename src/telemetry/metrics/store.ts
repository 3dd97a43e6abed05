import { performance } from 'node:perf_hooks';
import type { Meter } from '@opentelemetry/api';
import type { ObserveDatabase } from '../../servers/database-call.ts';
import type { Store } from '../../store/store.ts';
import type { Trail } from '../../audit/trail.ts';

const seconds = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

type Methods = Readonly<Record<string, (...values: unknown[]) => unknown>>;

/**
 * A store whose questions are timed, by their names. Where it is embedded, `observe` is told of each as of a call to a database: there
 * is nothing else between the gateway and its file.
 */
export function timedStore(meter: Meter, store: Store, observe?: ObserveDatabase): Store {
  const duration = meter.createHistogram('customer360.store.operation.duration', {
    unit: 's', description: 'Duration of questions to the store', advice: { explicitBucketBoundaries: seconds },
  });
  const timed = (name: string, method: (...values: unknown[]) => unknown) => (...values: unknown[]): unknown => {
    const start = performance.now();
    const answer = method(...values);
    // What is read in parts takes as long as its reader does.
    if (!(answer instanceof Promise)) return answer;
    const end = (error: string | undefined) => (): void => {
      const milliseconds = performance.now() - start;
      duration.record(milliseconds / 1000, { operation: name, ...(error === undefined ? {} : { 'error.type': error }) });
      observe?.({ system: 'sqlite', namespace: undefined, collection: undefined, operation: name, server: undefined, milliseconds, error });
    };
    answer.then(end(undefined), end('STORE_FAILED'));
    return answer;
  };
  const role = (name: string, methods: Methods): object =>
    Object.fromEntries(Object.entries(methods).map(([method, call]) => [method, timed(`${name}.${method}`, call.bind(methods))]));
  return {
    ...store,
    ...Object.fromEntries(Object.entries<Methods | (() => Promise<void>)>({ ...store } as never).flatMap(([name, methods]) => (typeof methods === 'object' ? [[name, role(name, methods)]] : []))),
  };
}

/** A trail whose entries are timed until they are on disk, or are not. */
export function timedTrail(meter: Meter): (trail: Trail) => Trail {
  const duration = meter.createHistogram('customer360.audit.append.duration', {
    unit: 's', description: 'From an entry to its being durable: how far the trail lags behind', advice: { explicitBucketBoundaries: seconds },
  });
  const failures = meter.createCounter('customer360.audit.append.failures', { description: 'Entries that could not be written; what they were about was not disclosed' });
  failures.add(0);
  let pending = 0;
  meter.createObservableGauge('customer360.audit.pending', { description: 'Entries that are waited for' }).addCallback((told) => told.observe(pending));
  return (trail) => ({
    ...trail,
    async append(entry) {
      const start = performance.now();
      pending += 1;
      try {
        return await trail.append(entry);
      } catch (error) {
        failures.add(1);
        throw error;
      } finally {
        pending -= 1;
        duration.record((performance.now() - start) / 1000);
      }
    },
  });
}
