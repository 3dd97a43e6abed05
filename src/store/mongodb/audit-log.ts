import type { AuditLog } from '../audit-log.ts';
import { duplicateKey, StoreFailure } from './failure.ts';
import type { Stored, Table } from './table.ts';
import type { Tables } from './tables.ts';

/** Milliseconds for which an outcome may wait for company; nobody waits for it. */
const outcomeDelay = 100;

/** The audit trail of one process. `flush` writes what still waits. */
export interface MongodbAuditLog extends AuditLog {
  flush(): Promise<void>;
}

/**
 * The audit trail in MongoDB. Entries of the same turn of the event loop share one round trip; a promise is fulfilled when the
 * servers have acknowledged the entry as the write concern asks. Outcomes travel apart, so that none can harm an intent.
 */
export function openAuditLog({ auditIntent, auditOutcome }: Tables): MongodbAuditLog {
  const intents = gatherInto(auditIntent, (flush) => void setImmediate(flush));
  const outcomes = gatherInto(auditOutcome, (flush) => void setTimeout(flush, outcomeDelay).unref());
  return {
    append: ({ id, ...rest }) => intents.add({ _id: id, ...rest }),
    outcome: ({ intent, ...rest }) => outcomes.add({ _id: intent, ...rest }),
    flush: async () => void (await Promise.all([intents.flush(), outcomes.flush()])),
  };
}

interface Entry<Document> {
  readonly document: Document;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

interface Gathering<Document> {
  add(document: Document): Promise<void>;
  /** Never rejects: each entry is told by itself. */
  flush(): Promise<void>;
}

function gatherInto<Document extends Stored>(table: Table<Document>, schedule: (flush: () => void) => void): Gathering<Document> {
  let waiting: Entry<Document>[] = [];
  const flush = async (): Promise<void> => {
    const entries = waiting;
    waiting = [];
    try {
      const refused = await table.insert(entries.map(({ document }) => document));
      entries.forEach(({ done, failed }, place) => {
        if (refused.has(place)) failed(new StoreFailure('an audit entry with this id is there already', duplicateKey));
        else done();
      });
    } catch (error) {
      for (const { failed } of entries) failed(error);
    }
  };
  return {
    add: (document) => new Promise((done, failed) => {
      waiting.push({ document, done, failed });
      if (waiting.length === 1) schedule(() => void flush());
    }),
    flush,
  };
}
