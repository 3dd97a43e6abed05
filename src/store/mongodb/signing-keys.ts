import { byAge, type KeyOrder, type SigningKey, type SigningKeys } from '../signing-keys.ts';
import { idOf, keyDocument, signingKeyOf } from './documents.ts';
import { findById } from './table.ts';
import type { Tables } from './tables.ts';

/**
 * The gateway's signing keys in MongoDB. That a key will sign is a document of its own: who signs writes that before it looks
 * whether the key still does, so that who retires the key either is seen or sees it.
 */
export function openSigningKeys({ signingKey, keyUse }: Tables): SigningKeys {
  const signs = async (id: string): Promise<boolean> => {
    const key = await findById(signingKey, id);
    return key !== undefined && key.retired === null && key.withdrawn === null;
  };
  const end = (what: 'retired' | 'withdrawn') => ({ issuer, id, at, actor }: KeyOrder): Promise<boolean> =>
    signingKey.update({ _id: idOf(issuer, id), [what]: null }, { $set: { sealed: null, [what]: { at, actor } } });
  const withUses = async (key: SigningKey): Promise<SigningKey> => {
    const [last] = await keyUse.find({ key: idOf(key.issuer, key.id) }, { sort: { until: -1 }, limit: 1 });
    return last === undefined ? key : { ...key, lastExpiry: Math.max(last.until, key.lastExpiry ?? 0) };
  };
  return {
    list: async (issuer) => Promise.all((await signingKey.find({ issuer })).map(signingKeyOf).sort(byAge).map(withUses)),
    async add(key) {
      await signingKey.insert([keyDocument(key)]);
    },
    async reserve({ issuer, id, until }) {
      const key = idOf(issuer, id);
      if (!await signs(key)) return false;
      await keyUse.insert([{ _id: idOf(key, String(until)), key, until }]);
      return signs(key);
    },
    retire: end('retired'),
    withdraw: end('withdrawn'),
  };
}
