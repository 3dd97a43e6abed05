import type { Filter } from 'mongodb';
import { customerId, type CustomerId } from '../../ids.ts';
import type { Erasure, Held, HeldCounts } from '../erasure.ts';
import { sameName } from '../links.ts';
import { erasedDocument, erasedOf, type DraftDocument, type EventDocument, type LinkDocument } from './documents.ts';
import type { ReadCustomers } from './read-customers.ts';
import { anyOf, findAmong, removeIds, type Stored } from './table.ts';
import type { Tables } from './tables.ts';

/** What was found of a customer. */
interface Found extends Held {
  readonly links: readonly LinkDocument[];
  /** By their ids, what goes beside what is found by her own ids. */
  readonly events: readonly string[];
  readonly access: readonly string[];
  readonly candidacies: readonly string[];
  /** Who was split off her, or she off whom. */
  readonly relatives: readonly CustomerId[];
}

/**
 * Erasure in MongoDB, in steps that may be taken any number of times. First it is noted, so that her ids are known whatever a crash
 * leaves; then she goes herself, so that who adds something to her afterwards finds her gone (see `missingAmong`); her links go last, since
 * they tell what names a record of hers. A crash leaves names that lead to nobody, and look-ups by them fail until it is repeated.
 */
export function openErasure(tables: Tables, read: ReadCustomers): Erasure {
  return {
    find: async (customer) => heldOf(await find(tables, read, customer)),
    async erase(customer, at) {
      const found = await find(tables, read, customer);
      if (found === undefined) return undefined;
      const { root, ids } = found;
      await tables.erased.insert(ids.map((id) => erasedDocument({ customer: id, root, at })));
      await removeIds(tables.customer, ids);
      const all = await find(tables, read, customer) ?? found;
      await forgetBearers(tables, all);
      await removeIds(tables.unlinked, all.candidacies);
      await removeIds(tables.linkEvent, all.events);
      await removeIds(tables.access, all.access);
      await tables.draft.remove(namesAny<DraftDocument>(['event.customer', 'event.other'], ids));
      const theirs = { customer: anyOf(ids) };
      await Promise.all([tables.fact.remove(theirs), tables.unlinked.remove(theirs), tables.bar.remove(theirs)]);
      await tables.link.remove(theirs);
      return heldOf(found);
    },
    list: async () => (await tables.erased.find({}, { sort: { _id: 1 } })).map(erasedOf),
  };
}

function heldOf(found: Found | undefined): Held | undefined {
  return found && { root: found.root, ids: found.ids, counts: found.counts, erasedAt: found.erasedAt };
}

async function find(tables: Tables, read: ReadCustomers, customer: CustomerId): Promise<Found | undefined> {
  const [[there], [noted]] = await Promise.all([read([{ kind: 'id', id: customer }]), tables.erased.find({ _id: customer })]);
  const before = noted === undefined ? [] : await tables.erased.find({ root: noted.root }, { sort: { _id: 1 } });
  const root = there?.id ?? noted?.root;
  if (root === undefined) return undefined;
  const ids = [...new Set([root, ...there?.members.map(({ id }) => id) ?? [], ...before.map(({ _id }) => customerId(_id))])];
  const [people, links, facts, unlinked, bars, events, emergencies] = await Promise.all([
    findAmong(tables.customer, '_id', ids), findAmong(tables.link, 'customer', ids), findAmong(tables.fact, 'customer', ids),
    findAmong(tables.unlinked, 'customer', ids), findAmong(tables.bar, 'customer', ids),
    tables.linkEvent.find(namesAny<EventDocument>(['customer', 'other'], ids)),
    tables.access.find({ 'record.kind': 'emergency', 'record.customer': anyOf(ids) }),
  ]);
  const [access, notes] = await Promise.all([
    findAmong(tables.access, 'request', emergencies.map(({ request }) => request)),
    links.length === 0 ? [] : tables.unlinked.find({ 'candidates.value': anyOf(links.map(({ value }) => value)) }),
  ]);
  const candidacies = notes.filter((note) => !ids.includes(note.customer) && note.candidates.some((name) => links.some((link) => sameName(link, name))));
  const ofKind = (kind: string): number => facts.filter(({ fact }) => fact.kind === kind).length;
  const counts: HeldCounts = {
    customers: people.length, links: links.length, consents: ofKind('consent'), objections: ofKind('objection'), restrictions: ofKind('restriction'),
    relations: ofKind('relation'), unlinked: unlinked.length, bars: bars.length, linkEvents: events.length, emergencies: access.length, candidacies: candidacies.length,
  };
  return {
    root, ids, counts, erasedAt: noted?.at, links,
    events: idsOf(events), access: idsOf(access), candidacies: idsOf(candidacies),
    relatives: [...new Set(events.flatMap(({ customer: one, other }) => (other === undefined ? [one] : [one, other])))].filter((id) => !ids.includes(id)),
  };
}

/** A link of somebody else that was found through a record of hers no longer says so. */
async function forgetBearers({ link }: Tables, { links, relatives }: Found): Promise<void> {
  const borne = (await findAmong(link, 'customer', relatives)).filter(({ from }) => from !== undefined && links.some((hers) => sameName(hers, from)));
  if (borne.length > 0) await link.updateAll({ _id: anyOf(idsOf(borne)) }, { $unset: { from: '' } } as object);
}

function namesAny<Document extends Stored>(fields: readonly string[], ids: readonly string[]): Filter<Document> {
  return { $or: fields.map((field) => ({ [field]: anyOf(ids) })) } as Filter<Document>;
}

function idsOf(documents: readonly Stored[]): readonly string[] {
  return documents.map(({ _id }) => _id);
}
