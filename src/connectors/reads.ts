import type { Call, Connector, Filter, FindResult, Order, Page, ReadResult, Row } from './connector.ts';
import { SourceError } from '../errors.ts';
import { sourceKey, type SourceKey, type SourceName } from '../ids.ts';
import { openLoader, type Loader } from './loader.ts';
import type { Soon } from '../soon.ts';
import type { Waits } from './waits.ts';

/**
 * The reads of one request. Reads of one kind that are asked for in the same tick travel together, as many in a call as
 * the source takes; a read that is asked for twice is made once, and one that a list has answered not at all. Nothing here rejects: a failed call fails each of its keys.
 */
export interface Reads {
  row(source: SourceName, entity: string, key: SourceKey, fields: readonly string[]): Soon<ReadResult>;
  match(request: MatchOne): Soon<FindResult>;
  list(request: ListOne): Promise<FindResult>;
}

/** What is the same of reads that travel together. */
export interface RowsRead {
  readonly source: SourceName;
  readonly entity: string;
  readonly fields: readonly string[];
}

/** The same of look-ups by an attribute. */
export interface MatchesRead extends RowsRead {
  readonly attribute: string;
  readonly page: Page;
}

export interface MatchOne extends MatchesRead {
  readonly value: string;
}

export interface ListOne {
  readonly source: SourceName;
  readonly entity: string;
  readonly filters: readonly Filter[];
  readonly order: Order | undefined;
  readonly fields: readonly string[];
  readonly page: Page;
}

/** The reads of one request, with what was kept of earlier ones and without. */
export interface RequestReads extends Reads {
  /** Reads many by key, or finds many by value, ahead of those who need them: when it is fulfilled each of them is there. */
  ahead(reads: RowsRead | MatchesRead, keys: readonly string[]): Promise<unknown>;
  /** Of the sources alone: for what decides who is who and who may see what. */
  readonly fresh: Reads;
}

/** The connectors by source, and the same without what keeps rows. */
export interface ReadFrom {
  readonly connectors: ReadonlyMap<SourceName, Connector>;
  readonly fresh: ReadonlyMap<SourceName, Connector>;
}

interface OfRequest {
  readonly call: Call;
  readonly waits: Waits | undefined;
  readonly loaders: Map<Connector, Map<string, Loader<ReadResult | FindResult>>>;
  readonly listed: Map<string, { readonly row: Row; readonly fields: ReadonlySet<string> }>;
}

/** Opens the reads of one request. `waits` is told when they wait. */
export function openReads({ connectors, fresh }: ReadFrom, call: Call, waits?: Waits): RequestReads {
  const shared: OfRequest = { call, waits, loaders: new Map(), listed: new Map() };
  return { ...readsThrough(connectors, shared), fresh: readsThrough(fresh, shared) };
}

function readsThrough(connectors: ReadonlyMap<SourceName, Connector>, { call, waits, loaders, listed }: OfRequest): Reads & Pick<RequestReads, 'ahead'> {
  const connectorOf = (source: SourceName): Connector => {
    const connector = connectors.get(source);
    if (connector === undefined) throw new Error(`no connector for the source ${source}`);
    return connector;
  };
  const loader = <Result extends ReadResult | FindResult>(
    signature: string,
    connector: Connector,
    batch: number,
    ask: (keys: readonly string[]) => Promise<readonly Result[]>,
  ): Loader<Result> => {
    // Where nothing is kept both ways lead through one connector, and so what both ask for is asked once.
    const own = loaders.get(connector) ?? new Map<string, Loader<ReadResult | FindResult>>();
    loaders.set(connector, own);
    const known = own.get(signature);
    if (known !== undefined) return known as Loader<Result>;
    const made = openLoader<Result>(batch, (keys) => settled(connector.source, keys, ask, waits));
    own.set(signature, made);
    return made;
  };
  /** What a list has answered already. */
  const listedRow = (source: SourceName, entity: string, key: SourceKey, fields: readonly string[]): Row | undefined => {
    const known = listed.size === 0 ? undefined : listed.get(recordName(source, entity, key));
    return known !== undefined && fields.every((field) => known.fields.has(field)) ? known.row : undefined;
  };
  const rowsLoader = ({ source, entity, fields }: RowsRead): Loader<ReadResult> => {
    const connector = connectorOf(source);
    const batch = connector.capabilities.get(entity)?.read?.batch ?? 1;
    return loader<ReadResult>(`row ${entity} ${textOf(fields)}`, connector, batch, (keys) => connector.read({ entity, keys: keys.map(sourceKey), fields }, call));
  };
  const matchesLoader = ({ source, entity, attribute, fields, page }: MatchesRead): Loader<FindResult> => {
    const connector = connectorOf(source);
    const batch = connector.capabilities.get(entity)?.find.get(attribute)?.batch ?? 1;
    return loader<FindResult>(`match ${JSON.stringify([entity, attribute, page])} ${textOf(fields)}`, connector, batch,
      (values) => connector.find({ kind: 'match', entity, attribute, values, fields, page }, call));
  };

  const rows = byLikeness(alike, rowsLoader);
  const matches = byLikeness((one: MatchesRead, other: MatchesRead) => alike(one, other) && one.attribute === other.attribute && one.page.size === other.page.size && one.page.at === other.page.at, matchesLoader);

  return {
    row(source, entity, key, fields) {
      const known = listedRow(source, entity, key, fields);
      if (known !== undefined) return { kind: 'found', row: known };
      return rows({ source, entity, fields }).load(key);
    },
    match: (request) => matches(request).load(request.value),
    ahead(reads, keys) {
      if ('attribute' in reads) return matches(reads).loadAll(keys);
      return rows(reads).loadAll(keys.filter((key) => listedRow(reads.source, reads.entity, sourceKey(key), reads.fields) === undefined));
    },
    async list({ source, ...request }) {
      const [result] = await settled(source, [''], () => connectorOf(source).find({ kind: 'list', ...request }, call), waits);
      if (result === undefined) throw new Error('a list gave no result');
      const fields = new Set(request.fields);
      if (result.kind === 'rows') for (const row of result.rows) listed.set(recordName(source, request.entity, row.key), { row, fields });
      return result;
    },
  };
}

function alike(one: RowsRead, other: RowsRead): boolean {
  return one.fields === other.fields && one.entity === other.entity && one.source === other.source;
}

/** So many are looked through: a plan has few entities. */
const looked = 8;

/** What is made for one read serves all that are like it. For a list of customers they are told by the very list of fields that their plan has: a signature would be a text for each. */
function byLikeness<Read, Made>(like: (one: Read, other: Read) => boolean, make: (read: Read) => Made): (read: Read) => Made {
  const known: { readonly read: Read; readonly made: Made }[] = [];
  return (read) => {
    for (const one of known) if (like(one.read, read)) return one.made;
    const made = make(read);
    if (known.length < looked) known.push({ read, made });
    return made;
  };
}

/** One text for a list of fields; all reads of one plan share the list. */
function textOf(fields: readonly string[]): string {
  const known = texts.get(fields) ?? JSON.stringify(fields);
  texts.set(fields, known);
  return known;
}

const texts = new WeakMap<readonly string[], string>();

function recordName(source: SourceName, entity: string, key: SourceKey): string {
  return JSON.stringify([source, entity, key]);
}

/** Turns the failure of a whole call into the failure of each of its keys. */
async function settled<Result extends ReadResult | FindResult>(
  source: SourceName,
  keys: readonly string[],
  ask: (keys: readonly string[]) => Promise<readonly Result[]>,
  waits: Waits | undefined,
): Promise<readonly Result[]> {
  waits?.begin();
  try {
    const results = await ask(keys);
    if (results.length !== keys.length) throw new SourceError({ code: 'SOURCE_MALFORMED', source, message: 'not one result per key' });
    return results;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const failed = { kind: 'failed', error } as const;
    return keys.map(() => failed as Result);
  } finally {
    waits?.end();
  }
}
