import type { DatabaseSync } from 'node:sqlite';
import { unreachable } from '../../errors.ts';
import { customerId, type CustomerId } from '../../ids.ts';
import { carriedRestrictions } from '../carried-restrictions.ts';
import { sameName, type LinkName } from '../links.ts';
import type { ChangeRefusal, LinkChange, LinkEvent } from '../stewardship.ts';
import { prepareInsertFact } from './facts.ts';
import { prepareAttach } from './links.ts';
import { prepareReadCustomers } from './read-customers.ts';

/** What a change left behind, or why it was not made. */
export type Made = Pick<LinkEvent, 'kind' | 'customer' | 'other' | 'record' | 'to'> | ChangeRefusal;

/** Makes changes to links within the transaction that is open. */
export function prepareChange(deps: {
  readonly db: DatabaseSync;
  readonly clock: () => number;
  readonly newId: () => string;
}): (change: LinkChange) => Made {
  const { db, clock, newId } = deps;
  const read = prepareReadCustomers(db, clock);
  const attach = prepareAttach(db);
  const addFact = prepareInsertFact(db);
  const owner = db.prepare('SELECT customer FROM link WHERE namespace = ? AND value = ?');
  const mint = db.prepare('INSERT INTO customer (id, created_at) VALUES (?, ?)');
  const mergedInto = db.prepare('SELECT merged_into FROM customer WHERE id = ?');
  const setMergedInto = db.prepare('UPDATE customer SET merged_into = ? WHERE id = ?');
  const bar = db.prepare('INSERT OR IGNORE INTO bar (customer, namespace, value) VALUES (?, ?, ?)');
  const liftBar = db.prepare('DELETE FROM bar WHERE customer = ? AND namespace = ? AND value = ?');
  const detach = db.prepare('DELETE FROM link WHERE namespace = ? AND value = ?');
  const handOver = db.prepare(`
    UPDATE link SET customer = ?1
    WHERE customer = ?2 AND ((namespace = ?3 AND value = ?4) OR (from_namespace = ?3 AND from_value = ?4 AND namespace = 'number'))`);

  const ownerOf = ({ namespace, value }: LinkName): CustomerId | undefined => {
    const id = owner.get(namespace, value)?.['customer'];
    return id === undefined ? undefined : customerId(String(id));
  };
  const barAll = (ids: readonly CustomerId[], { namespace, value }: LinkName): number =>
    ids.reduce((count, id) => count + Number(bar.run(id, namespace, value).changes), 0);

  return (change) => {
    const [customer, into] = read([change.customer, ...(change.kind === 'merge' ? [change.into] : [])].map((id) => ({ kind: 'id', id })));
    if (customer === undefined) return 'UNKNOWN_CUSTOMER';
    const { members: [root] } = customer;
    const group = customer.members.map(({ id }) => id);
    switch (change.kind) {
      case 'link': {
        const { link } = change;
        const holder = ownerOf(link);
        if (holder !== undefined) return group.includes(holder) ? 'ALREADY_SO' : 'LINKED_ELSEWHERE';
        if (root.links.some(({ namespace }) => namespace === link.namespace)) return 'HAS_ANOTHER_KEY';
        for (const id of group) liftBar.run(id, link.namespace, link.value);
        attach(root.id, link, clock());
        return { kind: 'LINKED', customer: root.id, record: nameOf(link) };
      }
      case 'merge':
        if (into === undefined) return 'UNKNOWN_CUSTOMER';
        if (into.id === root.id) return 'ALREADY_SO';
        setMergedInto.run(into.id, root.id);
        return { kind: 'MERGED', customer: root.id, other: into.id };
      case 'unmerge': {
        const other = mergedInto.get(change.customer)?.['merged_into'];
        if (typeof other !== 'string') return 'ALREADY_SO';
        setMergedInto.run(null, change.customer);
        return { kind: 'UNMERGED', customer: change.customer, other: customerId(other) };
      }
      case 'separate': {
        const { record } = change;
        const holder = ownerOf(record);
        const barred = barAll(group, record);
        if (holder === undefined || !group.includes(holder)) return barred === 0 ? 'ALREADY_SO' : { kind: 'BARRED', customer: root.id, record };
        const other = customerId(newId());
        mint.run(other, clock());
        handOver.run(other, holder, record.namespace, record.value);
        for (const fact of carriedRestrictions(customer.members.flatMap(({ facts }) => facts), other)) addFact(fact);
        return { kind: 'SEPARATED', customer: holder, other, record };
      }
      case 'move': {
        const { from, to } = change;
        const holder = customer.members.find(({ links }) => links.some((link) => sameName(link, from)));
        if (holder === undefined) return 'NOT_HERS';
        const taken = ownerOf(to);
        if (taken !== undefined) return group.includes(taken) ? 'ALREADY_SO' : 'LINKED_ELSEWHERE';
        if (holder.barred.some((name) => sameName(name, to))) return 'BARRED';
        detach.run(from.namespace, from.value);
        attach(holder.id, to, clock());
        if (change.bar) barAll(group, from);
        return { kind: 'MOVED', customer: holder.id, record: from, to: nameOf(to) };
      }
      default:
        return unreachable(change);
    }
  };
}

function nameOf({ namespace, value }: LinkName): LinkName {
  return { namespace, value };
}
