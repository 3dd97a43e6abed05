import { sourceKey } from '../../ids.ts';
import type { Call, ReadRequest, ReadResult } from '../connector.ts';
import { comparable, rowOf } from '../row.ts';
import type { Collection } from './collection.ts';
import { formsAt, plain } from './rows.ts';
import { comparisonOf, fits } from './values.ts';

const absent: ReadResult = { kind: 'absent' };

/** Reads by key: one question for the keys that the path can hold, one result for each key. */
export async function readKeys(collection: Collection, request: ReadRequest, call: Call): Promise<readonly ReadResult[]> {
  const { name, entity: { batch, keyType } } = collection;
  if (request.keys.length > batch) throw new RangeError(`${name} takes ${batch} keys, got ${request.keys.length}`);
  const forms = request.keys.map((key) => (fits(key, keyType) ? comparable(key, comparisonOf(keyType)) : undefined));
  const found = await askFor([...new Set(forms.filter((form) => form !== undefined))], { collection, request, call });
  return request.keys.map((key, at) => {
    const result = found.get(forms[at] ?? '') ?? absent;
    return result.kind === 'found' ? { kind: 'found', row: { ...result.row, key } } : result;
  });
}

interface Reading {
  readonly collection: Collection;
  readonly request: ReadRequest;
  readonly call: Call;
}

/** Documents of other keys are left out: what equals a key by a collection's collation alone was not asked for. */
async function askFor(keys: readonly string[], { collection, request: { fields }, call }: Reading): Promise<ReadonlyMap<string, ReadResult>> {
  if (keys.length === 0) return new Map();
  const { name, entity, questions, ask, fail, clock } = collection;
  const documents = await ask(`${name} by key`, questions.read(fields, keys), call);
  const fetchedAt = clock();
  const rows = documents.map(plain);
  const groups = Map.groupBy(rows, (row) => {
    // A key is one value: of a list, none could be called the document's own.
    const forms = formsAt(row, entity.key, comparisonOf(entity.keyType));
    return forms.length === 1 ? forms[0] : undefined;
  });
  return new Map(keys.map((key): [string, ReadResult] => {
    const [row, ...others] = groups.get(key) ?? [];
    if (row === undefined) return [key, absent];
    if (others.length > 0) return [key, { kind: 'failed', error: fail('SOURCE_MALFORMED', `${name} by key: several documents have one key`) }];
    return [key, { kind: 'found', row: rowOf(row, sourceKey(key), fields, fetchedAt) }];
  }));
}
