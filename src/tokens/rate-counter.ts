import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Redis } from '../redis/redis.ts';
import type { Count, Rule } from './count.ts';

/**
 * Counts in Redis, for all processes together; without it, in the memory of this process. A window begins with its first request.
 * While Redis does not answer, each process counts for itself: nobody is admitted without being counted.
 */
export function openRateCounter(redis: Redis | undefined): (rule: Rule, holder: string) => Promise<Count> {
  // A rule of a token is one of few: its holders are told apart within it.
  const limiters = new Map<string, RateLimiterAbstract>();
  const limiterOf = (rule: Rule): RateLimiterAbstract => {
    const key = nameOf(rule);
    const limiter = limiters.get(key) ?? openLimiter(rule, redis);
    limiters.set(key, limiter);
    return limiter;
  };
  return async (rule, holder) => {
    // Who holds which token is not for those who may look into Redis.
    const name = redis === undefined ? holder : redis.seal.name('rate', nameOf(rule), holder);
    const [result, admitted] = await limiterOf(rule).consume(name).then((used) => [used, true] as const, (refused: unknown) => [refused, false] as const);
    if (!(result instanceof RateLimiterRes)) throw result;
    return { rule, admitted, remaining: result.remainingPoints, reset: result.msBeforeNext };
  };
}

function nameOf({ name, requests, per }: Rule): string {
  return `${name} ${requests} ${per}`;
}

function openLimiter({ requests, per }: Rule, redis: Redis | undefined): RateLimiterAbstract {
  const bounds = { points: requests, duration: per / 1000 };
  const memory = new RateLimiterMemory(bounds);
  if (redis === undefined) return memory;
  return new RateLimiterRedis({
    ...bounds,
    keyPrefix: '',
    storeClient: clientOf(redis),
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
    // Who is refused is refused from memory until the window is over, and costs Redis nothing.
    inMemoryBlockOnConsumed: requests,
  });
}

/** What the limiter asks of a client: whether it is there, and a script that counts. */
function clientOf(redis: Redis): object {
  return {
    get isReady() {
      return redis.isUp();
    },
    eval: (script: string, { keys, arguments: values }: { readonly keys: readonly string[]; readonly arguments: readonly string[] }) =>
      redis.ask('rate', (commands) => commands.run(script, keys, values)),
  };
}
