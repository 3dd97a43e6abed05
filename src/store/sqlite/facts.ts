import type { DatabaseSync } from 'node:sqlite';
import type { FactLog, FactRecord } from '../facts.ts';
import type { SqlRow } from './rows.ts';
import { inTransaction } from './transaction.ts';

/** The facts in SQLite: each call is one transaction. */
export function openFactLog(db: DatabaseSync): FactLog {
  const known = db.prepare('SELECT 1 FROM customer WHERE id = ?');
  const insert = prepareInsertFact(db);
  return {
    async append(records) {
      inTransaction(db, () => {
        for (const record of records) {
          // The foreign key alone would let pass a record with an id that is there already.
          if (known.get(record.customer) === undefined) throw new Error(`a fact was appended of customer ${record.customer}, who does not exist`);
          insert(record);
        }
      });
    },
  };
}

/** Adds a record unless one with its id is there. */
export function prepareInsertFact(db: DatabaseSync): (record: FactRecord) => void {
  const insert = db.prepare('INSERT INTO fact (id, customer, at, recorded_at, entry) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING');
  return ({ id, customer, fact, recordedAt, actor, requestId }) =>
    void insert.run(id, customer, fact.at, recordedAt, JSON.stringify({ id, customer, fact, recordedAt, actor, requestId }));
}

/** A row of `fact`. */
export function factOf(row: SqlRow): FactRecord {
  return JSON.parse(String(row['entry'])) as FactRecord;
}
