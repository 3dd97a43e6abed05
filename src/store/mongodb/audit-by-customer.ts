import type { Filter } from 'mongodb';
import type { AuditByCustomer } from '../audit-by-customer.ts';
import { auditId, auditRecordOf, type AuditDocument } from './documents.ts';
import { anyOf } from './table.ts';
import type { Tables } from './tables.ts';

/** What the trail says of customers, in MongoDB. */
export function openAuditByCustomer({ auditEntry }: Pick<Tables, 'auditEntry'>): AuditByCustomer {
  return {
    async latest({ customers, kind, before, size }) {
      if (customers.length === 0) return [];
      // The time once more by itself: that bounds what is looked at of the index.
      const earlier = before === undefined ? {} : { at: { $lte: before.at }, $or: [{ at: { $lt: before.at } }, { _id: { $lt: auditId(before) } }] };
      const filter = { customers: anyOf(customers), kind, ...earlier } as Filter<AuditDocument>;
      return (await auditEntry.find(filter, { sort: { at: -1, _id: -1 }, limit: size })).map(auditRecordOf);
    },
    // By whom a document is found stands in the document itself.
    misfiled: async () => [],
  };
}
