import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Count, Rule } from './count.ts';

/** Counts in the memory of this process. A window begins with its first request. */
export function openRateCounter(): (rule: Rule, holder: string) => Promise<Count> {
  // A rule of a token is one of few: its holders are told apart within it.
  const limiters = new Map<string, RateLimiterMemory>();
  const limiterOf = ({ name, requests, per }: Rule): RateLimiterMemory => {
    const key = `${name} ${requests} ${per}`;
    const limiter = limiters.get(key) ?? new RateLimiterMemory({ points: requests, duration: per / 1000 });
    limiters.set(key, limiter);
    return limiter;
  };
  return async (rule, holder) => {
    const [result, admitted] = await limiterOf(rule).consume(holder).then((used) => [used, true] as const, (refused: unknown) => [refused, false] as const);
    if (!(result instanceof RateLimiterRes)) throw result;
    return { rule, admitted, remaining: result.remainingPoints, reset: result.msBeforeNext };
  };
}
