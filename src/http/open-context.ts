import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication, Caller, OwnToken } from '../caller/caller.ts';
import { choosePurpose, type KnownPurposes } from '../caller/purpose.ts';
import type { Notes } from '../operation/notes.ts';
import type { Limiter } from '../tokens/limiter.ts';
import type { OpenContext } from './graphql-endpoint.ts';
import { requestIdOf } from './request-id.ts';
import { sendError } from './send.ts';
import { sendStoreUnavailable } from './store-unavailable.ts';

/**
 * Authenticates a request and reads its purpose. Without a good token, or with one that was revoked, it is answered with 401; beyond
 * the limits of its token with 429; where the store cannot say, with 503. Then nothing else happens.
 */
export function contextOpener(deps: {
  readonly authenticate: (header: string | undefined) => Promise<Authentication>;
  readonly purposes: KnownPurposes;
  /** The audiences that have a schema; a token for another one is as good as none. */
  readonly audiences: ReadonlySet<string>;
  /** Counts the request. It comes before all that asks the store: a flood must cost no more than its signatures. */
  readonly admit: Limiter;
  readonly isRevoked: (caller: Caller, own: OwnToken | undefined) => Promise<boolean>;
  /** The same as of some seconds ago, at next to no cost. */
  readonly isRevokedOfLate: (caller: Caller, own: OwnToken | undefined) => Promise<boolean>;
  readonly onFailure: (error: unknown, requestId: string) => void;
  /** The notes on a request; undefined where none are taken. */
  readonly notesOf?: ((response: ServerResponse) => Notes | undefined) | undefined;
}): OpenContext {
  const refuse = (response: ServerResponse, reason: 'expired' | 'invalid'): undefined => {
    const expired = reason === 'expired';
    response.setHeader('www-authenticate', expired ? 'Bearer error="invalid_token", error_description="expired"' : 'Bearer');
    sendError(response, 401, 'UNAUTHENTICATED', expired ? 'The token has expired.' : 'A valid bearer token is required.');
  };
  const authorized = async (request: IncomingMessage, response: ServerResponse): Promise<Caller | undefined> => {
    const authentication = await deps.authenticate(headerOf(request, 'authorization'));
    if (authentication.kind === 'refused') return refuse(response, authentication.reason === 'expired' ? 'expired' : 'invalid');
    const { caller, own } = authentication;
    if (!deps.audiences.has(caller.audience)) return refuse(response, 'invalid');
    const { admitted, headers } = await deps.admit(caller, own);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (!admitted) {
      // Who waits for better times with a token that was taken back would wait in vain.
      if (await deps.isRevokedOfLate(caller, own)) return refuse(response, 'invalid');
      sendError(response, 429, 'RATE_LIMITED', 'There were more requests with this token than it may make; Retry-After tells in how many seconds it may ask again.');
      return undefined;
    }
    return await deps.isRevoked(caller, own) ? refuse(response, 'invalid') : caller;
  };

  return async (request, response) => {
    const requestId = requestIdOf(response);
    const notes = deps.notesOf?.(response);
    let caller: Caller | undefined;
    try {
      caller = await authorized(request, response);
    } catch (error) {
      deps.onFailure(error, requestId);
      sendStoreUnavailable(response, requestId);
      return undefined;
    }
    if (caller === undefined) return undefined;
    if (notes !== undefined) notes.caller = caller;
    const purpose = choosePurpose(caller, headerOf(request, 'x-purpose'), deps.purposes);
    return { caller, purpose, optOut: optedOut(caller, headerOf(request, 'sec-gpc')), requestId, signal: goneSignal(response), notes };
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
