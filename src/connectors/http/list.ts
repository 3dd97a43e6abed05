import type { Call, FindResult, ListRequest } from '../connector.ts';
import { keyOf, keysDiffer, pick, rowOf } from '../row.ts';
import { ask, fieldVariables, type Context } from './ask.ts';
import type { HttpEntity, ListOperation } from './operations.ts';
import { continueAt, pageOf } from './page.ts';
import { readPlace } from './paging.ts';
import type { Addition } from './request.ts';

/** Lists a page of an entity's rows. Rejects with SOURCE_MALFORMED when a row has no key or another's, since it could not be told apart. */
export async function listRows(
  entity: HttpEntity, operation: ListOperation, request: ListRequest, call: Call, context: Context,
): Promise<FindResult> {
  const { fail, clock } = context;
  const { label } = operation.request;
  if (request.filters.some((filter) => !filter.value.isWellFormed())) {
    throw fail('SOURCE_UNAVAILABLE', `${label} cannot ask for a filter that is not well-formed Unicode`, { fault: 'request' });
  }
  const place = readPlace(request.page.at);
  const size = Math.min(request.page.size, operation.pageSize);
  const variables = {
    ...fieldVariables(request.fields, [entity.key]), size, at: operation.paging.position(place.at), order: orderOf(operation, request),
  };
  const told = await ask(operation, { variables, additions: additionsOf(operation, request) }, call, context);
  if (told.kind === 'nothing' && told.status === 404) throw fail('SOURCE_UNAVAILABLE', `${label} answered 404`, { fault: 'request' });
  if (told.kind === 'nothing') return { kind: 'rows', rows: [], next: undefined };

  const fetchedAt = clock();
  const rows = told.rows.map((row) => {
    const key = keyOf(pick(row, entity.key));
    if (key === undefined) throw fail('SOURCE_MALFORMED', `${label} answered with a row without a key`);
    return rowOf(row, key, request.fields, fetchedAt);
  });
  if (!keysDiffer(rows)) throw fail('SOURCE_MALFORMED', `${label} answered with several rows of one key`);
  return { kind: 'rows', ...pageOf(rows, place, size, continueAt({ operation, told, entity, size, place, fail })) };
}

function orderOf(operation: ListOperation, { order }: ListRequest): string | undefined {
  if (order === undefined) return undefined;
  const words = operation.orders.get(order.name);
  if (words === undefined) throw new TypeError(`no order "${order.name}" is declared`);
  return order.direction === 'ASC' ? words.asc : words.desc;
}

function additionsOf(operation: ListOperation, { filters }: ListRequest): readonly Addition[] {
  return filters.map(({ name, value }) => {
    const parts = operation.filters.get(name);
    if (parts === undefined) throw new TypeError(`no filter "${name}" is declared`);
    return { parts, variables: { value } };
  });
}
