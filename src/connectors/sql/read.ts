import { sourceKey } from '../../ids.ts';
import type { Call, ReadRequest, ReadResult } from '../connector.ts';
import { comparable, rowOf } from '../row.ts';
import { inHalves } from './halves.ts';
import { columnsFor, textOf, tidy } from './rows.ts';
import type { Table } from './session.ts';
import { comparisonOf, fits } from './values.ts';

const absent: ReadResult = { kind: 'absent' };

/** Reads by key: one statement for the keys that the column can hold, one result for each key. */
export async function readKeys(table: Table, request: ReadRequest, call: Call): Promise<readonly ReadResult[]> {
  const { name, entity: { batch, keyType } } = table;
  if (request.keys.length > batch) throw new RangeError(`${name} takes ${batch} keys, got ${request.keys.length}`);
  const forms = request.keys.map((key) => (fits(key, keyType) ? comparable(key, comparisonOf(keyType)) : undefined));
  const found = await askFor([...new Set(forms.filter((form) => form !== undefined))], { table, request, call });
  return request.keys.map((key, at) => {
    const result = found.get(forms[at] ?? '') ?? absent;
    return result.kind === 'found' ? { kind: 'found', row: { ...result.row, key } } : result;
  });
}

interface Reading {
  readonly table: Table;
  readonly request: ReadRequest;
  readonly call: Call;
}

/** Rows of other keys are left out: what equals a key by a column's collation alone was not asked for. */
async function askFor(keys: readonly string[], reading: Reading): Promise<ReadonlyMap<string, ReadResult>> {
  if (keys.length === 0) return new Map();
  const { table, request: { fields }, call } = reading;
  const { name, entity, statements, ask, fail, clock } = table;
  const told = await ask(`${name} by key`, statements.read(columnsFor(fields, [entity.key]), keys), call);
  if (told.kind === 'refused') {
    return inHalves<ReadResult>(keys, { kind: 'failed', error: told.error }, (half) => askFor(half, reading));
  }
  const fetchedAt = clock();
  const groups = Map.groupBy(told.rows, (row) => comparable(textOf(row[entity.key], entity) ?? '', comparisonOf(entity.keyType)));
  return new Map(keys.map((key): [string, ReadResult] => {
    const [row, ...others] = groups.get(key) ?? [];
    if (row === undefined) return [key, absent];
    if (others.length > 0) return [key, { kind: 'failed', error: fail('SOURCE_MALFORMED', `${name} by key: several rows have one key`) }];
    return [key, { kind: 'found', row: rowOf(tidy(row, entity, fields), sourceKey(key), fields, fetchedAt) }];
  }));
}
