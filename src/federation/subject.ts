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
export function rowSubject(input: RowSubjectInput): Subject {
  return new RowSubject(input);
}

interface RowSubjectInput {
  readonly row: Row;
  readonly source: SourceName;
  readonly reader: Reader;
  readonly context: { readonly sourceInfo: (source: SourceName) => SourceInfo; readonly ids: CallerIds };
  /** What the row is below. */
  readonly above: Pick<Subject, 'scope' | 'trace'>;
}

/** A class, since there is one for each row of a page: closures would be half a dozen objects more. */
class RowSubject implements Subject {
  readonly trace: Trace;
  readonly #found: readonly [RecordOutcome];
  readonly #input: RowSubjectInput;

  constructor(input: RowSubjectInput) {
    this.#input = input;
    this.#found = [{ kind: 'found', row: input.row, reader: input.reader }];
    this.trace = input.above.trace.ofRows;
  }

  records(): readonly RecordOutcome[] {
    return this.#found;
  }

  keysOf(): KeysOutcome {
    return { kind: 'linked', keys: [this.#input.row.key] };
  }

  own({ name }: SelectedField): unknown {
    const { row, source, context: { sourceInfo, ids } } = this.#input;
    switch (name) {
      case 'source': return sourceInfo(source);
      case 'remoteId': return ids.give(recordsOf(source), row.key);
      case 'fetchedAt': return new Date(row.fetchedAt).toISOString();
      case 'stale': return row.stale;
      default: return undefined;
    }
  }

  get scope(): readonly string[] {
    const { above, source, row } = this.#input;
    return [...above.scope, source, row.key];
  }
}
