import { z } from 'zod';
import { byteSize, duration } from '../../parse/shapes.ts';

const longest = 7 * 86_400_000;
const kept = duration.refine((milliseconds) => milliseconds <= longest, 'expected at most 7d');

/** What is kept of one entity's rows. Durations are in milliseconds once parsed, and counted from when a row was read. */
export const entityCacheShape = z
  .strictObject({
    /** For how long a row is answered without asking the source. */
    maxAge: kept.refine((milliseconds) => milliseconds >= 1, 'expected at least 1ms'),
    /** For how long, when the source is asked and fails. Without it, a failure is a failure. */
    staleIfError: kept.optional(),
  })
  .refine(({ maxAge, staleIfError = maxAge }) => staleIfError >= maxAge, { path: ['staleIfError'], message: 'expected no less than maxAge: both are counted from when the row was read' });

export type EntityCache = Readonly<z.output<typeof entityCacheShape>>;

/** The age after which a row is of no use any more. */
export function usefulFor({ maxAge, staleIfError }: EntityCache): number {
  return Math.max(maxAge, staleIfError ?? 0);
}

/** What holds for the cache of all sources. */
export const rowCacheShape = z
  .strictObject({
    /** How much one process keeps, about. */
    memory: byteSize.prefault('64MB'),
    /** Keeps rows in Redis as well, sealed, so that a process is answered with what another one has read. Nothing of a customer is there unless it says so. */
    shared: z.boolean().default(false),
    /** The longest that a read is held up for what may be there. */
    sharedWait: duration.refine((time) => time >= 1 && time <= 1000, 'expected from 1ms to 1s').default(50),
  })
  .prefault({});
