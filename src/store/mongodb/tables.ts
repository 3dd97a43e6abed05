import type { Db } from 'mongodb';
import type {
  AccessDocument, AuditDocument, BarDocument, CustomerDocument, DraftDocument, ErasedDocument, EventDocument, FactDocument, GrantDocument, KeyDocument, KeyUseDocument,
  LinkDocument, RevocationDocument, TokenDocument, TrustedStored, UnlinkedDocument,
} from './documents.ts';
import type { Within } from './failure.ts';
import { openTable, type Stored, type Table } from './table.ts';

/** The collections of the store. */
export interface Tables {
  readonly customer: Table<CustomerDocument>;
  readonly link: Table<LinkDocument>;
  readonly unlinked: Table<UnlinkedDocument>;
  readonly bar: Table<BarDocument>;
  readonly fact: Table<FactDocument>;
  readonly linkEvent: Table<EventDocument>;
  readonly draft: Table<DraftDocument>;
  readonly access: Table<AccessDocument>;
  readonly auditEntry: Table<AuditDocument>;
  readonly revocation: Table<RevocationDocument>;
  readonly signingKey: Table<KeyDocument>;
  readonly issuedToken: Table<TokenDocument>;
  readonly keyUse: Table<KeyUseDocument>;
  readonly quotaGrant: Table<GrantDocument>;
  readonly trustedDocument: Table<TrustedStored>;
  readonly erased: Table<ErasedDocument>;
}

/** Opens the store's collections; each comes to be when its first document or index does. */
export function openTables(db: Db, within: Within, timeout: number): Tables {
  const table = <Document extends Stored>(name: string): Table<Document> => openTable(db.collection<Document>(name), within, timeout);
  return {
    customer: table('customer'),
    link: table('link'),
    unlinked: table('unlinked'),
    bar: table('bar'),
    fact: table('fact'),
    linkEvent: table('link_event'),
    draft: table('link_change_begun'),
    access: table('access'),
    auditEntry: table('audit_entry'),
    revocation: table('revocation'),
    signingKey: table('signing_key'),
    issuedToken: table('issued_token'),
    keyUse: table('signing_key_use'),
    quotaGrant: table('quota_grant'),
    trustedDocument: table('trusted_document'),
    erased: table('erased'),
  };
}
