/** What is asked of Redis, and what for. */
export type RedisOperation = 'rate' | 'rows.read' | 'rows.claim' | 'rows.keep' | 'drop' | 'event.known' | 'event.remember';

/** What becomes of Redis and of what is asked of it, for metrics and logs. No name and no value is in it. */
export type RedisEvent =
  | { readonly kind: 'asked'; readonly operation: RedisOperation; readonly milliseconds: number; /** `DOWN` where it was not asked at all. */ readonly failed: 'DOWN' | 'TIMEOUT' | 'ERROR' | undefined }
  /** Whether it can be asked has changed; `reason` is a code, and says nothing of what was asked. */
  | { readonly kind: 'state'; readonly up: boolean; readonly reason: string | undefined };

export type ObserveRedis = (event: RedisEvent) => void;
