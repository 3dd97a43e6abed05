import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { customerId } from '../../ids.ts';
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

/** Who is asked for at one place: by a name in a namespace, or by id where there is none. */
interface Asked {
  readonly place: number;
  readonly namespace: string | undefined;
  readonly value: string;
}

/** So many merges are followed from one customer to the next: a ring of them, which only a damaged store has, leads to nobody. */
const mostRounds = 1000;

/** Reads customers whole. Many references travel as one JSON parameter, so each step is one prepared statement whatever their number. */
export function prepareReadCustomers(db: DatabaseSync, clock: () => number): (refs: readonly CustomerRef[]) => readonly (LinkedCustomer | undefined)[] {
  // CROSS JOIN keeps the order: what is asked for is looked up, and no table is looked through.
  const each = 'FROM json_each(?1) AS asked CROSS JOIN';
  const byName = db.prepare(`SELECT asked.key, customer.id, customer.merged_into ${each} link ON link.namespace = ?2 AND link.value = asked.value
    CROSS JOIN customer ON customer.id = link.customer`);
  const byId = db.prepare(`SELECT asked.key, customer.id, customer.merged_into ${each} customer ON customer.id = asked.value`);
  const merged = db.prepare(`SELECT asked.key, customer.id ${each} customer ON customer.merged_into = asked.value ORDER BY customer.created_at, customer.id`);
  const links = db.prepare(`SELECT asked.key AS place, namespace, link.value, method, verified, first_seen_at, last_seen_at, from_namespace, from_value, evidence, actor ${each} link ON link.customer = asked.value`);
  const unlinked = db.prepare(`SELECT asked.key AS place, unlinked.* ${each} unlinked ON unlinked.customer = asked.value WHERE until > ?2`);
  const barred = db.prepare(`SELECT asked.key AS place, bar.* ${each} bar ON bar.customer = asked.value`);
  const facts = db.prepare(`SELECT asked.key, fact.entry ${each} fact ON fact.customer = asked.value`);
  // Of lists V8 knows the shape; rows as objects are hash tables, several times as large.
  for (const one of [byName, byId, merged, links, facts]) one.setReturnArrays(true);
  const columns = new Map(links.columns().map(({ name }, at) => [name, at]));
  const linkAt = linkReader((name) => columns.get(name) ?? NaN);

  /** The customer at the top for each place of `refs`. */
  const rootsOf = (refs: readonly CustomerRef[]): readonly (string | undefined)[] => {
    const roots: (string | undefined)[] = refs.map(() => undefined);
    let asked = refs.map((ref, place): Asked => (ref.kind === 'id' ? { place, namespace: undefined, value: ref.id } : { place, namespace: ref.namespace, value: ref.value }));
    // Those whom somebody was merged into are looked up by id in the next round.
    for (let round = 0; asked.length > 0 && round < mostRounds; round += 1) {
      const above: Asked[] = [];
      for (const [namespace, alike] of Map.groupBy(asked, (one) => one.namespace)) {
        const values = JSON.stringify(alike.map(({ value }) => value));
        for (const [at, id, into] of listsOf(namespace === undefined ? byId.all(values) : byName.all(values, namespace))) {
          const place = alike[Number(at)]?.place ?? NaN;
          if (into === null) roots[place] = String(id);
          else above.push({ place, namespace: undefined, value: String(into) });
        }
      }
      asked = above;
    }
    return roots;
  };

  /** For each of these customers herself and those who were merged with her: the nearer first, then the older. */
  const groupsOf = (roots: readonly string[]): readonly (readonly string[])[] => {
    const groups = roots.map((root) => [root]);
    let level = roots.map((id, place) => ({ id, place }));
    while (level.length > 0) {
      const below = listsOf(merged.all(JSON.stringify(level.map(({ id }) => id)))).map(([at, id]) => ({ id: String(id), place: level[Number(at)]?.place ?? NaN }));
      for (const { id, place } of below) groups[place]?.push(id);
      level = below;
    }
    return groups;
  };

  const partsOf = (ids: readonly string[]): readonly Parts[] => {
    const parts = ids.map((): Parts => ({ links: [], unlinked: [], barred: [], facts: [] }));
    const asked = JSON.stringify(ids);
    for (const row of listsOf(links.all(asked))) parts[Number(row[0])]?.links.push(linkAt(row));
    for (const row of unlinked.all(asked, clock())) parts[Number(row['place'])]?.unlinked.push(unlinkedOf(row));
    for (const row of barred.all(asked)) parts[Number(row['place'])]?.barred.push({ namespace: String(row['namespace']), value: String(row['value']) });
    for (const [place, entry] of listsOf(facts.all(asked))) parts[Number(place)]?.facts.push(factIn(entry));
    for (const { links: hers, facts: said } of parts) {
      // They come by namespace, and mostly are of one moment.
      if (hers.some(({ firstSeenAt }) => firstSeenAt !== hers[0]?.firstSeenAt)) hers.sort((a, b) => a.firstSeenAt - b.firstSeenAt);
      if (said.length > 1) said.sort(byCollection);
    }
    return parts;
  };

  const read = (refs: readonly CustomerRef[]): readonly (LinkedCustomer | undefined)[] => {
    const roots = rootsOf(refs);
    const found = [...new Set(roots.filter((root) => root !== undefined))];
    const groups = groupsOf(found);
    const parts = partsOf(groups.flat());
    let next = 0;
    const customers = new Map(groups.map((ids, at) => [found[at], customerOf(ids, parts.slice(next, next += ids.length))]));
    return roots.map((root) => customers.get(root));
  };
  // One transaction: what is read belongs together, and it is begun once.
  return (refs) => (db.isTransaction ? read(refs) : inTransaction(db, () => read(refs), 'DEFERRED'));
}

/** Rows of a statement that gives lists, which its type does not tell. */
function listsOf(rows: readonly unknown[]): readonly (readonly SQLOutputValue[])[] {
  return rows as readonly (readonly SQLOutputValue[])[];
}

function customerOf(ids: readonly string[], parts: readonly Parts[]): LinkedCustomer | undefined {
  const [first, ...others] = parts.map((own, at): Member => ({ id: customerId(ids[at] ?? ''), ...own }));
  return first === undefined ? undefined : { id: first.id, members: [first, ...others] };
}
