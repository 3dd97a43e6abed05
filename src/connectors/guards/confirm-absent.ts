import { SourceError } from '../../errors.ts';
import type { Connector, ReadResult } from '../connector.ts';
import type { Observe } from './events.ts';

/**
 * Asks once more, in one call, for the keys that a batch left out while it had others: real systems do answer half a
 * batch, under load or past a silent limit, and a record wrongly taken for absent is data wrongly denied. Keys that can't
 * be asked for again have failed, since nobody knows.
 */
export function withConfirmedAbsence(connector: Connector, { observe }: { readonly observe: Observe }): Connector {
  const { source } = connector;
  return {
    source,
    capabilities: connector.capabilities,
    read: async (request, call) => {
      const results = await connector.read(request, call);
      const missing = request.keys.filter((_key, index) => results[index]?.kind === 'absent');
      if (missing.length === 0 || !results.some((result) => result.kind === 'found')) return results;

      const again = await connector.read({ ...request, keys: missing }, call).catch((error: unknown): readonly ReadResult[] => {
        if (!(error instanceof SourceError)) throw error;
        return missing.map(() => ({ kind: 'failed', error }));
      });
      const missed = again.filter((result) => result.kind === 'found').length;
      if (missed > 0) observe({ kind: 'half-batch', source, entity: request.entity, missed });
      let next = 0;
      return results.map((result) => (result.kind === 'absent' ? (again[next++] ?? result) : result));
    },
    find: (request, call) => connector.find(request, call),
    close: () => connector.close(),
  };
}
