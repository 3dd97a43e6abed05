import type { AuditLog } from './audit-log.ts';
import type { LinkStore } from './links.ts';

/** What the gateway itself keeps, by role. `ping` rejects when the store cannot answer; `close` may be called twice. */
export interface Store {
  readonly links: LinkStore;
  readonly audit: AuditLog;
  ping(): Promise<void>;
  close(): Promise<void>;
}
