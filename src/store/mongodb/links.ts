import type { LinkStore } from '../links.ts';
import { StoreFailure } from '../../errors.ts';
import { adoptAll } from './adopt.ts';
import { checkMembers, settleClaims } from './claim.ts';
import { unlinkedDocument } from './documents.ts';
import { missingAmong } from './missing-among.ts';
import type { ReadCustomers } from './read-customers.ts';
import { anyOf } from './table.ts';
import type { Tables } from './tables.ts';

/** The links in MongoDB. */
export function openLinkStore(deps: {
  readonly tables: Tables;
  readonly read: ReadCustomers;
  readonly clock: () => number;
  readonly newId: () => string;
}): LinkStore {
  const { tables, read } = deps;
  return {
    read,
    async claim(claims) {
      const ids = await settleClaims(tables, claims, deps);
      return (await read(ids.map((id) => ({ kind: 'id', id })))).map((customer) => {
        if (customer === undefined) throw new StoreFailure('a customer was claimed for but does not exist');
        return customer;
      });
    },
    adopt: (persons) => adoptAll(deps, persons),
    async noteUnlinked(noted) {
      await checkMembers(tables, noted.map(({ customer }) => customer));
      await tables.unlinked.put(noted.map(unlinkedDocument));
      const gone = await missingAmong(tables, noted.map(({ customer }) => customer));
      if (gone.size > 0) await tables.unlinked.remove({ customer: anyOf([...gone]) });
    },
  };
}
