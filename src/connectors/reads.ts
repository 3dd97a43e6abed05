import DataLoader from 'dataloader';
import type { Call, Connector, Filter, FindResult, Order, Page, ReadResult, Row } from './connector.ts';
import { SourceError } from '../errors.ts';
import { sourceKey, type SourceKey, type SourceName } from '../ids.ts';

/**
 * The reads of one request. Reads of one kind that are asked for in the same tick travel together, as many in a call as
 * the source takes; a read that is asked for twice is made once, and one that a list has answered not at all. Nothing here rejects: a failed call fails each of its keys.
 */
export interface Reads {
  row(source: SourceName, entity: string, key: SourceKey, fields: readonly string[]): Promise<ReadResult>;
  match(request: MatchOne): Promise<FindResult>;
  list(request: ListOne): Promise<FindResult>;
}

export interface MatchOne {
  readonly source: SourceName;
  readonly entity: string;
  readonly attribute: string;
  readonly value: string;
  readonly fields: readonly string[];
  readonly page: Page;
}

export interface ListOne {
  readonly source: SourceName;
  readonly entity: string;
  readonly filters: readonly Filter[];
  readonly order: Order | undefined;
  readonly fields: readonly string[];
  readonly page: Page;
}

/** Opens the reads of one request over the connectors, by source. */
export function openReads(connectors: ReadonlyMap<SourceName, Connector>, call: Call): Reads {
  const loaders = new Map<string, DataLoader<string, ReadResult | FindResult>>();
  const listed = new Map<string, { readonly row: Row; readonly fields: ReadonlySet<string> }>();
  const connectorOf = (source: SourceName): Connector => {
    const connector = connectors.get(source);
    if (connector === undefined) throw new Error(`no connector for the source ${source}`);
    return connector;
  };
  const loader = <Result extends ReadResult | FindResult>(
    signature: string,
    source: SourceName,
    batch: number,
    ask: (keys: readonly string[]) => Promise<readonly Result[]>,
  ): DataLoader<string, Result> => {
    const known = loaders.get(signature);
    if (known !== undefined) return known as DataLoader<string, Result>;
    const made = new DataLoader<string, Result>((keys) => settled(source, keys, ask), { maxBatchSize: batch });
    loaders.set(signature, made);
    return made;
  };

  return {
    row(source, entity, key, fields) {
      const known = listed.get(recordName(source, entity, key));
      if (known !== undefined && fields.every((field) => known.fields.has(field))) return Promise.resolve({ kind: 'found', row: known.row });
      const connector = connectorOf(source);
      const batch = connector.capabilities.get(entity)?.read?.batch ?? 1;
      const signature = JSON.stringify(['row', source, entity, fields]);
      return loader<ReadResult>(signature, source, batch, (keys) => connector.read({ entity, keys: keys.map(sourceKey), fields }, call)).load(key);
    },
    match({ source, entity, attribute, value, fields, page }) {
      const connector = connectorOf(source);
      const batch = connector.capabilities.get(entity)?.find.get(attribute)?.batch ?? 1;
      const signature = JSON.stringify(['match', source, entity, attribute, fields, page]);
      const ask = (values: readonly string[]): Promise<readonly FindResult[]> =>
        connector.find({ kind: 'match', entity, attribute, values, fields, page }, call);
      return loader<FindResult>(signature, source, batch, ask).load(value);
    },
    async list({ source, ...request }) {
      const [result] = await settled(source, [''], () => connectorOf(source).find({ kind: 'list', ...request }, call));
      if (result instanceof Error || result === undefined) throw result ?? new Error('a list gave no result');
      const fields = new Set(request.fields);
      if (result.kind === 'rows') for (const row of result.rows) listed.set(recordName(source, request.entity, row.key), { row, fields });
      return result;
    },
  };
}

function recordName(source: SourceName, entity: string, key: SourceKey): string {
  return JSON.stringify([source, entity, key]);
}

/** Turns the failure of a whole call into the failure of each of its keys. */
async function settled<Result extends ReadResult | FindResult>(
  source: SourceName,
  keys: readonly string[],
  ask: (keys: readonly string[]) => Promise<readonly Result[]>,
): Promise<readonly (Result | Error)[]> {
  try {
    const results = await ask(keys);
    if (results.length !== keys.length) throw new SourceError({ code: 'SOURCE_MALFORMED', source, message: 'not one result per key' });
    return results;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const failed = { kind: 'failed', error } as const;
    return keys.map(() => failed as Result);
  }
}
