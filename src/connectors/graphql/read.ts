import type { SourceErrorCode } from '../../errors.ts';
import type { Call, ReadRequest, ReadResult } from '../connector.ts';
import { foundOrMoved, handOut, mergedPath } from '../http/merged.ts';
import { rowOf } from '../row.ts';
import { askForEach, takesList, type Context, type Slot } from './ask.ts';
import { harvest } from './harvest.ts';
import type { GraphqlEntity, ReadOperation } from './operations.ts';
import { fieldsWith, isAskable } from './rows.ts';

const absent: ReadResult = { kind: 'absent' };

interface Reading {
  readonly entity: GraphqlEntity;
  readonly operation: ReadOperation;
  readonly request: ReadRequest;
  readonly call: Call;
  readonly context: Context;
}

/** Reads by key: one call for the keys that the variable can hold, one result for each key. */
export async function readKeys(reading: Reading): Promise<readonly ReadResult[]> {
  const { entity, operation, request, call, context } = reading;
  if (request.keys.length > operation.batch) throw new RangeError(`${operation.label} takes ${operation.batch} keys, got ${request.keys.length}`);
  const keys = [...new Set<string>(request.keys)].filter((key) => isAskable(key, operation) && entity.keyPattern?.test(key) !== false);
  if (keys.length === 0) return request.keys.map(() => absent);
  const fields = fieldsWith(request.fields, [entity.key, mergedPath(operation.merged)]);
  const slots = await askForEach(operation, keys, { fields, variables: {} }, call, context);
  const results = new Map(slots.flatMap((slot, at) => [...resultsOf(slot, takesList(operation) ? keys : keys.slice(at, at + 1), reading)]));
  return request.keys.map((key) => results.get(key) ?? absent);
}

function resultsOf(slot: Slot, keys: readonly string[], { entity, operation, request, context: { fail, clock } }: Reading): ReadonlyMap<string, ReadResult> {
  const { label } = operation;
  const failed = (code: SourceErrorCode, message: string): ReadResult => ({ kind: 'failed', error: fail(code, `${label} ${message}`) });
  const gathered = harvest(slot, operation, fail);
  if (gathered.kind === 'failed') return new Map(keys.map((key) => [key, gathered]));
  const fetchedAt = clock();
  const { rowsOf, strange } = handOut(gathered.rows, new Set(keys), { raw: ({ row }) => row, key: entity.key, merged: operation.merged });
  return new Map(keys.map((key): [string, ReadResult] => {
    const [keyed, ...others] = rowsOf.get(key) ?? [];
    if (strange > 0 && (keyed === undefined || keys.length === 1)) return [key, failed('SOURCE_MALFORMED', 'answered with a row of another key')];
    if (keyed === undefined) return [key, gathered.lost === undefined ? absent : { kind: 'failed', error: gathered.lost }];
    if (others.length > 0) return [key, failed('SOURCE_MALFORMED', 'answered with several rows of one key')];
    const { item: { row, error }, key: ownKey } = keyed;
    if (error !== undefined) return [key, { kind: 'failed', error }];
    return [key, foundOrMoved(key, rowOf(row, ownKey, request.fields, fetchedAt))];
  }));
}
