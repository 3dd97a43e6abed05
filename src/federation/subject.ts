import type { Row } from '../connectors/connector.ts';
import type { SourceError } from '../errors.ts';
import type { SourceName } from '../ids.ts';
import type { KeysOutcome } from '../identity/identity.ts';
import type { Reader } from '../schema/model.ts';
import type { SelectedField } from '../selection/select.ts';
import { recordsOf, type CallerIds } from './caller-ids.ts';
import type { SourceInfo } from './operation-context.ts';
import type { Trace } from './trace.ts';

/** A record as the fields of one object see it. */
export type RecordOutcome =
  | { readonly kind: 'found'; readonly row: Row; readonly reader: Reader }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly error: SourceError };

/** What the fields of one object are resolved against: a customer with all her records, one row, or an item within one. */
export interface Subject {
  /** The records that a value comes from, in the order of preference: one, or one for each of the customers that were merged. */
  readonly records: (source: SourceName, entity: string) => readonly RecordOutcome[] | Promise<readonly RecordOutcome[]>;
  /** The keys in a source by which the object's connections are found. */
  readonly keysOf: (source: SourceName) => KeysOutcome | Promise<KeysOutcome>;
  /** The data of a field that the gateway fills itself. */
  readonly own: (field: SelectedField) => unknown;
  /** What a cursor below this object belongs to. */
  readonly scope: readonly string[];
  readonly trace: Trace;
}

/** A row of one entity as a subject. */
export function rowSubject(input: {
  readonly row: Row;
  readonly source: SourceName;
  readonly reader: Reader;
  readonly sourceInfo: (source: SourceName) => SourceInfo;
  readonly ids: CallerIds;
  readonly scope: readonly string[];
  readonly trace: Trace;
}): Subject {
  const { row, source, reader, sourceInfo, ids, trace } = input;
  const found = [{ kind: 'found', row, reader }] as const;
  return {
    records: () => found,
    keysOf: () => ({ kind: 'linked', keys: [row.key] }),
    own({ name }) {
      switch (name) {
        case 'source': return sourceInfo(source);
        case 'remoteId': return ids.give(recordsOf(source), row.key);
        case 'fetchedAt': return new Date(row.fetchedAt).toISOString();
        case 'stale': return row.stale;
        default: return undefined;
      }
    },
    scope: [...input.scope, source, row.key],
    trace: trace.ofRows,
  };
}
