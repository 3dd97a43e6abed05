import type { Caller } from '../caller/caller.ts';

interface Common {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A process begins a chain. */
export interface Opened extends Common {
  readonly kind: 'opened';
  /** What the process is: `serve`, or a command. */
  readonly process: string;
}

/** A process ends its chain, so that nothing may come after it. */
export interface Closed extends Common {
  readonly kind: 'closed';
}

/** What is told of customers, all of whom the same is told of. Fields are named, never their values. */
export interface Told {
  readonly customers: readonly string[];
  readonly permitted: readonly string[];
  readonly masked: readonly { readonly field: string; readonly mask: string }[];
  readonly denied: readonly { readonly field: string; readonly reason: string }[];
}

/** A consent that was in force and without which less would have been told. */
export interface ReliedOn {
  readonly customer: string;
  readonly purpose: string;
  readonly source: string;
  /** The record in the gateway; a source that is the authority has its own. */
  readonly record: string | undefined;
  /** When it was collected. */
  readonly at: number;
}

/** What is about to be disclosed, on record before the response. Without an outcome it counts as disclosed. */
export interface Disclosure extends Common {
  readonly kind: 'disclosure';
  readonly requestId: string;
  /** A customer's own subject stands here as its pseudonym. */
  readonly caller: Pick<Caller, 'issuer' | 'subject' | 'kind' | 'audience' | 'roles' | 'actor' | 'tokenId'>;
  readonly purpose: string;
  readonly legalBasis: string;
  /** The hash is of the document without the values that are written into it. */
  readonly operation: { readonly kind: string; readonly name: string | undefined; readonly sha256: string };
  /** What was asked of the gateway itself. */
  readonly asked: Omit<Told, 'customers'>;
  readonly told: readonly Told[];
  readonly consents: readonly ReliedOn[];
  /** The requests for access in force for the caller and the purpose, by their ids; emergencies included. */
  readonly access: readonly string[];
  /** Customers of whom the caller had stated an emergency. */
  readonly emergencies: readonly string[];
  /** Customers who were named and may not be seen. */
  readonly refused: readonly string[];
  readonly policyVersion: string;
}

/** How disclosures ended that were for one purpose and ended alike. */
export interface Outcome extends Common {
  readonly kind: 'outcome';
  /** Their ids. */
  readonly disclosures: readonly string[];
  readonly purpose: string;
  readonly sources: readonly { readonly source: string; readonly status: string }[];
}

/** Something that a person did to the gateway itself, outside of a request. */
export interface Administration extends Common {
  readonly kind: 'administration';
  readonly actor: string;
  /** Like `token.revoke`. */
  readonly action: string;
  /** What it was done to and how it ended; no data of customers. */
  readonly about: Readonly<Record<string, string | number | boolean>>;
}

/** What became of a request for access; on record before it holds. */
export interface AccessChanged extends Common {
  readonly kind: 'access';
  readonly step: 'requested' | 'approved' | 'refused' | 'revoked' | 'reviewed';
  /** Undefined of a command. */
  readonly requestId: string | undefined;
  /** The request for access by which it can be looked up. */
  readonly access: string;
  /** Who has asked, by her token. */
  readonly issuer: string;
  readonly subject: string;
  /** Who did it, in one text. */
  readonly actor: string;
  readonly purpose: string;
  /** Of an emergency, whose data it has opened. */
  readonly customer: string | undefined;
  /** What is asked for, given, or was in force. */
  readonly fields: readonly string[];
  readonly until: number;
  /** What proves the words that the request keeps of it. */
  readonly said: string | undefined;
}

/** That somebody has opened data of one customer by stating an emergency; on record before it opens anything. */
export interface EmergencyStated extends Common {
  readonly kind: 'emergency';
  /** Undefined of a command. */
  readonly requestId: string | undefined;
  /** The request for access by which it can be looked up, with its reason. */
  readonly access: string;
  readonly issuer: string;
  readonly subject: string;
  readonly purpose: string;
  readonly customer: string;
  readonly until: number;
  /** What proves the justification. */
  readonly said: string;
}

/** What is taken out of the trail because it was kept for as long as it had to be; on record before it is done. */
export interface Retention extends Common {
  readonly kind: 'retention';
  readonly actor: string;
  /** Days, by purpose; `default` for all others. */
  readonly days: Readonly<Record<string, number>>;
  /** Chains that now begin after this entry. */
  readonly dropped: readonly { readonly chain: string; readonly seq: number; readonly mac: string }[];
  /** Entries that now say nothing. */
  readonly erased: readonly { readonly chain: string; readonly from: number; readonly to: number }[];
}

export type AuditEntry = Opened | Closed | Disclosure | Outcome | AccessChanged | EmergencyStated | Administration | Retention;

/** An entry before it has its id and its time. */
export type NewEntry = AuditEntry extends infer Entry ? (Entry extends AuditEntry ? Omit<Entry, 'id' | 'at'> : never) : never;

/** Whom an entry is about. */
export function customersOf(entry: AuditEntry): readonly string[] {
  if (entry.kind === 'emergency' || entry.kind === 'access') return entry.customer === undefined ? [] : [entry.customer];
  return entry.kind === 'disclosure' ? [...new Set([...entry.told.flatMap(({ customers }) => customers), ...entry.refused])] : [];
}

/** For what the entry says that data was used. */
export function purposeOf(entry: AuditEntry): string | undefined {
  return 'purpose' in entry ? entry.purpose : undefined;
}
