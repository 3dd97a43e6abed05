import { SourceError, type SourceErrorCode } from '../errors.ts';
import type { SourceName } from '../ids.ts';

interface More {
  readonly fault?: 'request';
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** Makes the errors of one source. Messages name operations and statuses, never a customer's key or data. */
export type Fail = (code: SourceErrorCode, message: string, more?: More) => SourceError;

/** The errors of the source of this name. */
export function failuresOf(source: SourceName): Fail {
  return (code, message, more = {}) => new SourceError({ code, source, message, ...more });
}
