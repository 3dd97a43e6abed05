import type { Call, FindResult, ListRequest } from '../connector.ts';
import type { Collection } from './collection.ts';
import { frameFor, nextAfter, type Frame } from './page.ts';
import type { Condition } from './questions.ts';
import { rowsFrom } from './rows.ts';
import type { Listing } from './settings.ts';
import { fits } from './values.ts';

/** Lists a page of an entity's documents, in the asked order or by `_id`. */
export async function listRows(collection: Collection, listing: Listing, request: ListRequest, call: Call): Promise<FindResult> {
  const { name, questions, ask, clock } = collection;
  const conditions = request.filters.map((filter) => conditionOf(filter, collection, listing));
  const frame = frameFor(orderOf(request, listing), request.page, listing.pageSize);
  const documents = await ask(`list of ${name}`, questions.list(request.fields, { conditions, frame }), call);
  const page = documents.slice(0, frame.rows - 1);
  return { kind: 'rows', rows: rowsFrom(page, collection, request.fields, clock()), next: nextAfter(documents, frame, collection) };
}

function conditionOf({ name, value }: ListRequest['filters'][number], collection: Collection, listing: Listing): Condition {
  const filter = listing.filters[name];
  if (filter === undefined) throw new TypeError(`no filter "${name}" is declared`);
  if (!fits(value, filter.type)) {
    throw collection.fail('SOURCE_UNAVAILABLE', `list of ${collection.name}: the value of "${name}" is not of type ${filter.type}`, { fault: 'request' });
  }
  return { ...filter, value };
}

function orderOf({ order }: ListRequest, { orders }: Listing): Pick<Frame, 'descending'> & { readonly path: string } | undefined {
  if (order === undefined) return undefined;
  const path = orders[order.name];
  if (path === undefined) throw new TypeError(`no order "${order.name}" is declared`);
  return { path, descending: order.direction === 'DESC' };
}
