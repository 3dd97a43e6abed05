import type { IssuedTokens } from '../issued-tokens.ts';
import { idOf, tokenDocument, tokenOf } from './documents.ts';
import { findAmong } from './table.ts';
import type { Tables } from './tables.ts';

/** The register of issued tokens in MongoDB. */
export function openIssuedTokens({ issuedToken }: Tables): IssuedTokens {
  return {
    async add(token) {
      await issuedToken.insert([tokenDocument(token)]);
    },
    async find(names) {
      const ids = names.map(({ issuer, id }) => idOf(issuer, id));
      const found = new Map((await findAmong(issuedToken, '_id', [...new Set(ids)])).map((document) => [document._id, tokenOf(document)]));
      return ids.map((id) => found.get(id));
    },
    page: async ({ issuer, after = '', size }) => (await issuedToken.find({ issuer, token: { $gt: after } }, { sort: { token: 1 }, limit: size })).map(tokenOf),
  };
}
