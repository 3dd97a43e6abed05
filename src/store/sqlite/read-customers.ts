import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { customerId, type CustomerId } from '../../ids.ts';
import { byCollection, type FactRecord } from '../facts.ts';
import type { CustomerRef, Link, LinkedCustomer, LinkName, Member, Unlinked } from '../links.ts';
import { factIn } from './facts.ts';
import { linkReader, unlinkedOf } from './rows.ts';
import { inTransaction } from './transaction.ts';

interface Parts {
  readonly links: Link[];
  readonly unlinked: Unlinked[];
  readonly barred: LinkName[];
  readonly facts: FactRecord[];
}

/** Reads customers whole. Many references travel as one JSON parameter, so each step is one prepared statement whatever their number. */
export function prepareReadCustomers(db: DatabaseSync, clock: () => number): (refs: readonly CustomerRef[]) => readonly (LinkedCustomer | undefined)[] {
  const roots = db.prepare(`
    WITH RECURSIVE
      asked (place, id) AS (
        SELECT ref.key, ref.value ->> 0 FROM json_each(?1) AS ref WHERE json_array_length(ref.value) = 1
        UNION ALL
        SELECT ref.key, link.customer FROM json_each(?1) AS ref
        JOIN link ON link.namespace = ref.value ->> 0 AND link.value = ref.value ->> 1
        WHERE json_array_length(ref.value) = 2),
      above (place, id) AS (
        SELECT place, id FROM asked
        UNION
        SELECT above.place, customer.merged_into FROM above JOIN customer ON customer.id = above.id WHERE customer.merged_into IS NOT NULL)
    SELECT above.place, above.id FROM above JOIN customer ON customer.id = above.id WHERE customer.merged_into IS NULL`);
  const members = db.prepare(`
    WITH RECURSIVE member (root, id, depth, created_at) AS (
      SELECT value, value, 0, 0 FROM json_each(?)
      UNION ALL
      SELECT member.root, customer.id, member.depth + 1, customer.created_at FROM member JOIN customer ON customer.merged_into = member.id)
    SELECT root, id FROM member ORDER BY depth, created_at, id`);
  const links = db.prepare('SELECT * FROM link WHERE customer IN (SELECT value FROM json_each(?)) ORDER BY first_seen_at, namespace');
  const unlinked = db.prepare('SELECT * FROM unlinked WHERE customer IN (SELECT value FROM json_each(?)) AND until > ?');
  const barred = db.prepare('SELECT * FROM bar WHERE customer IN (SELECT value FROM json_each(?))');
  const facts = db.prepare('SELECT customer, entry FROM fact WHERE customer IN (SELECT value FROM json_each(?))');
  // Of lists V8 knows the shape; rows as objects are hash tables, several times as large.
  for (const one of [roots, members, links, facts]) one.setReturnArrays(true);
  const columns = new Map(links.columns().map(({ name }, at) => [name, at]));
  const linkAt = linkReader((name) => columns.get(name) ?? NaN);
  const ofCustomer = columns.get('customer') ?? NaN;

  const read = (refs: readonly CustomerRef[]): readonly (LinkedCustomer | undefined)[] => {
    const rootOf = new Map(listsOf(roots.all(JSON.stringify(refs.map(refText)))).map(([place, id]) => [Number(place), String(id)]));
    const membersOf = Map.groupBy(listsOf(members.all(JSON.stringify([...new Set(rootOf.values())]))), ([root]) => String(root));
    const parts = new Map<string, Parts>();
    for (const all of membersOf.values()) for (const [, id] of all) parts.set(String(id), { links: [], unlinked: [], barred: [], facts: [] });
    const ids = JSON.stringify([...parts.keys()]);
    for (const row of listsOf(links.all(ids))) parts.get(String(row[ofCustomer]))?.links.push(linkAt(row));
    for (const row of unlinked.all(ids, clock())) parts.get(String(row['customer']))?.unlinked.push(unlinkedOf(row));
    for (const row of barred.all(ids)) parts.get(String(row['customer']))?.barred.push({ namespace: String(row['namespace']), value: String(row['value']) });
    for (const [customer, entry] of listsOf(facts.all(ids))) parts.get(String(customer))?.facts.push(factIn(entry));
    for (const own of parts.values()) if (own.facts.length > 1) own.facts.sort(byCollection);
    return refs.map((_, place) => {
      const root = rootOf.get(place);
      return root === undefined ? undefined : customerOf(customerId(root), (membersOf.get(root) ?? []).map(([, id]) => String(id)), parts);
    });
  };
  // One transaction: what is read belongs together, and it is begun once.
  return (refs) => (db.isTransaction ? read(refs) : inTransaction(db, () => read(refs), 'DEFERRED'));
}

/** Rows of a statement that gives lists, which its type does not tell. */
function listsOf(rows: readonly unknown[]): readonly (readonly SQLOutputValue[])[] {
  return rows as readonly (readonly SQLOutputValue[])[];
}

function refText(ref: CustomerRef): readonly string[] {
  return ref.kind === 'id' ? [ref.id] : [ref.namespace, ref.value];
}

function customerOf(id: CustomerId, ids: readonly string[], parts: ReadonlyMap<string, Parts>): LinkedCustomer | undefined {
  const [first, ...others] = ids.flatMap((member): readonly Member[] => {
    const own = parts.get(member);
    return own === undefined ? [] : [{ id: customerId(member), ...own }];
  });
  return first === undefined ? undefined : { id, members: [first, ...others] };
}
