import type { SQLOutputValue } from 'node:sqlite';
import { customerId } from '../../ids.ts';
import type { Link, LinkMethod, LinkName, Unlinked, UnlinkedReason } from '../links.ts';

/** A row as the driver gives it. */
export type SqlRow = Readonly<Record<string, SQLOutputValue>>;

/** A row of `link`. */
export function linkOf(row: SqlRow): Link {
  return {
    namespace: String(row['namespace']),
    value: String(row['value']),
    method: String(row['method']) as LinkMethod,
    verified: row['verified'] === 1,
    ...(row['from_namespace'] === null ? {} : { from: { namespace: String(row['from_namespace']), value: String(row['from_value']) } }),
    ...(row['evidence'] === null ? {} : { evidence: String(row['evidence']) }),
    ...(row['actor'] === null ? {} : { actor: String(row['actor']) }),
    firstSeenAt: Number(row['first_seen_at']),
    lastSeenAt: Number(row['last_seen_at']),
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
