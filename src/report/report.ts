import type { Coordinate, SourceName } from '../ids.ts';

/** Why something could not be told. */
export const gapReasons = ['DENIED', 'MASKED', 'TIMEOUT', 'UNAVAILABLE', 'MALFORMED', 'STALE', 'NOT_LINKED', 'BOUND', 'NOT_SELECTABLE'] as const;
export type GapReason = (typeof gapReasons)[number];

/** One value with its origin. Times are RFC 3339. */
export interface ReportValue {
  readonly field: Coordinate;
  /** Where it stands below the customer: `invoices.3.totalAmount`. */
  readonly path: string;
  readonly dataClass: string;
  /** As text: decimal, `true` or `false`, the name of an enum's member. */
  readonly value: string;
  /** A scalar or an enum of the schema. */
  readonly type: string;
  /** Of an amount of money, its ISO 4217 code. */
  readonly currency: string | null;
  readonly inferred: boolean;
  readonly mask: string | null;
  /** Null for what the gateway itself keeps. */
  readonly source: string | null;
  readonly readAt: string | null;
}

/** Values that belong together: the customer's own, a part of her data, or one of a list. */
export interface ReportRecord {
  /** Empty for the customer's own values. */
  readonly path: string;
  readonly field: Coordinate | null;
  readonly type: string;
  /** The path of the record that it lies in, where that is not the customer. */
  readonly within: string | null;
  readonly remoteId: string | null;
  readonly createdAt: string | null;
  readonly changedAt: string | null;
  readonly stale: boolean;
  readonly values: readonly ReportValue[];
}

export interface ReportSection {
  readonly dataClass: string;
  readonly records: readonly ReportRecord[];
}

/** Something that could not be told. */
export interface ReportGap {
  /** Null for a whole source. */
  readonly field: Coordinate | null;
  readonly source: string | null;
  readonly reason: GapReason;
  /** Of what was denied, why. */
  readonly detail: string | null;
  readonly places: number;
}

export interface ReportPurpose {
  readonly key: string;
  readonly description: string;
  readonly legalBasis: string;
  readonly owner: string;
  readonly dataClasses: readonly string[];
  readonly recipients: readonly string[];
  readonly retention: string | null;
}

/** That another company was given data of hers. Times are RFC 3339. */
export interface ReportDisclosure {
  /** By the name of its audience. */
  readonly recipient: string;
  readonly purposes: readonly string[];
  /** Data classes of which something was given as it is. */
  readonly disclosed: readonly string[];
  /** Data classes of which something was given masked. */
  readonly masked: readonly string[];
  /** What was given of fields that the schema no longer has. */
  readonly formerFields: readonly Coordinate[];
  readonly times: number;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
}

export interface ReportSource {
  readonly key: string;
  readonly kind: string;
  readonly owner: string | null;
  readonly region: string | null;
  /** The worst of its answers; null where nothing was asked of it. */
  readonly status: string | null;
}

/** What a customer may demand, with its article in the GDPR. */
export const dataSubjectRights = [
  { right: 'RECTIFICATION', article: 'Art. 16' },
  { right: 'ERASURE', article: 'Art. 17' },
  { right: 'RESTRICTION', article: 'Art. 18' },
  { right: 'PORTABILITY', article: 'Art. 20' },
  { right: 'OBJECTION', article: 'Art. 21' },
  { right: 'WITHDRAWAL', article: 'Art. 7(3)' },
  { right: 'HUMAN_DECISION', article: 'Art. 22' },
  { right: 'COMPLAINT', article: 'Art. 77' },
] as const;
export type DataSubjectRight = (typeof dataSubjectRights)[number]['right'];

/** All that is held on one customer (GDPR Art. 15), as `AccessReport` of the schema has it. It knows no language: names are those of the schema. */
export interface AccessReport {
  readonly customer: string;
  readonly madeAt: string;
  /** The language to address her in, where it is known. */
  readonly language: string | null;
  readonly complete: boolean;
  readonly purposes: readonly ReportPurpose[];
  readonly disclosures: readonly ReportDisclosure[];
  readonly sources: readonly ReportSource[];
  readonly data: readonly ReportSection[];
  readonly notFetched: readonly ReportGap[];
  readonly rights: readonly { readonly right: DataSubjectRight; readonly article: string }[];
}

/** What a report says of sources, as whoever makes it knows them. */
export type KnownSource = Omit<ReportSource, 'status' | 'key'> & { readonly key: SourceName };
