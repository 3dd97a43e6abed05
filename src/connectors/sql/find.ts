import { SourceError } from '../../errors.ts';
import type { Call, FindResult, MatchRequest } from '../connector.ts';
import { comparable } from '../row.ts';
import type { RawRow } from './dialects/dialect.ts';
import { inHalves } from './halves.ts';
import { frameFor, nextAfter } from './page.ts';
import { columnsFor, rowsFrom, textOf } from './rows.ts';
import type { Table } from './session.ts';
import type { Look } from './settings.ts';
import { comparisonOf, fits } from './values.ts';

const none: FindResult = { kind: 'rows', rows: [], next: undefined };

/** Finds by an attribute: one statement for the values that the column can hold, one result and one page for each value. */
export async function findByValues(table: Table, look: Look, request: MatchRequest, call: Call): Promise<readonly FindResult[]> {
  if (request.values.length > look.batch) throw new RangeError(`${table.name}.${request.attribute} takes ${look.batch} values, got ${request.values.length}`);
  // The comparable form is what is asked for. An empty one would find every row without a value.
  const forms = request.values.map((value) => comparable(value, comparisonOf(look.type, look.compare)));
  const found = await askFor([...new Set(forms.filter((form) => fits(form, look.type)))], { table, look, request, call });
  return forms.map((form) => found.get(form) ?? none);
}

interface Finding {
  readonly table: Table;
  readonly look: Look;
  readonly request: MatchRequest;
  readonly call: Call;
}

/** Rows of other values are left out: what equals a value by a column's collation alone was not asked for. */
async function askFor(values: readonly string[], finding: Finding): Promise<ReadonlyMap<string, FindResult>> {
  if (values.length === 0) return new Map();
  const { table, look, request, call } = finding;
  const { entity, statements, ask, clock } = table;
  const frame = frameFor(look.order, { entity, page: request.page, pageSize: look.pageSize });
  const statement = statements.match(columnsFor(request.fields, [entity.key, look.column]), { look, values, frame });
  const told = await ask(`${table.name} by ${request.attribute}`, statement, call);
  if (told.kind === 'refused') {
    return inHalves<FindResult>(values, { kind: 'failed', error: told.error }, (half) => askFor(half, finding));
  }
  const fetchedAt = clock();
  const formOf = (row: RawRow): string => comparable(textOf(row[look.column], entity) ?? '', comparisonOf(look.type, look.compare));
  const groups = Map.groupBy(told.rows, formOf);
  return new Map(values.map((value): [string, FindResult] => {
    // A lone value's page ends where the statement's rows do, whosever the last of them is.
    const rows = values.length === 1 ? told.rows : groups.get(value) ?? [];
    const own = rows.slice(0, frame.rows - 1).filter((row) => formOf(row) === value);
    try {
      return [value, { kind: 'rows', rows: rowsFrom(own, table, request.fields, fetchedAt), next: nextAfter(rows, frame, entity) }];
    } catch (error) {
      if (error instanceof SourceError) return [value, { kind: 'failed', error }];
      throw error;
    }
  }));
}
