import type { SourceErrorCode } from '../../errors.ts';

/** Whether a source is being called: yes, no, or with one call to try it. */
export type BreakerState = 'closed' | 'open' | 'half-open';

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
    }
  /** The connector itself is at fault, not its source. */
  | { readonly kind: 'defect'; readonly source: string; readonly error: unknown }
  | { readonly kind: 'retry'; readonly source: string; readonly attempt: number; readonly milliseconds: number }
  | { readonly kind: 'breaker'; readonly source: string; readonly state: BreakerState }
  /** The queue is full: a call was refused without asking the source. */
  | { readonly kind: 'overload'; readonly source: string }
  /** A batch was refused for the sake of some of its items. */
  | { readonly kind: 'split'; readonly source: string; readonly items: number; readonly bad: number }
  /** A batch was answered without rows that are there when asked for again. */
  | { readonly kind: 'half-batch'; readonly source: string; readonly entity: string; readonly missed: number };

export type Observe = (event: GuardEvent) => void;
