import type { AuditHead, AuditLog, AuditRecord } from '../store/audit-log.ts';
import type { NewEntry } from './entry.ts';
import type { AuditKey } from './keys.ts';
import { outcomesOf, type Ended } from './outcomes.ts';
import { recordEntry, writeDown, type Written } from './record.ts';

/**
 * The audit trail as one process writes it: a chain of its own.
 *
 * - `append` is fulfilled with the entry's id once it would survive a crash of the machine. Rejected, it may not be there, and then nothing
 *   may be disclosed and nothing changed.
 * - `note` says how a disclosure ended and is not waited for: it goes along with the next entry, together with others that ended alike, and may be lost.
 * - `close` ends the chain; what is appended after it is refused. Twice is safe.
 */
export interface Trail {
  append(entry: NewEntry): Promise<string>;
  note(ended: Ended): void;
  /** HMAC-SHA256, in hex, of somebody's words: it proves them to whoever has the trail's key, and tells nobody what they are. */
  seal(words: string): string;
  /** The last entry that is durable. */
  head(): AuditHead | undefined;
  close(): Promise<void>;
}

/** Milliseconds for which what nobody waits for waits for company: a commit of its own costs more than it does. */
const noteDelay = 100;
/** The most entries in one write. */
const batchSize = 500;

interface Waiting {
  readonly written: Written;
  readonly done: (id: string) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Opens the trail of a process. Entries that come while a batch is being written are the next batch, so that a wait for the disk
 * is shared. The chain begins with the first entry; after a write that failed a new one is begun, since it is not known how far
 * the old one goes.
 */
export function openTrail(deps: {
  readonly log: AuditLog;
  readonly key: AuditKey;
  /** What the process is: `serve`, or a command. */
  readonly process: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly newId: () => string;
  readonly warn: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}): Trail {
  const { log, key, clock, newId, warn } = deps;
  const waiting: Waiting[] = [];
  let noted: Ended[] = [];
  let writing = false;
  /** Whether something waits that shall be written now, and not only with what comes. */
  let wanted = false;
  let due: NodeJS.Timeout | undefined;
  let chain: { readonly name: string; readonly head: AuditHead } | undefined;
  let closing: Promise<void> | undefined;

  const stamped = (entry: NewEntry): Written => writeDown({ ...entry, id: newId(), at: clock() });
  const writeBatch = async (): Promise<void> => {
    const batch = waiting.splice(0, batchSize);
    const ended = noted;
    noted = [];
    wanted = waiting.length > 0;
    const name = chain?.name ?? newId();
    let head = chain?.head;
    try {
      const entries = [
        ...(chain === undefined ? [stamped({ kind: 'opened', process: deps.process })] : []),
        // Of disclosures that are written, and before the chain's last entry.
        ...outcomesOf(ended).map(stamped),
        ...batch.map(({ written }) => written),
      ];
      await log.append(entries.map((entry): AuditRecord => {
        const record = recordEntry(entry, { chain: name, before: head, key });
        head = { chain: name, seq: record.seq, mac: record.mac };
        return record;
      }));
    } catch (error) {
      chain = undefined;
      for (const { failed } of batch) failed(error);
      if (ended.length > 0) warn('outcomes, which nobody waits for, were not written to the audit trail', { disclosures: ended.map(({ disclosure }) => disclosure), error });
      return;
    }
    chain = head && { name, head };
    for (const { written, done } of batch) done(written.entry.id);
  };
  const write = async (): Promise<void> => {
    if (writing) return;
    writing = true;
    // Whoever comes before this is false again is written by this loop, and whoever comes later starts the next.
    while (wanted) await writeBatch();
    writing = false;
  };
  const enqueue = (entry: NewEntry): Promise<string> => new Promise((done, failed) => {
    waiting.push({ written: stamped(entry), done, failed });
  });
  const writeNow = (): void => {
    // What could not be written down is not there.
    wanted = waiting.length + noted.length > 0;
    if (!writing) setImmediate(() => void write());
  };
  const enqueueNow = (entry: NewEntry): Promise<string> => {
    const written = enqueue(entry);
    writeNow();
    return written;
  };
  const writeNotes = (): void => {
    due = undefined;
    writeNow();
  };
  const end = async (): Promise<void> => {
    if (chain !== undefined || writing || waiting.length + noted.length > 0) await enqueueNow({ kind: 'closed' });
  };

  return {
    append: (entry) => (closing === undefined ? enqueueNow(entry) : Promise.reject(new Error('the audit trail is closed'))),
    note(ended) {
      if (closing !== undefined) return;
      due ??= setTimeout(writeNotes, noteDelay).unref();
      noted.push(ended);
    },
    seal: (words) => key.code(JSON.stringify(['words', words])),
    head: () => chain?.head,
    close: () => (closing ??= end().catch((error: unknown) => warn('the chain of the audit trail could not be closed', { error }))),
  };
}
