import type { Meter } from '@opentelemetry/api';
import type { DatabaseCall } from '../../servers/database-call.ts';

/** Where the database belongs: to a source, by its name, or to the store. */
export type DatabaseOwner = { readonly source: string } | 'store';

/**
 * Times what goes to databases by OpenTelemetry's conventions for their clients. Names of databases and tables are those of the
 * deployment and of the store, so that there are only so many.
 */
export function databaseMetrics(meter: Meter): (owner: DatabaseOwner, call: DatabaseCall) => void {
  const duration = meter.createHistogram('db.client.operation.duration', {
    unit: 's', description: 'Duration of statements and commands to databases', advice: { explicitBucketBoundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] },
  });
  return (owner, { system, namespace, collection, operation, server, milliseconds, error }) => duration.record(milliseconds / 1000, {
    'db.system.name': system,
    'db.operation.name': operation,
    ...(namespace === undefined ? {} : { 'db.namespace': namespace }),
    ...(collection === undefined ? {} : { 'db.collection.name': collection }),
    ...(server === undefined ? {} : { 'server.address': server.address, 'server.port': server.port }),
    ...(error === undefined ? {} : { 'error.type': error }),
    ...(owner === 'store' ? {} : { source: owner.source }),
  });
}
