import type { SQLOutputValue } from 'node:sqlite';
import { customerId } from '../../ids.ts';
import type { Link, LinkMethod, LinkName, Unlinked, UnlinkedReason } from '../links.ts';

/** A row as the driver gives it. */
export type SqlRow = Readonly<Record<string, SQLOutputValue>>;

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** A row of `link`. */
export const linkOf: (row: SqlRow) => Link = linkReader((name) => name);

/** Makes a reader of rows of `link` that hold a column's value where `at` says: under its name, or at a place. */
export function linkReader<Key extends string | number>(at: (column: string) => Key): (row: Readonly<Record<Key, SQLOutputValue>>) => Link {
  const [namespace, value, method, verified] = [at('namespace'), at('value'), at('method'), at('verified')];
  const [fromNamespace, fromValue, evidence, actor] = [at('from_namespace'), at('from_value'), at('evidence'), at('actor')];
  const [firstSeenAt, lastSeenAt] = [at('first_seen_at'), at('last_seen_at')];
  return (row) => {
    const link: Mutable<Link> = {
      namespace: String(row[namespace]),
      value: String(row[value]),
      method: String(row[method]) as LinkMethod,
      verified: row[verified] === 1,
      firstSeenAt: Number(row[firstSeenAt]),
      lastSeenAt: Number(row[lastSeenAt]),
    };
    if (row[fromNamespace] !== null) link.from = { namespace: String(row[fromNamespace]), value: String(row[fromValue]) };
    if (row[evidence] !== null) link.evidence = String(row[evidence]);
    if (row[actor] !== null) link.actor = String(row[actor]);
    return link;
  };
}

/** A row of `unlinked`. */
export function unlinkedOf(row: SqlRow): Unlinked {
  return {
    customer: customerId(String(row['customer'])),
    source: String(row['source']),
    reason: String(row['reason']) as UnlinkedReason,
    ...(row['identifier'] === null ? {} : { identifier: String(row['identifier']) }),
    candidates: JSON.parse(String(row['candidates'])) as readonly LinkName[],
    notedAt: Number(row['noted_at']),
    until: Number(row['until']),
  };
}
