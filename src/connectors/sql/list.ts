import type { Call, FindResult, ListRequest } from '../connector.ts';
import { nextAfter, frameFor, type Frame } from './page.ts';
import { columnsFor, rowsFrom } from './rows.ts';
import type { Table } from './session.ts';
import type { Listing } from './settings.ts';
import type { Condition } from './statements.ts';
import { fits } from './values.ts';

/** Lists a page of an entity's rows, in the asked order or by key. */
export async function listRows(table: Table, listing: Listing, request: ListRequest, call: Call): Promise<FindResult> {
  const { name, entity, statements, ask, clock } = table;
  const conditions = request.filters.map((filter) => conditionOf(filter, table, listing));
  const frame = frameFor(orderOf(request, listing), { entity, page: request.page, pageSize: listing.pageSize });
  const told = await ask(`list of ${name}`, statements.list(columnsFor(request.fields, [entity.key]), { conditions, frame }), call);
  if (told.kind === 'refused') throw told.error;
  const fetchedAt = clock();
  return {
    kind: 'rows',
    rows: rowsFrom(told.rows.slice(0, frame.rows - 1), table, request.fields, fetchedAt),
    next: nextAfter(told.rows, frame, entity),
  };
}

function conditionOf({ name, value }: ListRequest['filters'][number], table: Table, listing: Listing): Condition {
  const filter = listing.filters[name];
  if (filter === undefined) throw new TypeError(`no filter "${name}" is declared`);
  if (!fits(value, filter.type)) {
    throw table.fail('SOURCE_UNAVAILABLE', `list of ${table.name}: the value of "${name}" is not of type ${filter.type}`, { fault: 'request' });
  }
  return { ...filter, value };
}

function orderOf({ order }: ListRequest, { orders }: Listing): Pick<Frame, 'descending'> & { readonly column: string } | undefined {
  if (order === undefined) return undefined;
  const column = orders[order.name];
  if (column === undefined) throw new TypeError(`no order "${order.name}" is declared`);
  return { column, descending: order.direction === 'DESC' };
}
