import type { GraphQLFormattedError } from 'graphql';
import { errorCodes } from '../errors.ts';

const codes: ReadonlySet<unknown> = new Set(errorCodes);

/** What of an error's extensions was made for clients. */
const shown = ['code', 'reason', 'source', 'policies', 'ask', 'requestAccess', 'breakGlass', 'fields', 'argumentPath', 'limit', 'got', 'allowed', 'requestId'] as const;

/** Lets out only errors that were made for clients; anything else is an INTERNAL_SERVER_ERROR that says nothing more. */
export function formatError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = formatted.extensions?.['validationErrorCode'] ?? formatted.extensions?.['code'];
  const known = codes.has(code) && code !== 'INTERNAL_SERVER_ERROR';
  const extensions: Record<string, unknown> = {};
  for (const name of shown) {
    const value = formatted.extensions?.[name];
    if (value !== undefined && (known || name === 'requestId')) extensions[name] = value;
  }
  return {
    message: known ? formatted.message : 'Something went wrong here; the request id finds it in the log.',
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: known ? { ...extensions, code } : { ...extensions, code: 'INTERNAL_SERVER_ERROR' },
  };
}
