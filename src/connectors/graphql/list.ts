import type { SourceError } from '../../errors.ts';
import type { Call, FindResult, ListRequest, Row } from '../connector.ts';
import { pageOf } from '../http/page.ts';
import { readPlace } from '../http/paging.ts';
import { keysDiffer } from '../row.ts';
import { askOnce, type Context, type Variables } from './ask.ts';
import { harvest } from './harvest.ts';
import type { GraphqlEntity, ListOperation } from './operations.ts';
import { continueAt, pageVariables } from './page.ts';
import { fieldsWith, rowFrom } from './rows.ts';
import { valueFor, type Json } from './variables.ts';

/** Lists a page of an entity's rows. Rejects with a SourceError when a row is broken or has no key. */
export async function listRows({ entity, operation, request, call, context }: {
  readonly entity: GraphqlEntity;
  readonly operation: ListOperation;
  readonly request: ListRequest;
  readonly call: Call;
  readonly context: Context;
}): Promise<FindResult> {
  const { fail, clock } = context;
  const { label, pageSize } = operation;
  const order = orderOf(operation, request);
  const variables = { ...pageVariables(operation, request.page), ...(order === undefined ? {} : { order }), ...filterVariables(operation, request, context) };
  const slot = await askOnce(operation, { fields: fieldsWith(request.fields, [entity.key]), variables }, call, context);
  const gathered = harvest(slot, operation, fail);
  if (gathered.kind === 'failed') throw gathered.error;
  const error = gathered.lost ?? gathered.rows.find((ear) => ear.error !== undefined)?.error;
  if (error !== undefined) throw error;

  const fetchedAt = clock();
  const malformed = (why: string): SourceError => fail('SOURCE_MALFORMED', `${label} ${why}`);
  const rows = gathered.rows.map(({ row }): Row => {
    const own = rowFrom(row, entity.key, request.fields, fetchedAt);
    if (own === undefined) throw malformed('answered with a row without a key');
    return own;
  });
  if (!keysDiffer(rows)) throw malformed('answered with several rows of one key');
  const next = continueAt(slot.answer, { operation, entity, rows: gathered.rows.map(({ row }) => row), page: request.page });
  if (next === 'malformed') throw malformed('does not say understandably whether there is more');
  return { kind: 'rows', ...pageOf(rows, readPlace(request.page.at), Math.min(request.page.size, pageSize), next.at) };
}

function filterVariables({ document, filters, label }: ListOperation, request: ListRequest, { fail }: Context): Variables {
  return Object.fromEntries(request.filters.map(({ name, value }) => {
    const variable = filters.get(name);
    const type = variable === undefined ? undefined : document.variables.get(variable);
    if (variable === undefined || type === undefined) throw new TypeError(`no filter "${name}" is declared`);
    const given = valueFor(value, type);
    if (given === undefined) throw fail('SOURCE_UNAVAILABLE', `${label}: the value of "${name}" is no ${type.name}`, { fault: 'request' });
    return [variable, given];
  }));
}

function orderOf({ orders }: ListOperation, { order }: ListRequest): Json | undefined {
  if (order === undefined) return undefined;
  const words = orders.get(order.name);
  if (words === undefined) throw new TypeError(`no order "${order.name}" is declared`);
  return order.direction === 'ASC' ? words.asc : words.desc;
}
