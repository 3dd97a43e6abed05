import type { Revocations } from '../revocations.ts';
import { idOf } from './documents.ts';
import { findAmong } from './table.ts';
import type { Tables } from './tables.ts';

/** Revoked tokens in MongoDB. */
export function openRevocations({ revocation }: Tables): Revocations {
  return {
    async revoke({ issuer, id, at, actor }) {
      await revocation.insert([{ _id: idOf(issuer, id), issuer, token: id, at, actor }]);
    },
    async revoked(tokens) {
      const ids = tokens.map(({ issuer, id }) => idOf(issuer, id));
      const found = new Set((await findAmong(revocation, '_id', [...new Set(ids)])).map(({ _id }) => _id));
      return ids.map((id) => found.has(id));
    },
  };
}
