import type { GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from '../errors.ts';

const codes: Readonly<Record<ErrorCode, true>> = {
  UNAUTHENTICATED: true, UNAUTHORIZED_FIELD_OR_TYPE: true, PURPOSE_REQUIRED: true, PURPOSE_NOT_ALLOWED: true, COST_LIMIT_EXCEEDED: true,
  RATE_LIMITED: true, PERSISTED_QUERY_NOT_FOUND: true, PERSISTED_QUERY_NOT_IN_LIST: true, GRAPHQL_PARSE_FAILED: true,
  GRAPHQL_VALIDATION_FAILED: true, OPERATION_RESOLUTION_FAILURE: true, BAD_REQUEST: true, BAD_USER_INPUT: true,
  INTERNAL_SERVER_ERROR: true, SOURCE_TIMEOUT: true, SOURCE_UNAVAILABLE: true, SOURCE_RATE_LIMITED: true, SOURCE_MALFORMED: true,
};

/** What of an error's extensions was made for clients. */
const shown = ['code', 'reason', 'source', 'policies', 'argumentPath', 'requestId'] as const;

/** Lets out only errors that were made for clients; anything else is an INTERNAL_SERVER_ERROR that says nothing more. */
export function formatError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = formatted.extensions?.['code'];
  const known = typeof code === 'string' && Object.hasOwn(codes, code) && code !== 'INTERNAL_SERVER_ERROR';
  const extensions: Record<string, unknown> = {};
  for (const name of shown) {
    const value = formatted.extensions?.[name];
    if (value !== undefined && (known || name === 'requestId')) extensions[name] = value;
  }
  return {
    message: known ? formatted.message : 'Something went wrong here; the request id finds it in the log.',
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: known ? extensions : { ...extensions, code: 'INTERNAL_SERVER_ERROR' },
  };
}
