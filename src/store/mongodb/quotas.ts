import type { QuotaGrant, QuotaOrder, Quotas } from '../quotas.ts';
import { idOf, type QuotaDocument } from './documents.ts';
import { StoreFailure } from './failure.ts';
import { findById } from './table.ts';
import type { Tables } from './tables.ts';

/** How often a grant is tried again because other processes took from the same quota at the same moment. */
const attempts = 50;

/** Quotas in MongoDB: a document for each quota of a holder. A grant is one change of it, made only where it still leaves the limit whole. */
export function openQuotas({ quotaUse }: Tables): Quotas {
  return {
    async take(order) {
      const id = idOf(order.issuer, order.holder, order.rule);
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const grant = grantFrom(await findById(quotaUse, id), order);
        if (grant.granted === 0 || await store(id, order, grant)) return grant;
      }
      throw new StoreFailure('too many processes take from one quota at once');
    },
  };

  async function store(id: string, { period }: QuotaOrder, { granted, used }: QuotaGrant): Promise<boolean> {
    const before = used - granted;
    if (await quotaUse.update({ _id: id, period, used: before }, { $set: { used } })) return true;
    if (before > 0) return false;
    if (await quotaUse.update({ _id: id, period: { $lt: period } }, { $set: { period, used } })) return true;
    return (await quotaUse.insert([{ _id: id, period, used }])).size === 0;
  }
}

function grantFrom(document: QuotaDocument | undefined, { period, wanted, limit }: QuotaOrder): QuotaGrant {
  if (document !== undefined && document.period > period) return { granted: 0, used: limit };
  const before = document?.period === period ? document.used : 0;
  const granted = Math.max(0, Math.min(wanted, limit - before));
  return { granted, used: before + granted };
}
