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
  /** What a call takes at least. Without it nothing is concluded from time. */
  fastest: some.optional(),
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
}).refine(({ fastest = 0, deadline }) => fastest <= deadline, { path: ['fastest'], message: 'expected no more than the deadline' });

export type Limits = Readonly<z.output<typeof limitsShape>>;

/**
 * How many calls that start at the same time a source can answer at most: those that have a place or may wait for one, and of them those whose
 * turn is over before the deadline of the source or of the request (milliseconds). One turn there is always: that it came to nothing is for the field to say.
 */
export function mostCalls({ concurrency, queue, fastest, deadline }: Limits, requestDeadline: number): number {
  const turns = fastest === undefined ? Infinity : Math.max(1, Math.floor(Math.min(deadline, requestDeadline) / fastest));
  return Math.min(concurrency + queue, concurrency * turns);
}
