import type { AuditHead, AuditLog } from '../store/audit-log.ts';
import { signCheckpoint } from './checkpoint.ts';
import type { ObserveCheckpoint } from './checkpoint-events.ts';
import { checkpointTargets, type CheckpointTarget } from './checkpoint-targets.ts';
import { openAuditKeys } from './keys.ts';
import type { AuditSettings } from './settings.ts';
import { openTrail, type Trail } from './trail.ts';

/** The trail of one process and the checkpoints that bind it. `close` ends the chain and binds its end; twice is safe. */
export interface Audit {
  readonly trail: Trail;
  close(): Promise<void>;
}

/**
 * Opens both. Checkpoints are made now and then while there is something new; the first and the last also bind the ends of chains
 * that nobody has closed: those of other processes, and of such as have crashed. Nobody waits for a checkpoint but `close`.
 */
export function openAudit(deps: {
  readonly settings: AuditSettings;
  /** Where relative file names start. */
  readonly folder: string;
  readonly log: AuditLog;
  readonly process: string;
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly warn: (message: string, facts: Readonly<Record<string, unknown>>) => void;
  readonly onCheckpoint: ObserveCheckpoint;
}): Audit {
  const { settings: { keys, checkpoints }, log, clock, warn, onCheckpoint } = deps;
  const key = openAuditKeys(keys).current;
  const targets = checkpointTargets(checkpoints, deps);
  const trail = openTrail({ ...deps, key });
  /** What each target has been told last of this process's chain. */
  const told = new Map<CheckpointTarget, string>();

  const send = async (target: CheckpointTarget, ends: readonly AuditHead[], own: AuditHead | undefined): Promise<void> => {
    if (ends.length === 0) return;
    try {
      await target.send(signCheckpoint({ at: clock(), ends }, key));
      if (own !== undefined) told.set(target, own.mac);
      onCheckpoint(target.kind, 'taken');
    } catch (error) {
      onCheckpoint(target.kind, 'failed');
      warn('a checkpoint of the audit trail was not taken', { target: target.name, error });
    }
  };
  const bindOwn = async (): Promise<void> => {
    const own = trail.head();
    if (own === undefined) return;
    await Promise.all(targets.filter((target) => told.get(target) !== own.mac).map((target) => send(target, [own], own)));
  };
  const bindAll = async (): Promise<void> => {
    let open: readonly AuditHead[] = [];
    try {
      open = await log.openEnds();
    } catch (error) {
      warn('the ends of the audit trail could not be read', { error });
    }
    const own = trail.head();
    const ends = own === undefined ? open : [...open.filter(({ chain }) => chain !== own.chain), own];
    await Promise.all(targets.map((target) => send(target, ends, own)));
  };

  let last = bindAll();
  const timer = setInterval(() => {
    last = last.then(bindOwn);
  }, checkpoints.every);
  timer.unref();
  let closing: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    clearInterval(timer);
    await trail.close();
    await last;
    await bindAll();
  };
  return { trail, close: () => (closing ??= end()) };
}
