import type { AuditLog } from '../store/audit-log.ts';

/** Milliseconds after which a failure says nothing any more: whoever gets no requests because of it would never learn that it is over. */
const holds = 15_000;

/** A log of which is known whether it takes entries. */
export interface WatchedLog {
  readonly log: AuditLog;
  /** Why the last entries were not taken; undefined where they were, or where nobody has tried for a while. */
  readonly failing: () => { readonly error: unknown } | undefined;
}

/** Watches what becomes of the entries of a log: whether they can be written is only seen by writing some. */
export function watchAppends(log: AuditLog, clock: () => number): WatchedLog {
  let failed: { readonly error: unknown; readonly at: number } | undefined;
  return {
    log: {
      ...log,
      async append(records) {
        try {
          await log.append(records);
          failed = undefined;
        } catch (error) {
          failed = { error, at: clock() };
          throw error;
        }
      },
    },
    failing: () => (failed !== undefined && clock() - failed.at < holds ? failed : undefined),
  };
}
