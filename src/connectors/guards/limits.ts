import { z } from 'zod';
import { duration } from '../../parse/shapes.ts';

const some = duration.refine((milliseconds) => milliseconds >= 1, 'expected at least 1ms');

/** How far one source may be leant on, and how long it is waited for. Durations are in milliseconds once parsed. */
export const limitsShape = z.strictObject({
  /** The end of one call, its waiting in the queue and its retries included. */
  deadline: some.refine((milliseconds) => milliseconds <= 300_000, 'expected at most 5m').prefault('2s'),
  /** Calls that may be with the source at the same time. */
  concurrency: z.number().int().min(1).default(20),
  /** Whether what concurrent requests ask for at the same time travels in one call, where the source takes several keys in one. */
  coalesce: z.boolean().default(true),
  /** Calls that may wait for one of those places. */
  queue: z.number().int().min(0).default(200),
  retry: z
    .strictObject({
      /** Tries of one call, the first included. */
      attempts: z.number().int().min(1).max(5).default(2),
      /** Retries per call on average, over recent calls; besides, one a second is always allowed. */
      budget: z.number().min(0).max(1).default(0.1),
      /** The wait before the first retry; it doubles with each further one. */
      backoff: duration.prefault('50ms'),
    })
    .prefault({}),
  breaker: z
    .strictObject({
      /** Failures in a row after which the source is left alone. */
      failures: z.number().int().min(1).default(5),
      /** For how long. */
      openFor: some.prefault('10s'),
    })
    .prefault({}),
});

export type Limits = Readonly<z.output<typeof limitsShape>>;
