import { hash } from 'node:crypto';
import type { AuditHead, AuditRecord } from '../store/audit-log.ts';
import { canonicalText } from './canonical.ts';
import { customersOf, purposeOf, type AuditEntry } from './entry.ts';
import type { AuditKey } from './keys.ts';

/** An entry and its text in canonical form. */
export interface Written {
  readonly entry: AuditEntry;
  readonly text: string;
}

/** Writes an entry down. Throws for what has no form in JSON, such as half a character. */
export function writeDown(entry: AuditEntry): Written {
  return { entry, text: canonicalText(entry) };
}

/** Makes the record of an entry: its place after `before`, or as the first of a chain, and the code that proves both. */
export function recordEntry({ entry, text }: Written, place: { readonly chain: string; readonly before: AuditHead | undefined; readonly key: AuditKey }): AuditRecord {
  const { chain, before, key } = place;
  const proven = {
    chain, seq: (before?.seq ?? 0) + 1, kind: entry.kind, at: entry.at, purpose: purposeOf(entry),
    key: key.id, previous: before?.mac ?? '', digest: digestOf(text),
  };
  return { ...proven, customers: customersOf(entry), mac: codeOf(proven, key), entry: text };
}

/** The code that a record should have, at its own place or at another one. Written in the order of the canonical form, which then costs nothing to make. */
export function codeOf(record: Omit<AuditRecord, 'customers' | 'mac' | 'entry'>, key: AuditKey): string {
  const { chain, seq, kind, at, purpose, key: keyId, previous, digest } = record;
  return key.code(JSON.stringify({ at, chain, digest, key: keyId, kind, previous, purpose, seq }));
}

/** SHA-256 of an entry's text, in hex. */
export function digestOf(text: string): string {
  return hash('sha256', text);
}
