import type { AccessRegister } from './access.ts';
import type { Archive } from './archive.ts';
import type { AuditByCustomer } from './audit-by-customer.ts';
import type { AuditLog } from './audit-log.ts';
import type { Erasure } from './erasure.ts';
import type { FactLog } from './facts.ts';
import type { IssuedTokens } from './issued-tokens.ts';
import type { LinkStore } from './links.ts';
import type { Quotas } from './quotas.ts';
import type { Revocations } from './revocations.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { Stewardship } from './stewardship.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** What the gateway itself keeps, by role. `ping` rejects when the store cannot answer; `close` may be called twice. */
export interface Store {
  readonly links: LinkStore;
  readonly facts: FactLog;
  readonly access: AccessRegister;
  readonly stewardship: Stewardship;
  readonly revocations: Revocations;
  readonly signingKeys: SigningKeys;
  readonly issuedTokens: IssuedTokens;
  readonly quotas: Quotas;
  readonly trustedDocuments: TrustedDocuments;
  readonly audit: AuditLog;
  readonly auditByCustomer: AuditByCustomer;
  readonly erasure: Erasure;
  readonly archive: Archive;
  ping(): Promise<void>;
  close(): Promise<void>;
}
