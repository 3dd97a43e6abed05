import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication } from '../caller/caller.ts';
import { choosePurpose } from '../caller/purpose.ts';
import type { OpenContext } from './graphql-endpoint.ts';
import { sendError } from './send.ts';

/** Authenticates a request and reads its purpose. Without a good token it is answered with 401, and nothing else happens. */
export function contextOpener(deps: {
  readonly authenticate: (header: string | undefined) => Promise<Authentication>;
  readonly purposes: ReadonlySet<string>;
  /** The audiences that have a schema; a token for another one is as good as none. */
  readonly audiences: ReadonlySet<string>;
  readonly newId: () => string;
}): OpenContext {
  return async (request, response) => {
    const requestId = deps.newId();
    response.setHeader('x-request-id', requestId);
    const authentication = await deps.authenticate(request.headers.authorization);
    if (authentication.kind === 'refused' || !deps.audiences.has(authentication.caller.audience)) {
      const expired = authentication.kind === 'refused' && authentication.reason === 'expired';
      response.setHeader('www-authenticate', expired ? 'Bearer error="invalid_token", error_description="expired"' : 'Bearer');
      sendError(response, 401, 'UNAUTHENTICATED', expired ? 'The token has expired.' : 'A valid bearer token is required.');
      return undefined;
    }
    const { caller } = authentication;
    return { caller, purpose: choosePurpose(caller, headerOf(request, 'x-purpose'), deps.purposes), requestId, signal: goneSignal(response) };
  };
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Aborts when the connection closes before the answer was written. */
function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new Error('the client has gone'));
  });
  return controller.signal;
}
