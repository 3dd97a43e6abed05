import type { CustomerId } from '../ids.ts';
import type { AccessRecord } from './access.ts';
import type { AuditRecord } from './audit-log.ts';
import type { Erased } from './erasure.ts';
import type { FactRecord } from './facts.ts';
import type { IssuedToken } from './issued-tokens.ts';
import type { Link, LinkName, Unlinked } from './links.ts';
import type { Revocation } from './revocations.ts';
import type { SigningKey } from './signing-keys.ts';
import type { LinkEvent } from './stewardship.ts';
import type { TrustedDocument } from './trusted-documents.ts';

/** One thing that a store keeps, in a form of no engine. */
export type ArchiveRecord =
  | { readonly kind: 'customer'; readonly id: CustomerId; readonly createdAt: number; readonly mergedInto: CustomerId | undefined }
  | ({ readonly kind: 'link'; readonly customer: CustomerId } & Link)
  | ({ readonly kind: 'unlinked' } & Unlinked)
  | ({ readonly kind: 'bar'; readonly customer: CustomerId } & LinkName)
  | ({ readonly kind: 'fact' } & FactRecord)
  | { readonly kind: 'linkEvent'; readonly event: LinkEvent }
  | { readonly kind: 'access'; readonly record: AccessRecord }
  | { readonly kind: 'auditEntry'; readonly entry: AuditRecord }
  | ({ readonly kind: 'revocation' } & Revocation)
  | ({ readonly kind: 'signingKey' } & SigningKey)
  | ({ readonly kind: 'issuedToken' } & IssuedToken)
  | ({ readonly kind: 'trustedDocument' } & TrustedDocument)
  | ({ readonly kind: 'erased' } & Erased);

/**
 * All that a store keeps, for backups and for moving to another engine. What of a quota is used up is not in it: it is of the moment.
 *
 * `records` gives everything in parts, customers before what is theirs; where the engine can, as of one moment: SQLite can,
 * MongoDB cannot. `restore` adds records of one part, which may be repeated after a crash: what is there already is left as it
 * is. It is for a store that `isEmpty` and that nobody uses meanwhile.
 */
export interface Archive {
  records(): AsyncIterable<readonly ArchiveRecord[]>;
  restore(records: readonly ArchiveRecord[]): Promise<void>;
  isEmpty(): Promise<boolean>;
}
