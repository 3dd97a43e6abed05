import type { AudienceLimits, Caller, OwnToken } from '../caller/caller.ts';
import type { Redis } from '../redis/redis.ts';
import type { Quotas } from '../store/quotas.ts';
import type { Count, Rule } from './count.ts';
import { openQuotaCounter } from './quota-counter.ts';
import { openRateCounter } from './rate-counter.ts';

/** Whether a request may go on, and what its answer tells of the limits. */
export interface Admission {
  readonly admitted: boolean;
  /** `RateLimit`, `RateLimit-Policy` and, of a refusal, `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts requests. Rejects while the store, which keeps the quotas, cannot answer: then nothing is admitted. */
export type Limiter = (caller: Pick<Caller, 'issuer' | 'subject' | 'tokenId' | 'client' | 'audience'>, own: OwnToken | undefined) => Promise<Admission>;

/**
 * Limits requests by token, those of a token without an id by its subject; and by client, those of a token that names none by its subject: a new token is
 * easily had, and is no new client. Rates are counted first: who is refused by one costs the store
 * nothing. They hold for all processes together where these share Redis, and for each alone where not. Quotas always hold for all together.
 */
export function openLimiter(deps: {
  readonly limitsOf: (audience: string) => AudienceLimits;
  readonly quotas: Quotas;
  readonly redis?: Redis | undefined;
  readonly clock: () => number;
}): Limiter {
  const countRate = openRateCounter(deps.redis);
  const countQuota = openQuotaCounter(deps);
  return async ({ issuer, subject, tokenId, client, audience }, own) => {
    const holder = tokenId === undefined ? `sub:${subject}` : `jti:${tokenId}`;
    const ofAudience = deps.limitsOf(audience);
    const sets = [['', ofAudience], ['token-', own?.limits ?? {}]] as const;
    const rates = sets.flatMap(([prefix, { rate }]) => (rate === undefined ? [] : [{ name: `${prefix}rate`, ...rate }]));
    const quotas = sets.flatMap(([prefix, { quota }]) => (quota === undefined ? [] : [{ name: `${prefix}quota`, ...quota }]));
    const ofClient = ofAudience.client === undefined ? [] : [{ name: 'client', ...ofAudience.client }];
    const counts: Count[] = [];
    for (const rule of rates) counts.push(await countRate(rule, JSON.stringify([issuer, holder])));
    for (const rule of ofClient) counts.push(await countRate(rule, JSON.stringify([issuer, client === undefined ? `sub:${subject}` : `client:${client}`])));
    for (const rule of quotas) {
      if (counts.every(({ admitted }) => admitted)) counts.push(await countQuota(rule, { issuer, holder }));
    }
    return admissionOf([...rates, ...ofClient, ...quotas], counts);
  };
}

/** The fields of draft-ietf-httpapi-ratelimit-headers: lists of RFC 9651, an item for each rule. */
function admissionOf(rules: readonly Rule[], counts: readonly Count[]): Admission {
  if (rules.length === 0) return { admitted: true, headers: {} };
  const headers = {
    'ratelimit-policy': rules.map(({ name, requests, per }) => `"${name}";q=${requests};w=${per / 1000}`).join(', '),
    ratelimit: counts.map(({ rule, remaining, reset }) => `"${rule.name}";r=${remaining};t=${seconds(reset)}`).join(', '),
  };
  const refusing = counts.filter(({ admitted }) => !admitted);
  if (refusing.length === 0) return { admitted: true, headers };
  return { admitted: false, headers: { ...headers, 'retry-after': String(Math.max(1, ...refusing.map(({ reset }) => seconds(reset)))) } };
}

function seconds(time: number): number {
  return Math.ceil(time / 1000);
}
