import type { Quotas } from '../quotas.ts';
import { StoreFailure } from '../../errors.ts';
import { idOf } from './documents.ts';
import type { Tables } from './tables.ts';

/** How often a grant is tried again because other processes took from the same quota at the same moment. */
const attempts = 50;

/**
 * Quotas in MongoDB: a document for each grant, whose id says where in the period's quota it begins. Of several who begin at the
 * same place one comes first, and the others look again; so nothing is given twice. Grants of earlier periods are removed.
 */
export function openQuotas({ quotaGrant }: Tables): Quotas {
  return {
    async take({ issuer, holder, rule, period, wanted, limit }) {
      const quota = idOf(issuer, holder, rule);
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const [latest] = await quotaGrant.find({ quota }, { sort: { period: -1, end: -1 }, limit: 1 });
        if (latest !== undefined && latest.period > period) return { granted: 0, used: limit };
        const begin = latest?.period === period ? latest.end : 0;
        const granted = Math.max(0, Math.min(wanted, limit - begin));
        const used = begin + granted;
        if (granted === 0) return { granted, used };
        const refused = await quotaGrant.insert([{ _id: idOf(quota, String(period), String(begin)), quota, period, end: used }]);
        if (refused.size > 0) continue;
        if (latest !== undefined && latest.period < period) await quotaGrant.remove({ quota, period: { $lt: period } });
        return { granted, used };
      }
      throw new StoreFailure('too many processes take from one quota at once');
    },
  };
}
