import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication, Caller } from '../caller/caller.ts';
import { choosePurpose, type KnownPurposes } from '../caller/purpose.ts';
import type { OpenContext } from './graphql-endpoint.ts';
import { sendError } from './send.ts';

/**
 * Authenticates a request and reads its purpose. Without a good token, or with one that was revoked, it is answered with 401;
 * where the store cannot say whether it was, with 503. Then nothing else happens.
 */
export function contextOpener(deps: {
  readonly authenticate: (header: string | undefined) => Promise<Authentication>;
  readonly purposes: KnownPurposes;
  /** The audiences that have a schema; a token for another one is as good as none. */
  readonly audiences: ReadonlySet<string>;
  readonly isRevoked: (token: { readonly issuer: string; readonly id: string }) => Promise<boolean>;
  readonly newId: () => string;
  readonly onFailure: (error: unknown, requestId: string) => void;
}): OpenContext {
  const refuse = (response: ServerResponse, reason: 'expired' | 'invalid'): undefined => {
    const expired = reason === 'expired';
    response.setHeader('www-authenticate', expired ? 'Bearer error="invalid_token", error_description="expired"' : 'Bearer');
    sendError(response, 401, 'UNAUTHENTICATED', expired ? 'The token has expired.' : 'A valid bearer token is required.');
  };
  const isRevoked = async ({ issuer, tokenId }: Caller): Promise<boolean> => tokenId !== undefined && deps.isRevoked({ issuer, id: tokenId });

  return async (request, response) => {
    const requestId = deps.newId();
    response.setHeader('x-request-id', requestId);
    const authentication = await deps.authenticate(headerOf(request, 'authorization'));
    if (authentication.kind === 'refused') return refuse(response, authentication.reason === 'expired' ? 'expired' : 'invalid');
    const { caller } = authentication;
    if (!deps.audiences.has(caller.audience)) return refuse(response, 'invalid');
    try {
      if (await isRevoked(caller)) return refuse(response, 'invalid');
    } catch (error) {
      deps.onFailure(error, requestId);
      sendError(response, 503, 'INTERNAL_SERVER_ERROR', 'The gateway cannot check tokens at the moment; the request id finds it in the log.', { requestId });
      return undefined;
    }
    const purpose = choosePurpose(caller, headerOf(request, 'x-purpose'), deps.purposes);
    return { caller, purpose, optOut: optedOut(caller, headerOf(request, 'sec-gpc')), requestId, signal: goneSignal(response) };
  };
}

/**
 * A header's value; of one that was sent twice, both, which is no value that anything here accepts. Of some headers
 * `request.headers` has only the first, while what stands before the gateway may have gone by the last.
 */
function headerOf(request: IncomingMessage, name: string): string | undefined {
  return request.headersDistinct[name]?.join(', ');
}

/** Global Privacy Control: exactly `1` is a signal, and only of the person herself; a program's header says nothing of a customer. */
function optedOut({ kind }: Caller, header: string | undefined): boolean {
  return kind === 'customer' && header === '1';
}

/** Aborts when the connection closes before the answer was written. */
function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new Error('the client has gone'));
  });
  return controller.signal;
}
