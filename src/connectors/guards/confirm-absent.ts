import { SourceError } from '../../errors.ts';
import type { Call, Connector, FindResult, ReadResult } from '../connector.ts';
import type { Observe } from './events.ts';

type Failed = Extract<ReadResult, { kind: 'failed' }>;

/**
 * Asks once more, in one call, for the keys that a batch left out while it had others: real systems do answer half a
 * batch, under load or past a silent limit, and a record wrongly taken for absent is data wrongly denied. Keys that can't
 * be asked for again have failed, since nobody knows.
 *
 * Of the finds, only those of the entity `lookedUp` are treated so, where nothing found means that a customer is not linked
 * for a while. Elsewhere it is usual, such as a customer without tickets, and not worth a second call.
 */
export function withConfirmedAbsence(
  connector: Connector,
  { lookedUp, observe }: { readonly lookedUp?: string | undefined; readonly observe: Observe },
): Connector {
  const { source } = connector;
  const notice = (entity: string, { requestId }: Call) => (missed: number) => {
    if (missed > 0) observe({ kind: 'half-batch', source, entity, missed, requestId });
  };
  return {
    source,
    capabilities: connector.capabilities,
    read: (request, call) => askTwice({
      items: request.keys,
      ask: (keys) => connector.read({ ...request, keys }, call),
      notice: notice(request.entity, call),
    }),
    find: (request, call) => {
      if (request.kind === 'list' || request.entity !== lookedUp || request.page.at !== undefined) return connector.find(request, call);
      return askTwice({
        items: request.values,
        ask: (values) => connector.find({ ...request, values }, call),
        notice: notice(request.entity, call),
      });
    },
    close: () => connector.close(),
  };
}

async function askTwice<Item, Result extends ReadResult | FindResult>(batch: {
  readonly items: readonly Item[];
  readonly ask: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Is told how many the source had left out. */
  readonly notice: (missed: number) => void;
}): Promise<readonly (Result | Failed)[]> {
  const { items, ask, notice } = batch;
  const results = await ask(items);
  const missing = items.filter((_item, index) => isNothing(results[index]));
  if (missing.length === 0 || !results.some(isSomething)) return results;

  const again = await ask(missing).catch((error: unknown): readonly Failed[] => {
    if (!(error instanceof SourceError)) throw error;
    return missing.map(() => ({ kind: 'failed', error }));
  });
  notice(again.filter(isSomething).length);
  let next = 0;
  return results.map((result) => (isNothing(result) ? (again[next++] ?? result) : result));
}

function isNothing(result: ReadResult | FindResult | undefined): boolean {
  return result?.kind === 'absent' || (result?.kind === 'rows' && result.rows.length === 0);
}

function isSomething(result: ReadResult | FindResult): boolean {
  return result.kind !== 'failed' && !isNothing(result);
}
