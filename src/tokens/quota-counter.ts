import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import type { Quotas } from '../store/quotas.ts';
import type { Count, Rule } from './count.ts';

/** Of what is left of a quota, a process takes this part at a time; so the more is used up, the smaller are the parts. */
const part = 1 / 50;
const largestPart = 1000;
/** Holders whose parts are remembered; of one that is forgotten, what it had not used is lost. */
const mostHolders = 100_000;

interface Lease {
  readonly period: number;
  /** What this process may still give out. */
  left: number;
  /** What all processes have taken, as far as this one knows. */
  used: number;
  /** True when there is nothing more to take. */
  over: boolean;
  taking: Promise<void> | undefined;
}

/**
 * Counts in the store, without writing to it for each request: a process takes some requests at a time and gives them out by itself.
 * The quota is never overdrawn; what another process has taken and not used, at most two in a hundred of the quota, is lost to
 * the holder. Once a quota is used up, its holder is refused without the store.
 */
export function openQuotaCounter({ quotas, clock }: { readonly quotas: Quotas; readonly clock: () => number }): (rule: Rule, of: { readonly issuer: string; readonly holder: string }) => Promise<Count> {
  const leases = new LRUCache<string, Lease>(atMost(mostHolders));

  const leaseOf = (key: string, period: number): Lease => {
    const known = leases.get(key);
    if (known?.period === period) return known;
    const lease: Lease = { period, left: 0, used: 0, over: false, taking: undefined };
    leases.set(key, lease);
    return lease;
  };

  const take = async (lease: Lease, rule: Rule, of: { readonly issuer: string; readonly holder: string }): Promise<void> => {
    const wanted = Math.min(largestPart, Math.max(1, Math.ceil((rule.requests - lease.used) * part)));
    const { granted, used } = await quotas.take({ ...of, rule: `${rule.name} ${rule.per}`, period: lease.period, wanted, limit: rule.requests });
    lease.left += granted;
    lease.used = used;
    lease.over = granted === 0;
  };

  return async (rule, of) => {
    const now = clock();
    const period = Math.floor(now / rule.per);
    const lease = leaseOf(JSON.stringify([of.issuer, of.holder, rule.name, rule.per, rule.requests]), period);
    while (lease.left === 0 && !lease.over) {
      lease.taking ??= take(lease, rule, of).finally(() => {
        lease.taking = undefined;
      });
      await lease.taking;
    }
    const admitted = lease.left > 0;
    if (admitted) lease.left -= 1;
    return { rule, admitted, remaining: lease.left + Math.max(0, rule.requests - lease.used), reset: (period + 1) * rule.per - now };
  };
}
