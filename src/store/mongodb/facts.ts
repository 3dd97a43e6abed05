import type { CustomerId } from '../../ids.ts';
import { carriedRestrictions } from '../carried-restrictions.ts';
import type { FactLog } from '../facts.ts';
import { StoreFailure } from '../../errors.ts';
import { inChunks } from '../../in-chunks.ts';
import { checkMembers } from './claim.ts';
import { factDocument, factOf } from './documents.ts';
import { missingAmong } from './missing-among.ts';
import { anyOf, findAmong } from './table.ts';
import type { Tables } from './tables.ts';

/** So many records are written together. */
const partSize = 1000;

/** The facts in MongoDB. */
export function openFactLog(tables: Tables): FactLog {
  return {
    async append(records) {
      let added = 0;
      for (const part of inChunks(records, partSize)) {
        await checkMembers(tables, part.map(({ customer }) => customer));
        added += part.length - (await tables.fact.insert(part.map(factDocument))).size;
        const gone = await missingAmong(tables, part.map(({ customer }) => customer));
        if (gone.size === 0) continue;
        await tables.fact.remove({ customer: anyOf([...gone]) });
        throw new StoreFailure('a customer was erased while facts were appended of her');
      }
      return added;
    },
  };
}

/** Gives a customer the objections and restrictions that a group has; those that she has got already stay as they are. */
export async function carryRestrictions({ fact }: Tables, { group, to }: { readonly group: readonly CustomerId[]; readonly to: CustomerId }): Promise<void> {
  const facts = await findAmong(fact, 'customer', group);
  await fact.insert(carriedRestrictions(facts.map(factOf), to).map(factDocument));
}
