import type { KeyOrder, SigningKeys } from '../signing-keys.ts';
import { byAge } from '../signing-keys.ts';
import { idOf, keyDocument, signingKeyOf } from './documents.ts';
import type { Tables } from './tables.ts';

/** The gateway's signing keys in MongoDB. Whatever is done to a key is one change of one document. */
export function openSigningKeys({ signingKey }: Tables): SigningKeys {
  const end = (what: 'retired' | 'withdrawn') => ({ issuer, id, at, actor }: KeyOrder): Promise<boolean> =>
    signingKey.update({ _id: idOf(issuer, id), [what]: null }, { $set: { sealed: null, [what]: { at, actor } } });
  return {
    list: async (issuer) => (await signingKey.find({ issuer })).map(signingKeyOf).sort(byAge),
    async add(key) {
      await signingKey.insert([keyDocument(key)]);
    },
    reserve: ({ issuer, id, until }) => signingKey.update({ _id: idOf(issuer, id), retired: null, withdrawn: null }, { $max: { lastExpiry: until } }),
    retire: end('retired'),
    withdraw: end('withdrawn'),
  };
}
