import type { SourceError } from '../errors.ts';
import type { SourceKey, SourceName } from '../ids.ts';
import type { Faults } from '../parse/faults.ts';
import type { ObserveDatabase } from '../servers/database-call.ts';

/**
 * The waist: everything above it knows nothing of protocols, everything below it nothing of callers, policy or GraphQL.
 *
 * Laws, checked by `test/contract/connector.ts` for every implementation:
 * - `read` gives one result per key, in key order, and `find` one per value, in value order; both match by key, never by position.
 * - A row that does not prove that it belongs to what was asked never reaches the caller: that key fails with SOURCE_MALFORMED.
 * - A row of another key than was asked is `moved`, under the key that is its own, and only where the source declares that it
 *   answers so for a record that was merged into another one. Two asked keys may get one and the same row.
 * - A row holds the fields that were asked for and no others, whatever the source sent.
 * - A call that fails as a whole rejects with a `SourceError`; one bad key fails alone, in its own result.
 * - At most as many keys or values as the capability's `batch` are handed in; the caller splits.
 * - An aborted signal ends the call soon, and with it the upstream request.
 * - Keys and values are data: no character in them changes what is asked.
 * - `close` may be called twice.
 */
export interface Connector {
  readonly source: SourceName;
  readonly capabilities: Capabilities;
  read(request: ReadRequest, call: Call): Promise<readonly ReadResult[]>;
  find(request: FindRequest, call: Call): Promise<readonly FindResult[]>;
  close(): Promise<void>;
}

/** The circumstances of one call. `deadline` is the clock's time in milliseconds after which nobody waits any more. */
export interface Call {
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly requestId: string;
  /** Where the call belongs in a trace, as W3C Trace Context writes it; undefined where none is kept. */
  readonly traceparent?: string | undefined;
}

/** What a source can do, by entity name. Declared in its file and believed by the planner. */
export type Capabilities = ReadonlyMap<string, EntityCapabilities>;

export interface EntityCapabilities {
  /** True when the source itself sends only the fields that were asked for. */
  readonly projects: boolean;
  /** Reading by key; undefined where the source cannot. A key that it does not take is absent, and the source is not asked. */
  readonly read: { readonly batch: number; readonly takes?: ((key: string) => boolean) | undefined } | undefined;
  /** Exact look-up by an attribute; `batch` values a call, pages of at most `pageSize` rows for each value. */
  readonly find: ReadonlyMap<string, { readonly batch: number; readonly pageSize: number }>;
  /** Listing without a key, with the filters and orders that the source declares. */
  readonly list: ListCapabilities | undefined;
}

export interface ListCapabilities {
  readonly pageSize: number;
  readonly filters: readonly string[];
  readonly orders: readonly string[];
}

export interface ReadRequest {
  readonly entity: string;
  readonly keys: readonly SourceKey[];
  /** Dotted paths into the source's row. A path that crosses a list stands for the list of its values. */
  readonly fields: readonly string[];
}

export type FindRequest = MatchRequest | ListRequest;

/** Rows whose attribute equals each of the values, a page for each value. */
export interface MatchRequest {
  readonly kind: 'match';
  readonly entity: string;
  readonly attribute: string;
  readonly values: readonly string[];
  readonly fields: readonly string[];
  readonly page: Page;
}

/** A page of all rows; exactly one result. */
export interface ListRequest {
  readonly kind: 'list';
  readonly entity: string;
  readonly filters: readonly Filter[];
  readonly order: Order | undefined;
  readonly fields: readonly string[];
  readonly page: Page;
}

export interface Filter {
  readonly name: string;
  readonly value: string;
}

export interface Order {
  readonly name: string;
  readonly direction: 'ASC' | 'DESC';
}

/** `at` is what the connector itself gave as `next` of the page before; undefined is the first page. */
export interface Page {
  readonly size: number;
  readonly at: string | undefined;
}

/** One entity's data as the source gave it: exactly the asked fields, each under its dotted path. */
export interface Row {
  readonly key: SourceKey;
  readonly values: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** True when the row comes from a cache because its source failed. */
  readonly stale: boolean;
}

export type ReadResult =
  | { readonly kind: 'found'; readonly row: Row }
  /** The record was merged into the one with `row.key`, which is not the key that was asked. */
  | { readonly kind: 'moved'; readonly row: Row }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly error: SourceError };

export type FindResult =
  | { readonly kind: 'rows'; readonly rows: readonly Row[]; readonly next: string | undefined }
  | { readonly kind: 'failed'; readonly error: SourceError };

/** What a connector is opened with. */
export interface ConnectorDeps {
  readonly source: SourceName;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Tells operators what clients must not see. */
  readonly warn: (message: string) => void;
  /** Told of what goes to a database; undefined where nobody wants to know. */
  readonly observeDatabase?: ObserveDatabase | undefined;
}

/** One entity of a source's file: what every connector knows of it, and what only its own kind understands. */
export interface EntityText {
  /** Path of the key in a row. */
  readonly key: string;
  /** The operations `read`, `find` and `list`, and any setting of the connector's own. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A source's file, as far as it concerns the connector. */
export interface SourceText {
  /** The settings beside `entities` that are the connector's own, such as `baseUrl`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly entities: Readonly<Record<string, EntityText>>;
  /** The folder that relative file names start from. */
  readonly folder: string;
}

/** A source that is understood but not yet connected to: its capabilities are known, no connection is open. */
export interface ParsedSource {
  readonly capabilities: Capabilities;
  open(deps: ConnectorDeps): Connector;
}

/** A protocol the gateway speaks. `parse` turns text into a source, or notes faults and gives undefined. */
export interface ConnectorKind {
  readonly name: string;
  parse(text: SourceText, faults: Faults): ParsedSource | undefined;
}
