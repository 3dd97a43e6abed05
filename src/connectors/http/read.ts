import type { SourceErrorCode } from '../../errors.ts';
import type { Call, ReadRequest, ReadResult, Row } from '../connector.ts';
import { rowOf } from '../row.ts';
import { ask, fieldVariables, type Context, type Told } from './ask.ts';
import type { Fail } from '../failure.ts';
import { foundOrMoved, handOut, mergedPath, type Handed, type Keyed } from './merged.ts';
import type { HttpEntity, ReadOperation } from './operations.ts';
import { isSomething } from './said-error.ts';

const absent: ReadResult = { kind: 'absent' };

/** Reads by key: one call for the keys that can be asked for, one result for each key. */
export async function readKeys(
  entity: HttpEntity, operation: ReadOperation, request: ReadRequest, call: Call, context: Context,
): Promise<readonly ReadResult[]> {
  const { fail, clock } = context;
  if (request.keys.length > operation.batch) {
    throw new RangeError(`${operation.request.label} takes ${operation.batch} keys, got ${request.keys.length}`);
  }

  const results = new Map<string, ReadResult>();
  for (const key of request.keys) {
    const early = withoutAsking(key, entity, operation, context);
    if (early !== undefined) results.set(key, early);
  }
  const keys = [...new Set<string>(request.keys)].filter((key) => !results.has(key));
  if (keys.length > 0) {
    const named = operation.placeholder === 'key' ? { key: keys[0] } : { keys };
    const { merged } = operation;
    const fields = fieldVariables(request.fields, [entity.key, mergedPath(merged)]);
    const told = await ask(operation, { variables: { ...fields, ...named } }, call, context);
    const fetchedAt = clock();
    const handed = handOut(rowsIn(told, operation, context), new Set(keys), { raw: (row) => row, key: entity.key, merged });
    const build = ({ item, key }: Keyed<unknown>): Row => rowOf(item, key, request.fields, fetchedAt);
    const facts: Facts = { handed, alone: keys.length === 1, operation, fail, build };
    for (const key of keys) results.set(key, resultOf(key, facts));
  }
  return request.keys.map((key) => results.get(key) ?? absent);
}

function withoutAsking(key: string, { keyPattern }: HttpEntity, operation: ReadOperation, { fail }: Context): ReadResult | undefined {
  if (key === '' || keyPattern?.test(key) === false) return absent;
  const refusal = operation.request.refusal(operation.placeholder, key);
  if (refusal === undefined) return undefined;
  const message = `${operation.request.label} cannot ask for a key: ${refusal}`;
  return { kind: 'failed', error: fail('SOURCE_UNAVAILABLE', message, { fault: 'request' }) };
}

/** What an answer's results are made of. */
interface Facts {
  readonly handed: Handed<unknown>;
  readonly alone: boolean;
  readonly operation: ReadOperation;
  readonly fail: Fail;
  readonly build: (keyed: Keyed<unknown>) => Row;
}

function resultOf(key: string, facts: Facts): ReadResult {
  const { handed, alone, operation: { rowError }, build } = facts;
  const rows = handed.rowsOf.get(key);
  const keyed = rows?.[0];
  if (handed.strange > 0 && (keyed === undefined || alone)) return failed(facts, 'SOURCE_MALFORMED', 'answered with a row of another key');
  if (rows === undefined || keyed === undefined) return absent;
  if (rows.length > 1) return failed(facts, 'SOURCE_MALFORMED', 'answered with several rows of one key');
  if (rowError !== undefined && isSomething(keyed.item, rowError)) return failed(facts, 'SOURCE_UNAVAILABLE', 'says that a row failed');
  return foundOrMoved(key, build(keyed));
}

function failed({ operation, fail }: Facts, code: SourceErrorCode, message: string): ReadResult {
  return { kind: 'failed', error: fail(code, `${operation.request.label} ${message}`) };
}

function rowsIn(told: Told, operation: ReadOperation, { fail }: Context): readonly unknown[] {
  if (told.kind === 'rows') return told.rows;
  // One missing record is no reason for a batch to be 'not found': there it is the address that is wrong.
  if (told.status === 404 && operation.placeholder === 'keys') {
    throw fail('SOURCE_UNAVAILABLE', `${operation.request.label} answered 404`, { fault: 'request' });
  }
  return [];
}
