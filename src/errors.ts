const sourceErrorCodes = ['SOURCE_TIMEOUT', 'SOURCE_UNAVAILABLE', 'SOURCE_RATE_LIMITED', 'SOURCE_MALFORMED'] as const;

/** What can go wrong with a source. */
export type SourceErrorCode = (typeof sourceErrorCodes)[number];

/** Every error code a client can meet. The list is closed: errors are told apart by code, never by message. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'UNAUTHORIZED_FIELD_OR_TYPE',
  'PURPOSE_REQUIRED',
  'PURPOSE_NOT_ALLOWED',
  'COST_LIMIT_EXCEEDED',
  'RATE_LIMITED',
  'OVERLOADED',
  'STORE_UNAVAILABLE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_IN_LIST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'INTERNAL_SERVER_ERROR',
  ...sourceErrorCodes,
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** Where the fault of a failed source call lies: with the source, or with what was asked of it. */
export type SourceFault = 'source' | 'request';

/**
 * A call to a source that gave no usable answer.
 *
 * The message is for operators: it may name addresses and statuses, and never reaches a client. `fault: 'request'`
 * says that the source refused what was asked (a 400, a 422), so asking again is useless and asking with fewer keys
 * may help. `retryAfter` is in milliseconds, as the source stated it.
 */
export class SourceError extends Error {
  readonly code: SourceErrorCode;
  readonly source: string;
  readonly fault: SourceFault;
  readonly retryAfter: number | undefined;

  constructor(facts: {
    readonly code: SourceErrorCode;
    readonly source: string;
    readonly message: string;
    readonly fault?: SourceFault;
    readonly retryAfter?: number | undefined;
    readonly cause?: unknown;
  }) {
    super(facts.message, { cause: facts.cause });
    this.name = 'SourceError';
    this.code = facts.code;
    this.source = facts.source;
    this.fault = facts.fault ?? 'source';
    this.retryAfter = facts.retryAfter;
  }
}

/** An error made for clients: its code and message may leave the process as they are. */
export class ClientError extends Error {
  readonly code: ErrorCode;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, extensions: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'ClientError';
    this.code = code;
    this.extensions = extensions;
  }
}

/** The store could not do what was asked; whether it was done is not known. Says nothing of what was asked, so it may be logged. */
export class StoreFailure extends Error {
  /** The server's number for the failure, where it gave one. */
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(message);
    this.name = 'StoreFailure';
    this.code = code;
  }
}

/** SQLite's results for a file that cannot be read or written at the moment: busy, locked, no memory, read only, I/O, corrupt, full, cannot be opened, no database. */
const unavailable: ReadonlySet<number> = new Set([5, 6, 7, 8, 10, 11, 13, 14, 26]);

/** True where the store could not do its work: its servers are gone, its disk is full. A fault in what it was asked is another matter. */
export function isStoreFailure(error: unknown): boolean {
  if (error instanceof StoreFailure) return true;
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR' || !('errcode' in error)) return false;
  // The upper bits tell more of the same.
  return unavailable.has(Number(error.errcode) & 0xff);
}

/** Ends a `switch` over a tagged union; the compiler refuses it while a variant is left out. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
