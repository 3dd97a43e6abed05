import { SourceError, type SourceErrorCode } from '../../errors.ts';

/** The cause of failures that the guards made themselves, so that they are not taken for the source's. */
class OwnDoing extends Error {}

/** A failure for which the source is not to blame: it is neither retried nor counted against it. */
export function ownFailure(facts: {
  readonly source: string;
  readonly message: string;
  readonly code?: SourceErrorCode;
  readonly cause?: unknown;
}): SourceError {
  const { source, message, code = 'SOURCE_UNAVAILABLE', cause } = facts;
  return new SourceError({ code, source, message, cause: new OwnDoing(message, { cause }) });
}

/** Whether a failure was made by the guards and not by the source. */
export function isOwnFailure(error: unknown): boolean {
  return error instanceof SourceError && error.cause instanceof OwnDoing;
}
