import type { CustomerId } from '../../ids.ts';
import type { NewLink } from '../links.ts';
import { idOf, linkDocument } from './documents.ts';
import { missingAmong } from './missing-among.ts';
import { findAmong, removeIds } from './table.ts';
import type { Tables } from './tables.ts';

/** A name for a member. */
export interface Attachment {
  readonly customer: CustomerId;
  readonly link: NewLink;
  /** True for a customer who is minted only now, of whom nothing else can be known. */
  readonly minted: boolean;
}

/**
 * Attaches names to members but for those that are taken, barred, or a second key of a source: the first and the last are
 * left to the unique indexes. A bar that comes meanwhile is found afterwards, and the name taken away again; who bars looks
 * for the name after the bar is there, so one of the two sees the other. The same goes for a customer who is erased meanwhile. What is unlinked ends last: after a crash before
 * that it is there beside the link, until its time.
 */
export async function attachAll(tables: Tables, attachments: readonly Attachment[], now: number): Promise<void> {
  const barred = await barsAgainst(tables, attachments);
  const open = attachments.filter((attachment) => !barred.has(barOf(attachment)));
  const refused = await tables.link.insert(open.map(({ customer, link }) => linkDocument(customer, link, { first: now, last: now })));
  const attached = open.filter(({ minted }, place) => !minted && !refused.has(place));
  if (attached.length === 0) return;
  const [late, gone] = await Promise.all([barsAgainst(tables, attached), missingAmong(tables, attached.map(({ customer }) => customer))]);
  for (const attachment of attached.filter((one) => late.has(barOf(one)) || gone.has(one.customer))) {
    await tables.link.remove({ _id: idOf(attachment.link.namespace, attachment.link.value), customer: attachment.customer });
  }
  await removeIds(tables.unlinked, attached.map(({ customer, link }) => idOf(customer, link.namespace)));
}

async function barsAgainst(tables: Tables, attachments: readonly Attachment[]): Promise<ReadonlySet<string>> {
  const known = attachments.filter(({ minted }) => !minted);
  return new Set((await findAmong(tables.bar, '_id', known.map(barOf))).map(({ _id }) => _id));
}

function barOf({ customer, link }: Attachment): string {
  return idOf(customer, link.namespace, link.value);
}
