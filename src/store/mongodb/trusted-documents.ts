import type { TrustedDocuments } from '../trusted-documents.ts';
import { idOf, trustedDocument, trustedOf } from './documents.ts';
import { findAmong, findById } from './table.ts';
import type { Tables } from './tables.ts';

/** Trusted documents in MongoDB. */
export function openTrustedDocuments({ trustedDocument: table }: Tables): TrustedDocuments {
  return {
    async publish(documents) {
      const refused = [...await table.insert(documents.map(trustedDocument))].flatMap((place) => documents[place] ?? []);
      const there = await findAmong(table, '_id', refused.map(({ audience, id }) => idOf(audience, id)));
      const hashes = new Map(there.map(({ _id, hash }) => [_id, hash]));
      return refused.filter(({ audience, id, hash }) => hashes.get(idOf(audience, id)) !== hash).map(({ id }) => id);
    },
    async find(audience, key) {
      const found = await findById(table, idOf(audience, key)) ?? (await table.find({ audience, hash: key }, { limit: 1 }))[0];
      return found === undefined ? undefined : trustedOf(found);
    },
    page: async ({ audience, after, size }) =>
      (await table.find(after === undefined ? { audience } : { audience, document: { $gt: after } }, { sort: { document: 1 }, limit: size })).map(trustedOf),
    async withdraw(audience, id) {
      const there = await findById(table, idOf(audience, id)) !== undefined;
      await table.remove({ _id: idOf(audience, id) });
      return there;
    },
  };
}
