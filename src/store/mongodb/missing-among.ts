import type { CustomerId } from '../../ids.ts';
import { findAmong } from './table.ts';
import type { Tables } from './tables.ts';

/**
 * Those of the customers who do not exist. Whoever adds something to a customer looks once more after it is there: an erasure takes the
 * customer away before what is hers, so one of the two sees the other.
 */
export async function missingAmong({ customer }: Tables, ids: readonly CustomerId[]): Promise<ReadonlySet<CustomerId>> {
  const named = [...new Set(ids)];
  const there = new Set<string>((await findAmong(customer, '_id', named)).map(({ _id }) => _id));
  return new Set(named.filter((id) => !there.has(id)));
}
