import type { Filter } from 'mongodb';
import type { AccessRegister } from '../access.ts';
import { accessDocument, accessRecordOf, type AccessDocument } from './documents.ts';
import type { Tables } from './tables.ts';

/** Requests for access in MongoDB. */
export function openAccessRegister({ access }: Pick<Tables, 'access'>): AccessRegister {
  return {
    async append(record) {
      await access.insert([accessDocument(record)]);
    },
    async read({ holder, request, endsAfter }) {
      const filter = {
        ...(holder === undefined ? {} : { issuer: holder.issuer, subject: holder.subject }),
        ...(request === undefined ? {} : { request }),
        ...(endsAfter === undefined ? {} : { ends: { $gt: endsAfter } }),
      } satisfies Filter<AccessDocument>;
      return (await access.find(filter, { sort: { at: 1, _id: 1 } })).map(accessRecordOf);
    },
  };
}
