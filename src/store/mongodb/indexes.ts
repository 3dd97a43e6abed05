import type { Db } from 'mongodb';

interface Index {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly unique?: true;
}

/** What the store looks for and sorts by, beside ids. The unique one lets a member have one key a source. */
const indexes: readonly Index[] = [
  { collection: 'link', fields: ['customer', 'slot'], unique: true },
  { collection: 'customer', fields: ['mergedInto'] },
  { collection: 'unlinked', fields: ['notedAt', 'customer', 'source'] },
  { collection: 'unlinked', fields: ['customer'] },
  { collection: 'unlinked', fields: ['candidates.value'] },
  { collection: 'bar', fields: ['customer'] },
  { collection: 'fact', fields: ['customer'] },
  { collection: 'link_event', fields: ['customer'] },
  { collection: 'link_event', fields: ['other'] },
  { collection: 'access', fields: ['issuer', 'subject', 'ends'] },
  { collection: 'access', fields: ['request'] },
  { collection: 'erased', fields: ['root'] },
  { collection: 'audit_entry', fields: ['at'] },
  { collection: 'audit_entry', fields: ['customers', 'at', '_id'] },
  { collection: 'audit_entry', fields: ['kind'] },
  { collection: 'audit_entry', fields: ['chain', 'seq'] },
  { collection: 'signing_key', fields: ['issuer'] },
  { collection: 'signing_key_use', fields: ['key', 'until'] },
  { collection: 'quota_grant', fields: ['quota', 'period', 'end'] },
  { collection: 'issued_token', fields: ['issuer', 'token'] },
  { collection: 'trusted_document', fields: ['audience', 'hash'] },
  { collection: 'trusted_document', fields: ['audience', 'document'] },
];

/** Makes the indexes that are not there, one after the other: FerretDB breaks off several at once of which some are there. */
export async function createIndexes(db: Db): Promise<void> {
  for (const { collection, fields, unique } of indexes) {
    await db.collection(collection).createIndex(Object.fromEntries(fields.map((field) => [field, 1])), unique === undefined ? {} : { unique }, undefined);
  }
}
