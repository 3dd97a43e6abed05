import type { DatabaseSync } from 'node:sqlite';
import { customerId, type CustomerId } from '../../ids.ts';
import { heldKinds, type Erased, type Erasure, type Held, type HeldCounts } from '../erasure.ts';
import { prepareReadCustomers } from './read-customers.ts';
import type { SqlRow } from './rows.ts';
import { inTransaction } from './transaction.ts';

const hers = '(SELECT value FROM json_each(?1))';
const factsOf = (kind: string): readonly [string, string] => ['fact', `customer IN ${hers} AND entry ->> '$.fact.kind' = '${kind}'`];

/** Table and rows of each kind, in the order in which they go: her links tell which notes of others name a record of hers. */
const kinds: Readonly<Record<keyof HeldCounts, readonly [string, string]>> = {
  // The condition of the index is repeated word for word: most notes have no candidates.
  candidacies: ['unlinked', `candidates <> '[]' AND customer NOT IN ${hers} AND EXISTS (
    SELECT 1 FROM json_each(candidates) c JOIN link ON link.namespace = c.value ->> 'namespace' AND link.value = c.value ->> 'value' WHERE link.customer IN ${hers})`],
  consents: factsOf('consent'), objections: factsOf('objection'), restrictions: factsOf('restriction'), relations: factsOf('relation'),
  unlinked: ['unlinked', `customer IN ${hers}`],
  bars: ['bar', `customer IN ${hers}`],
  linkEvents: ['link_event', `customer IN ${hers} OR other IN ${hers}`],
  emergencies: ['access', `request IN (SELECT request FROM access WHERE entry ->> '$.kind' = 'emergency' AND entry ->> '$.customer' IN ${hers})`],
  links: ['link', `customer IN ${hers}`],
  customers: ['customer', `id IN ${hers}`],
};

/** Erasure in SQLite: each is one transaction. */
export function openErasure(db: DatabaseSync, clock: () => number): Erasure {
  const read = prepareReadCustomers(db, clock);
  const eachKind = (statement: (table: string, rows: string) => string): ReadonlyMap<keyof HeldCounts, ReturnType<DatabaseSync['prepare']>> =>
    new Map((Object.keys(kinds) as (keyof HeldCounts)[]).map((kind) => [kind, db.prepare(statement(...kinds[kind]))]));
  const counting = eachKind((table, rows) => `SELECT count(*) AS rows FROM ${table} WHERE ${rows}`);
  const removing = eachKind((table, rows) => `DELETE FROM ${table} WHERE ${rows}`);
  // Who was split off her, or she off whom, may have a link that was found through a record of hers.
  const forgetBearer = db.prepare(`UPDATE link SET from_namespace = NULL, from_value = NULL
    WHERE customer IN (SELECT other FROM link_event WHERE customer IN ${hers} UNION SELECT customer FROM link_event WHERE other IN ${hers}) AND customer NOT IN ${hers}
    AND (from_namespace, from_value) IN (SELECT namespace, value FROM link WHERE customer IN ${hers})`);
  const known = db.prepare('SELECT * FROM erased WHERE root = (SELECT root FROM erased WHERE customer = ?) ORDER BY customer');
  const note = db.prepare('INSERT OR IGNORE INTO erased (customer, root, at) VALUES (?, ?, ?)');
  const all = db.prepare('SELECT * FROM erased ORDER BY customer');

  const find = (customer: CustomerId): Held | undefined => {
    const [there] = read([{ kind: 'id', id: customer }]);
    const before = known.all(customer).map(erasedOf);
    const root = there?.id ?? before[0]?.root;
    if (root === undefined) return undefined;
    const ids = [...new Set([root, ...there?.members.map(({ id }) => id) ?? [], ...before.map((one) => one.customer)])];
    const text = JSON.stringify(ids);
    const counts = heldKinds.map((kind) => [kind, Number(counting.get(kind)?.get(text)?.['rows'])] as const);
    return { root, ids, counts: Object.fromEntries(counts) as HeldCounts, erasedAt: before[0]?.at };
  };
  return {
    find: async (customer) => find(customer),
    async erase(customer, at) {
      const held = inTransaction(db, () => {
        const found = find(customer);
        if (found === undefined) return undefined;
        const ids = JSON.stringify(found.ids);
        forgetBearer.run(ids);
        for (const removal of removing.values()) removal.run(ids);
        for (const id of found.ids) note.run(id, found.root, at);
        return found;
      });
      // What was written to the log before is copied into the file and the log cut; where others are reading, that is left to later.
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return held;
    },
    list: async () => all.all().map(erasedOf),
  };
}

/** A row of `erased`. */
export function erasedOf(row: SqlRow): Erased {
  return { customer: customerId(String(row['customer'])), root: customerId(String(row['root'])), at: Number(row['at']) };
}
