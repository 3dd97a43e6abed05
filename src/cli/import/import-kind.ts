import type { Config } from '../../config/load-config.ts';
import type { ArchiveRecord } from '../../store/archive.ts';
import type { Store } from '../../store/store.ts';
import type { RowImport } from './import-rows.ts';
import type { Stamp } from './read-person.ts';

/** One kind of import: what its command says of itself, and what it makes of rows. */
export interface ImportKind<Row> {
  /** How the audit trail calls it. */
  readonly action: string;
  readonly description: string;
  readonly rowIs: string;
  /** What `--help` says of the columns. */
  readonly columns: string;
  /** What a rehearsal needs of a store. */
  readonly rehearsedWith: readonly ArchiveRecord['kind'][];
  readonly open: (input: ImportInput) => RowImport<Row>;
}

export interface ImportInput {
  readonly config: Config;
  readonly store: Store;
  readonly file: string;
  readonly stamp: Stamp;
}
