import type { SourceError } from '../../errors.ts';
import type { Call, FindResult, MatchRequest } from '../connector.ts';
import { pageOf } from '../http/page.ts';
import { readPlace } from '../http/paging.ts';
import { proofsAt } from '../http/rows.ts';
import { comparable, keysDiffer } from '../row.ts';
import { askForEach, takesList, type Context, type Slot } from './ask.ts';
import { harvest, type Ear } from './harvest.ts';
import type { FindOperation, GraphqlEntity } from './operations.ts';
import { continueAt, pageVariables } from './page.ts';
import { fieldsWith, isAskable, rowFrom } from './rows.ts';

const none: FindResult = { kind: 'rows', rows: [], next: undefined };

interface Finding {
  readonly entity: GraphqlEntity;
  readonly operation: FindOperation;
  readonly request: MatchRequest;
  readonly call: Call;
  readonly context: Context;
}

/** Finds by an attribute: one call for the values that the variable can hold, one result and one page for each value. */
export async function findByValues(finding: Finding): Promise<readonly FindResult[]> {
  const { entity, operation, request, call, context } = finding;
  if (request.values.length > operation.batch) throw new RangeError(`${operation.label} takes ${operation.batch} values, got ${request.values.length}`);
  const form = (value: string): string => comparable(value, operation.compare);
  // Two spellings of one value are asked for once, in the first of them.
  const spellings = new Map<string, string>();
  for (const value of request.values) {
    if (form(value) !== '' && isAskable(value, operation) && !spellings.has(form(value))) spellings.set(form(value), value);
  }
  const values = [...spellings.values()];
  if (values.length === 0) return request.values.map(() => none);
  const asked = { fields: fieldsWith(request.fields, [entity.key, operation.match]), variables: pageVariables(operation, request.page) };
  const slots = await askForEach(operation, values, asked, call, context);
  const results = new Map(slots.flatMap((slot, at) => [...resultsOf(slot, takesList(operation) ? values : values.slice(at, at + 1), finding)]));
  return request.values.map((value) => results.get(spellings.get(form(value)) ?? '') ?? none);
}

function resultsOf(slot: Slot, values: readonly string[], { entity, operation, request, context: { fail, clock } }: Finding): ReadonlyMap<string, FindResult> {
  const { label, match, compare } = operation;
  const gathered = harvest(slot, operation, fail);
  if (gathered.kind === 'failed') return new Map(values.map((value) => [value, gathered]));
  const fetchedAt = clock();
  const belongs = ({ row }: Ear, value: string): boolean => match === undefined || proofsAt(row, match, compare).includes(comparable(value, compare));
  const strange = gathered.rows.some((ear) => !values.some((value) => belongs(ear, value)));
  const malformed = (why: string): SourceError => fail('SOURCE_MALFORMED', `${label} answered with a row ${why}`);
  const place = readPlace(request.page.at);
  const size = Math.min(request.page.size, operation.pageSize);

  return new Map(values.map((value): [string, FindResult] => {
    const failed = (error: SourceError): [string, FindResult] => [value, { kind: 'failed', error }];
    const own = gathered.rows.filter((ear) => belongs(ear, value));
    const error = gathered.lost ?? own.find((ear) => ear.error !== undefined)?.error;
    if (error !== undefined) return failed(error);
    if (strange && (own.length === 0 || values.length === 1)) return failed(malformed('that does not have the value'));
    const rows = own.map(({ row }) => rowFrom(row, entity.key, request.fields, fetchedAt)).filter((row) => row !== undefined);
    if (rows.length < own.length) return failed(malformed('without a key'));
    if (!keysDiffer(rows)) return failed(malformed('whose key another has too'));
    const next = continueAt(slot.answer, { operation, entity, rows: gathered.rows.map(({ row }) => row), page: request.page });
    return next === 'malformed' ? failed(malformed('and does not say understandably whether there are more')) : [value, { kind: 'rows', ...pageOf(rows, place, size, next.at) }];
  }));
}
