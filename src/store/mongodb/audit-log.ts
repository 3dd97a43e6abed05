import type { Filter } from 'mongodb';
import type { AuditHead, AuditLog, AuditQuery, AuditRange } from '../audit-log.ts';
import { inParts } from '../audit-parts.ts';
import { StoreFailure } from '../../errors.ts';
import { auditDocument, auditRecordOf, type AuditDocument } from './documents.ts';
import { duplicateKey } from './failure.ts';
import type { Tables } from './tables.ts';

/** How many records travel together. */
const partSize = 1000;

/** How many are taken out at once: each is written by itself, and the servers have to be done within the store's limit. */
const takenAtOnce = 100;

/** The audit trail in MongoDB. An entry is kept when the servers have acknowledged it as the write concern asks. */
export function openAuditLog({ auditEntry }: Pick<Tables, 'auditEntry'>): AuditLog {
  const within = ({ chain, from, to }: AuditRange): Filter<AuditDocument> => ({ chain, seq: { $gte: from, $lte: to } });
  const firstOf = async (range: AuditRange): Promise<number | undefined> => (await auditEntry.find(within(range), { sort: { seq: 1 }, limit: 1 }))[0]?.seq;
  const each = async (ranges: readonly AuditRange[], work: (filter: Filter<AuditDocument>) => Promise<void>): Promise<void> => {
    for await (const part of inParts(ranges, takenAtOnce, firstOf)) await work(within(part));
  };
  return {
    async append(records) {
      if (!await auditEntry.insertInOrder(records.map(auditDocument))) throw new StoreFailure('the audit trail has an entry in this place already', duplicateKey);
    },
    async *read(query) {
      for await (const documents of auditEntry.pages(partSize, filterOf(query))) yield documents.map(auditRecordOf);
    },
    async openEnds() {
      const [opened, closed] = await Promise.all((['opened', 'closed'] as const).map((kind) => auditEntry.find({ kind })));
      const ended = new Set(closed?.map(({ chain }) => chain));
      const ends: AuditHead[] = [];
      // One after the other: nobody waits for them, and all at once they would keep others waiting.
      for (const { chain } of (opened ?? []).filter((one) => !ended.has(one.chain))) {
        const [last] = await auditEntry.find({ chain }, { sort: { seq: -1 }, limit: 1 });
        if (last !== undefined) ends.push({ chain, seq: last.seq, mac: last.mac });
      }
      return ends;
    },
    erase: (ranges) => each(ranges, (filter) => auditEntry.updateAll(filter, { $set: { customers: [] as readonly string[] }, $unset: { entry: '' } } as object)),
    drop: (ranges) => each(ranges, (filter) => auditEntry.remove(filter)),
  };
}

function filterOf({ from, until, customer, purpose, kind }: AuditQuery): Filter<AuditDocument> {
  const at = { ...(from === undefined ? {} : { $gte: from }), ...(until === undefined ? {} : { $lt: until }) };
  return {
    ...(Object.keys(at).length === 0 ? {} : { at }),
    ...(customer === undefined ? {} : { customers: customer }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(kind === undefined ? {} : { kind }),
  };
}
