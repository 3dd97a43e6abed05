import type { Call, FindResult, MatchRequest, Row } from '../connector.ts';
import { comparable, keyOf, keysDiffer, pick, rowOf } from '../row.ts';
import { ask, fieldVariables, type Context, type Told } from './ask.ts';
import type { FindOperation, HttpEntity } from './operations.ts';
import { continueAt, pageOf } from './page.ts';
import { readPlace, type Place } from './paging.ts';
import { proofsAt, sortByProof } from './rows.ts';

interface Finding {
  readonly entity: HttpEntity;
  readonly operation: FindOperation;
  readonly request: MatchRequest;
  readonly call: Call;
  readonly context: Context;
}

/** Finds by an attribute: one result for each value. */
export async function findByValues(finding: Finding): Promise<readonly FindResult[]> {
  const { operation, request } = finding;
  if (request.values.length > operation.batch) {
    throw new RangeError(`${operation.request.label} takes ${operation.batch} values, got ${request.values.length}`);
  }

  const form = (value: string): string => comparable(value, operation.compare);
  const results = new Map<string, FindResult>();
  // Two spellings of one value are asked for once, in the first of them.
  const spellings = new Map<string, string>();
  for (const value of request.values) {
    const early = withoutAsking(value, form(value), finding);
    if (early === undefined) spellings.set(form(value), spellings.get(form(value)) ?? value);
    else results.set(value, early);
  }
  const found = spellings.size === 0 ? new Map<string, FindResult>() : await askFor(spellings, finding);
  return request.values.map((value) => results.get(value) ?? found.get(form(value)) ?? none);
}

const none: FindResult = { kind: 'rows', rows: [], next: undefined };

function withoutAsking(value: string, form: string, { operation, context }: Finding): FindResult | undefined {
  // To many a source an empty value means 'any'.
  if (form.trim() === '') return none;
  const refusal = operation.request.refusal(operation.placeholder, value);
  if (refusal === undefined) return undefined;
  const error = context.fail('SOURCE_UNAVAILABLE', `${operation.request.label} cannot ask for a value: ${refusal}`, { fault: 'request' });
  return { kind: 'failed', error };
}

/** `asked` holds the spelling of each value under its comparable form. */
async function askFor(asked: ReadonlyMap<string, string>, finding: Finding): Promise<ReadonlyMap<string, FindResult>> {
  const { entity, operation, request, call, context } = finding;
  const place = readPlace(request.page.at);
  const size = Math.min(request.page.size, operation.pageSize);
  const values = [...asked.values()];
  const variables = {
    ...fieldVariables(request.fields, [entity.key, operation.match]), size, at: operation.paging.position(place.at),
    ...(operation.placeholder === 'value' ? { value: values[0] } : { values }),
  };
  const told = await ask(operation, { variables }, call, context);
  if (told.kind === 'nothing') return new Map();

  const next = continueAt({ operation, told, entity, size, place, fail: context.fail });
  if (next !== undefined && asked.size > 1) {
    // A page that several values share ends somewhere among them: which of them has more shows only when fewer are asked for.
    const half = Math.ceil(asked.size / 2);
    const pairs = [...asked];
    return new Map([...(await askFor(new Map(pairs.slice(0, half)), finding)), ...(await askFor(new Map(pairs.slice(half)), finding))]);
  }
  return resultsOf(asked, { told, place, size, next }, finding);
}

/** An answer's rows, handed to the values that they prove to have. */
function resultsOf(
  asked: ReadonlyMap<string, string>,
  { told, place, size, next }: {
    readonly told: Extract<Told, { kind: 'rows' }>;
    readonly place: Place;
    readonly size: number;
    readonly next: string | undefined;
  },
  { entity, operation, request, context: { fail, clock } }: Finding,
): ReadonlyMap<string, FindResult> {
  const { label } = operation.request;
  const fetchedAt = clock();
  const [only = ''] = asked.keys();
  const { match } = operation;
  const { rowsOf, strange } = sortByProof(told.rows, new Set(asked.keys()), (row) => {
    if (keyOf(pick(row, entity.key)) === undefined) return [];
    return match === undefined ? [only] : proofsAt(row, match, operation.compare);
  });
  const malformed = (what: string): FindResult => ({ kind: 'failed', error: fail('SOURCE_MALFORMED', `${label} answered with ${what}`) });

  const resultOf = (value: string): FindResult => {
    const own = rowsOf.get(value) ?? [];
    if (strange > 0 && (own.length === 0 || asked.size === 1)) return malformed('a row that does not have the value');
    const rows: Row[] = [];
    for (const row of own) {
      const key = keyOf(pick(row, entity.key));
      if (key !== undefined) rows.push(rowOf(row, key, request.fields, fetchedAt));
    }
    if (!keysDiffer(rows)) return malformed('several rows of one key');
    const page = pageOf(rows, place, size, next);
    return { kind: 'rows', rows: page.rows, next: page.next };
  };
  const results = new Map<string, FindResult>();
  for (const value of asked.keys()) results.set(value, resultOf(value));
  return results;
}
