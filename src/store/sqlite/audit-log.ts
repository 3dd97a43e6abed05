import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { AuditHead, AuditLog, AuditQuery, AuditRange, AuditRecord } from '../audit-log.ts';
import { inParts } from '../audit-parts.ts';
import { placesOfCustomer, prepareListing, prepareUnlisting } from './audit-customers.ts';
import { auditRecordOf, auditRowOf, prepareInsertAuditRow } from './audit-records.ts';
import { startAuditWriter } from './audit-writer.ts';
import { partsOf } from './parts.ts';
import { inTransaction } from './transaction.ts';

/** The audit trail in one file. Entries are written by a thread of their own, so that waiting for the disk holds up nobody. */
export interface SqliteAuditLog extends AuditLog {
  close(): Promise<void>;
}

/** How many records are taken out in one transaction: who appends waits for it. */
const takenAtOnce = 1000;
/** Milliseconds between two of them. */
const between = 10;

/** Opens the trail. A database in memory is its connection's own, and written to by it. */
export function openAuditLog(db: DatabaseSync, path: string): SqliteAuditLog {
  const insert = prepareInsertAuditRow(db);
  const listPart = prepareListing(db);
  const write = (records: readonly AuditRecord[]): void => {
    inTransaction(db, () => records.forEach((record) => insert(auditRowOf(record))));
    while (listPart() > 0);
  };
  // The condition of the index is repeated word for word: without it SQLite would look through the whole trail.
  const indexed = "kind IN ('opened', 'closed')";
  const openEnds = db.prepare(`SELECT chain, seq, mac FROM (SELECT chain AS name FROM audit_entry WHERE ${indexed} AND kind = 'opened'
    EXCEPT SELECT chain FROM audit_entry WHERE ${indexed} AND kind = 'closed')
    JOIN audit_entry ON chain = name AND seq = (SELECT max(seq) FROM audit_entry WHERE chain = name)`);
  const unlist = prepareUnlisting(db);
  const forget = db.prepare(`DELETE FROM audit_customer WHERE (customer, at, chain, seq) IN
    (SELECT named.value, e.at, e.chain, e.seq FROM audit_entry e, json_each(e.customers) named WHERE e.chain = ? AND e.seq BETWEEN ? AND ?)`);
  const erase = db.prepare('UPDATE audit_entry SET entry = NULL, customers = \'[]\' WHERE chain = ? AND seq BETWEEN ? AND ?');
  const drop = db.prepare('DELETE FROM audit_entry WHERE chain = ? AND seq BETWEEN ? AND ?');
  const first = db.prepare('SELECT min(seq) AS seq FROM audit_entry WHERE chain = ? AND seq BETWEEN ? AND ?');
  const firstOf = async ({ chain, from, to }: AuditRange): Promise<number | undefined> => {
    const seq = first.get(chain, from, to)?.['seq'] ?? undefined;
    return seq === undefined ? undefined : Number(seq);
  };
  const takeAway = async (ranges: readonly AuditRange[], statement: typeof erase): Promise<void> => {
    for await (const parts of together(inParts(ranges, takenAtOnce, firstOf))) {
      inTransaction(db, () => {
        for (const { chain, from, to } of parts) for (const one of [forget, statement]) one.run(chain, from, to);
        unlist();
      });
      // For those who wait to write, who look again every few milliseconds.
      await pause(between);
    }
  };
  const writer = path === ':memory:' ? undefined : startAuditWriter(path);
  return {
    append: async (records) => (writer === undefined ? write(records) : writer.append(records)),
    read: (query) => readRecords(db, path, query),
    openEnds: async () => openEnds.all().map(({ chain, seq, mac }): AuditHead => ({ chain: String(chain), seq: Number(seq), mac: String(mac) })),
    erase: (ranges) => takeAway(ranges, erase),
    drop: (ranges) => takeAway(ranges, drop),
    close: async () => writer?.close(),
  };
}

/** Parts that are small are taken together: each transaction waits for the disk. */
async function* together(parts: AsyncIterable<AuditRange>): AsyncGenerator<readonly AuditRange[]> {
  let group: AuditRange[] = [];
  let places = 0;
  for await (const part of parts) {
    const more = part.to - part.from + 1;
    if (places + more > takenAtOnce && group.length > 0) {
      yield group;
      [group, places] = [[], 0];
    }
    group.push(part);
    places += more;
  }
  if (group.length > 0) yield group;
}

/** Over a connection of its own, since a statement that is being read would keep others from committing. */
async function* readRecords(db: DatabaseSync, path: string, query: AuditQuery): AsyncGenerator<readonly AuditRecord[]> {
  const reader = path === ':memory:' ? db : new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    const given = Object.entries(query).filter((one): one is [keyof AuditQuery, SQLInputValue] => one[1] !== undefined);
    const where = given.length === 0 ? '' : ` WHERE ${given.map(([name]) => conditions[name]).join(' AND ')}`;
    yield* partsOf(reader.prepare(`SELECT * FROM audit_entry${where} ORDER BY chain, seq`).iterate(Object.fromEntries(given)), auditRecordOf);
  } finally {
    if (reader !== db) reader.close();
  }
}

const conditions: Readonly<Record<keyof AuditQuery, string>> = {
  from: 'at >= :from', until: 'at < :until', purpose: 'purpose = :purpose', kind: 'kind = :kind',
  customer: `(chain, seq) IN (${placesOfCustomer.map((places) => `SELECT chain, seq FROM (${places})`).join(' UNION ALL ')})`,
};
