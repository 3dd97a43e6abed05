import type { AuditRecord } from '../store/audit-log.ts';
import { customersOf, type AuditEntry } from './entry.ts';
import type { AuditKeys } from './keys.ts';
import { codeOf, digestOf } from './record.ts';

/** What one record proves by itself, whatever stands around it. */
export type Proof =
  | { readonly kind: 'proven'; readonly entry: AuditEntry }
  /** It is genuine and says nothing. */
  | { readonly kind: 'emptied' }
  | { readonly kind: 'wrong code' }
  | { readonly kind: 'edited' | 'unproven'; readonly detail: string };

/** Proves that a record is as it was written, at its place. */
export function proveRecord(record: AuditRecord, keys: AuditKeys): Proof {
  const key = keys.find(record.key);
  if (key === undefined) return { kind: 'unproven', detail: `its key "${record.key}" is not among the configured ones` };
  if (codeOf(record, key) !== record.mac) return { kind: 'wrong code' };
  if (record.entry === undefined) return record.customers.length === 0 ? { kind: 'emptied' } : { kind: 'edited', detail: 'it says nothing and is found under customers' };
  if (digestOf(record.entry) !== record.digest) return { kind: 'edited', detail: 'what it says is not what was written' };
  const entry = JSON.parse(record.entry) as AuditEntry;
  if (customersOf(entry).toSorted().join() !== record.customers.toSorted().join()) return { kind: 'edited', detail: 'it is found under other customers than it names' };
  return { kind: 'proven', entry };
}
