import { openAudit } from '../../audit/open-audit.ts';
import type { Trail } from '../../audit/trail.ts';
import type { Config } from '../../config/load-config.ts';
import type { Store } from '../../store/store.ts';
import { messageOf } from '../../thrown.ts';
import { CommandError } from '../command-error.ts';
import { timeOrderedId } from '../time-ordered-id.ts';
import type { Output } from '../tools.ts';
import { within } from '../within.ts';

/**
 * Lets a command write to the audit trail: to a chain of its own, which ends and is bound by a checkpoint with the command. What
 * cannot be put on record fails the command, and what was to be on record before is then not done.
 */
export async function onRecord<Result>(
  { config: { gateway, folder }, store, command, stderr }: { readonly config: Config; readonly store: Store; readonly command: string; readonly stderr: Output },
  work: (trail: Pick<Trail, 'append' | 'seal'>) => Promise<Result>,
): Promise<Result> {
  const audit = openAudit({
    settings: gateway.audit, folder, log: store.audit, process: command, fetch, clock: Date.now, newId: () => timeOrderedId(Date.now()),
    warn: (message, { error, target }) => stderr.write(`${message}${typeof target === 'string' ? ` by ${target}` : ''}: ${messageOf(error)}\n`),
    onCheckpoint: () => undefined,
  });
  try {
    return await work({ seal: audit.trail.seal, append: (entry) => within(recorded(audit.trail.append(entry)), 'writing to the audit trail') });
  } finally {
    await within(audit.close(), 'closing the audit trail');
  }
}

async function recorded(written: Promise<string>): Promise<string> {
  try {
    return await written;
  } catch (error) {
    throw new CommandError(`this could not be put on record, so nothing was done: ${messageOf(error)}`, 1, error);
  }
}
