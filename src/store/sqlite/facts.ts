import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { FactLog, FactRecord } from '../facts.ts';
import type { SqlRow } from './rows.ts';
import { inTransaction } from './transaction.ts';

/** The facts in SQLite: each call is one transaction. */
export function openFactLog(db: DatabaseSync): FactLog {
  const known = db.prepare('SELECT 1 FROM customer WHERE id = ?');
  const insert = prepareInsertFact(db);
  return {
    async append(records) {
      return inTransaction(db, () => {
        let added = 0;
        // In the order of the table: records that are neighbours there are written while their page is at hand.
        for (const record of records.toSorted((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)))) {
          // The foreign key alone would let pass a record with an id that is there already.
          if (known.get(record.customer) === undefined) throw new Error(`a fact was appended of customer ${record.customer}, who does not exist`);
          if (insert(record)) added += 1;
        }
        return added;
      });
    },
  };
}

/** Adds a record unless one with its id is there; true when it was added. */
export function prepareInsertFact(db: DatabaseSync): (record: FactRecord) => boolean {
  const insert = db.prepare('INSERT INTO fact (id, customer, at, recorded_at, entry) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING');
  return ({ id, customer, fact, recordedAt, actor, requestId }) =>
    Number(insert.run(id, customer, fact.at, recordedAt, JSON.stringify({ id, customer, fact, recordedAt, actor, requestId })).changes) > 0;
}

/** A row of `fact`. */
export function factOf(row: SqlRow): FactRecord {
  return factIn(row['entry']);
}

/** The column `entry` of such a row. */
export function factIn(entry: SQLOutputValue | undefined): FactRecord {
  return JSON.parse(String(entry)) as FactRecord;
}
