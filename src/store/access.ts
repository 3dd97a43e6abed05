/** Who asks for access: the issuer and the subject of her tokens. */
export interface Holder {
  readonly issuer: string;
  readonly subject: string;
}

interface Common {
  readonly id: string;
  /** The request that it is about; of a request itself, its own id. */
  readonly request: string;
  readonly holder: Holder;
  /** When the time that was asked for is over, in milliseconds; the same of all records of one request. */
  readonly ends: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Who did it, in one text. */
  readonly actor: string;
}

/** That somebody asks to read fields for a purpose. */
export interface AccessRequested extends Common {
  readonly kind: 'requested';
  readonly fields: readonly string[];
  readonly purpose: string;
  readonly reason: string;
}

/** That somebody else says yes: to these fields, until then. */
export interface AccessApproved extends Common {
  readonly kind: 'approved';
  readonly fields: readonly string[];
  readonly until: number;
  readonly note: string | undefined;
}

/** That somebody says no, takes back a yes, or has looked at what an emergency was used for. */
export interface AccessNoted extends Common {
  readonly kind: 'refused' | 'revoked' | 'reviewed';
  readonly note: string;
}

/** That somebody opens by her own word, for minutes, what policies let an emergency open of one customer. */
export interface Emergency extends Common {
  readonly kind: 'emergency';
  readonly customer: string;
  readonly purpose: string;
  readonly reason: string;
}

export type AccessRecord = AccessRequested | AccessApproved | AccessNoted | Emergency;

/** Which records are wanted; all that is given has to fit. */
export interface AccessQuery {
  readonly holder?: Holder;
  readonly request?: string;
  /** Requests whose time is over later than this. */
  readonly endsAfter?: number;
}

/**
 * Who asked for access to what, and what became of it. Records are only ever added.
 *
 * What `append` has fulfilled, the next read of any process sees; a record with an id that is there already changes nothing.
 * `read` gives records in the order of their times, of one moment by id.
 */
export interface AccessRegister {
  append(record: AccessRecord): Promise<void>;
  read(query: AccessQuery): Promise<readonly AccessRecord[]>;
}
