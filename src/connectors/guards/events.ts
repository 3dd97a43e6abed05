import type { SourceErrorCode } from '../../errors.ts';

/** Whether a source is being called: yes, no, or with one call to try it. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * How a key or value fared with the row cache: answered from what this process keeps, or from what several keep, asked of the source, answered stale because the source failed, or
 * dropped before its time.
 */
export type CacheOutcome = 'hit' | 'shared' | 'miss' | 'stale' | 'dropped';

/** What the guards do and see, for metrics and logs. An `error` is for operators alone: its message may name addresses. */
export type GuardEvent =
  /** A call to the source has ended; `code` is undefined when it answered. */
  | {
      readonly kind: 'call';
      readonly source: string;
      readonly operation: 'read' | 'find';
      readonly entity: string;
      readonly milliseconds: number;
      readonly code: SourceErrorCode | undefined;
      readonly error: unknown;
      /** Of the first request that waits for it. */
      readonly requestId: string;
    }
  /** The connector itself is at fault, not its source. */
  | { readonly kind: 'defect'; readonly source: string; readonly error: unknown; readonly requestId: string }
  | { readonly kind: 'retry'; readonly source: string; readonly attempt: number; readonly milliseconds: number }
  | { readonly kind: 'breaker'; readonly source: string; readonly state: BreakerState }
  /** The queue is full: a call was refused without asking the source. */
  | { readonly kind: 'overload'; readonly source: string; readonly requestId: string }
  /** What several asked for at the same time is one call. */
  | { readonly kind: 'coalesced'; readonly source: string; readonly waiters: number }
  /** A batch was refused for the sake of some of its items. */
  | { readonly kind: 'split'; readonly source: string; readonly items: number; readonly bad: number; readonly requestId: string }
  /** A batch was answered without rows that are there when asked for again. */
  | { readonly kind: 'half-batch'; readonly source: string; readonly entity: string; readonly missed: number; readonly requestId: string }
  /** What the row cache did for some keys or values of an entity. */
  | { readonly kind: 'cache'; readonly source: string; readonly entity: string; readonly outcome: CacheOutcome; readonly items: number };

export type Observe = (event: GuardEvent) => void;
