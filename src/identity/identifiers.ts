import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Row } from '../connectors/connector.ts';
import type { IdentifierName } from '../config/gateway-file.ts';
import type { SourceSettings } from '../config/source-file.ts';
import { keyOf as textOf } from '../connectors/row.ts';
import type { LinkMethod } from '../store/links.ts';

/** What one record says of its customer's names, normalised. */
export type Identifiers = ReadonlyMap<IdentifierName, { readonly value: string; readonly verified: boolean }>;

/** The stored word for a link that rests on an identifier. */
export const methodOf: Readonly<Record<IdentifierName, LinkMethod>> = { number: 'NUMBER', email: 'EMAIL', phone: 'PHONE' };

/** True for the namespace of an identifier; any other is a source's or a token issuer's. */
export function isIdentifier(namespace: string): boolean {
  return Object.hasOwn(methodOf, namespace);
}

/** The spelling under which two values of an identifier are the same; undefined for what cannot be one. */
export function normalise(name: IdentifierName, value: string): string | undefined {
  switch (name) {
    case 'number':
      return value.trim() || undefined;
    case 'email': {
      // The part before the @ is compared without case too: no mail provider in use tells people apart by it.
      const email = value.trim().toLowerCase();
      return /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined;
    }
    case 'phone':
      return parsePhoneNumberFromString(value)?.number;
  }
}

/** The paths that have to be asked for to know a record's identifiers. */
export function identifierFields(source: Pick<SourceSettings, 'identity'>): readonly string[] {
  const paths = [...source.identity.identifiers.values()].flatMap(({ from, verified }) => (typeof verified === 'string' ? [from, verified] : [from]));
  return [...new Set(paths)].sort();
}

/** Reads a record's identifiers. One that the source does not say to be verified is not, but for the unique number. */
export function identifiersOf(source: Pick<SourceSettings, 'identity'>, row: Row): Identifiers {
  const found = new Map<IdentifierName, { value: string; verified: boolean }>();
  for (const [name, { from, verified }] of source.identity.identifiers) {
    const text = textOf(row.values[from]);
    const value = text === undefined ? undefined : normalise(name, text);
    const sure = name === 'number' || verified === true || (verified !== undefined && says(row.values[verified]));
    if (value !== undefined) found.set(name, { value, verified: sure });
  }
  return found;
}

/** True when two records may be of one customer: a unique identifier that both have must not differ. */
export function compatible(one: Identifiers, other: Identifiers): boolean {
  const a = one.get('number');
  const b = other.get('number');
  return a === undefined || b === undefined || a.value === b.value;
}

/** True for what plainly says yes, or when: a time, or a count of one or more. Whatever else a source writes there is no yes. */
function says(value: unknown): boolean {
  if (typeof value === 'string') return /^(true|t|yes|y|[1-9]\d*)$/i.test(value.trim()) || /^\d{4}-\d\d-\d\d/.test(value);
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  return value === true || ((typeof value === 'number' || typeof value === 'bigint') && value >= 1);
}
