import { unreachable } from '../../errors.ts';
import { customerId } from '../../ids.ts';
import type { Archive, ArchiveRecord } from '../archive.ts';
import {
  accessDocument, accessRecordOf, auditDocument, auditRecordOf, barDocument, erasedDocument, erasedOf, eventDocument, eventOf, factDocument, factOf, idOf, keyDocument,
  linkDocument, linkOf, signingKeyOf, tokenDocument, tokenOf, trustedDocument, trustedOf, unlinkedDocument, unlinkedOf,
  type AccessDocument, type AuditDocument, type BarDocument, type CustomerDocument, type ErasedDocument, type EventDocument, type FactDocument, type KeyDocument,
  type LinkDocument, type RevocationDocument, type TokenDocument, type TrustedStored, type UnlinkedDocument,
} from './documents.ts';
import type { Stored, Table } from './table.ts';
import type { Tables } from './tables.ts';

/** How many records travel together. */
const partSize = 1000;

type Parts = (size: number) => AsyncGenerator<readonly ArchiveRecord[]>;

/**
 * The archive of a MongoDB store. It is of no one moment: what is written while it is read may be in it or not, and of a change
 * that is made meanwhile some. A change that a crash cut short is in it as far as it came, without its event.
 */
export function openArchive(tables: Tables): Archive {
  const parts = partsOf(tables);
  return {
    async *records() {
      for (const part of parts) yield* part(partSize);
    },
    async restore(records) {
      const found = sorted(records);
      await tables.customer.insert(found.customer);
      await Promise.all([
        tables.link.insert(found.link), tables.unlinked.insert(found.unlinked), tables.bar.insert(found.bar), tables.fact.insert(found.fact), tables.linkEvent.insert(found.linkEvent),
        tables.access.insert(found.access), tables.auditEntry.insert(found.auditEntry), tables.revocation.insert(found.revocation),
        tables.signingKey.insert(found.signingKey), tables.issuedToken.insert(found.issuedToken), tables.erased.insert(found.erased),
        tables.trustedDocument.insert(found.trustedDocument),
      ]);
    },
    async isEmpty() {
      const first = await Promise.all(parts.map((part) => part(1).next()));
      return first.every(({ done }) => done === true);
    },
  };
}

/** Customers first: all else that names one refers to them. */
function partsOf(tables: Tables): readonly Parts[] {
  return [
    eachOf(tables.customer, ({ _id, createdAt, mergedInto }) => ({ kind: 'customer', id: customerId(_id), createdAt, mergedInto: mergedInto ?? undefined })),
    eachOf(tables.link, (link) => ({ kind: 'link', customer: link.customer, ...linkOf(link) })),
    eachOf(tables.unlinked, (unlinked) => ({ kind: 'unlinked', ...unlinkedOf(unlinked) })),
    eachOf(tables.bar, ({ customer, namespace, value }) => ({ kind: 'bar', customer, namespace, value })),
    eachOf(tables.fact, (fact) => ({ kind: 'fact', ...factOf(fact) })),
    eachOf(tables.linkEvent, (event) => ({ kind: 'linkEvent', event: eventOf(event) })),
    eachOf(tables.access, (access) => ({ kind: 'access', record: accessRecordOf(access) })),
    eachOf(tables.auditEntry, (entry) => ({ kind: 'auditEntry', entry: auditRecordOf(entry) })),
    eachOf(tables.revocation, ({ issuer, token, at, actor }) => ({ kind: 'revocation', issuer, id: token, at, actor })),
    eachOf(tables.signingKey, (key) => ({ kind: 'signingKey', ...signingKeyOf(key) })),
    eachOf(tables.issuedToken, (token) => ({ kind: 'issuedToken', ...tokenOf(token) })),
    eachOf(tables.trustedDocument, (document) => ({ kind: 'trustedDocument', ...trustedOf(document) })),
    eachOf(tables.erased, (erased) => ({ kind: 'erased', ...erasedOf(erased) })),
  ];
}

function eachOf<Document extends Stored>(table: Table<Document>, recordOf: (document: Document) => ArchiveRecord): Parts {
  return async function* parts(size) {
    for await (const documents of table.pages(size)) yield documents.map(recordOf);
  };
}

interface Sorted {
  readonly customer: CustomerDocument[];
  readonly link: LinkDocument[];
  readonly unlinked: UnlinkedDocument[];
  readonly bar: BarDocument[];
  readonly fact: FactDocument[];
  readonly linkEvent: EventDocument[];
  readonly access: AccessDocument[];
  readonly auditEntry: AuditDocument[];
  readonly revocation: RevocationDocument[];
  readonly signingKey: KeyDocument[];
  readonly issuedToken: TokenDocument[];
  readonly trustedDocument: TrustedStored[];
  readonly erased: ErasedDocument[];
}

function sorted(records: readonly ArchiveRecord[]): Sorted {
  const all: Sorted = { customer: [], link: [], unlinked: [], bar: [], fact: [], linkEvent: [], access: [], auditEntry: [], revocation: [], signingKey: [], issuedToken: [], trustedDocument: [], erased: [] };
  for (const record of records) sortInto(all, record);
  return all;
}

function sortInto(all: Sorted, record: ArchiveRecord): number {
  switch (record.kind) {
    case 'customer':
      return all.customer.push({ _id: record.id, createdAt: record.createdAt, mergedInto: record.mergedInto ?? null });
    case 'link':
      return all.link.push(linkDocument(record.customer, record, { first: record.firstSeenAt, last: record.lastSeenAt }));
    case 'unlinked':
      return all.unlinked.push(unlinkedDocument(record));
    case 'bar':
      return all.bar.push(barDocument(record.customer, record));
    case 'fact':
      return all.fact.push(factDocument(record));
    case 'linkEvent':
      return all.linkEvent.push(eventDocument(record.event));
    case 'access':
      return all.access.push(accessDocument(record.record));
    case 'auditEntry':
      return all.auditEntry.push(auditDocument(record.entry));
    case 'revocation':
      return all.revocation.push({ _id: idOf(record.issuer, record.id), issuer: record.issuer, token: record.id, at: record.at, actor: record.actor });
    case 'signingKey':
      return all.signingKey.push(keyDocument(record));
    case 'issuedToken': {
      const { kind: _, ...token } = record;
      return all.issuedToken.push(tokenDocument(token));
    }
    case 'trustedDocument':
      return all.trustedDocument.push(trustedDocument(record));
    case 'erased':
      return all.erased.push(erasedDocument(record));
    default:
      return unreachable(record);
  }
}
