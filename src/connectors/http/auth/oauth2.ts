import {
  allowInsecureRequests, ClientSecretBasic, ClientSecretPost, clientCredentialsGrantRequest, customFetch, processClientCredentialsResponse,
  type AuthorizationServer, type ClientCredentialsGrantRequestOptions, type TokenEndpointResponse,
} from 'oauth4webapi';
import { SourceError } from '../../../errors.ts';
import { secret } from '../../../secret.ts';
import { statusFailure } from '../failure.ts';
import type { HttpRequest } from '../request.ts';
import type { OAuth2Settings } from '../settings.ts';
import { codeOf } from '../../../thrown.ts';
import type { AuthDeps } from './auth.ts';
import { bearer } from './fixed.ts';
import type { Lease } from './renewable.ts';

/** Gets a token by the client credentials grant (RFC 6749, 4.4). `deps.wire` leads to the token server. */
export async function grantToken(settings: OAuth2Settings, deps: AuthDeps, signal: AbortSignal): Promise<Lease> {
  const { tokenUrl } = settings;
  const server: AuthorizationServer = { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href };
  const client = { client_id: settings.clientId };
  const asked = deps.clock();
  try {
    const secretText = settings.clientSecret.reveal();
    const proof = settings.clientAuth === 'basic' ? ClientSecretBasic(secretText) : ClientSecretPost(secretText);
    const parameters = new URLSearchParams(settings.scope === undefined ? {} : { scope: settings.scope });
    const response = await clientCredentialsGrantRequest(server, client, proof, parameters, {
      [customFetch]: fetchOver(deps, signal),
      // A token server without TLS is for whoever wrote its address to answer for.
      [allowInsecureRequests]: tokenUrl.protocol === 'http:',
    });
    return leaseOf(await processClientCredentialsResponse(server, client, response), asked);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    // What the library throws may hold the token server's answer, and the answer a token: neither is kept as a cause.
    throw deps.fail('SOURCE_UNAVAILABLE', `token request to ${tokenUrl.origin}: no usable answer (${codeOf(error)})`);
  }
}

const tokenTimeout = 30_000;

type Fetch = NonNullable<ClientCredentialsGrantRequestOptions[typeof customFetch]>;

function fetchOver({ wire, fail, clock }: AuthDeps, signal: AbortSignal): Fetch {
  return async (address, options) => {
    const { origin, pathname, search } = new URL(address);
    const request: HttpRequest = {
      method: 'POST', path: `${pathname}${search}`, headers: options.headers, body: String(options.body),
      label: `token request to ${origin}`,
    };
    const answer = await wire.exchange(request, { signal, timeout: tokenTimeout });
    if (answer.status === 429 || answer.status >= 500) throw statusFailure(fail, answer, request.label, clock());
    const headers = { 'content-type': String(answer.headers['content-type'] ?? '') };
    return new Response(new Uint8Array(answer.body), { status: answer.status, headers });
  };
}

function leaseOf(token: TokenEndpointResponse, asked: number): Lease {
  const credential = bearer(secret(token.access_token));
  if (token.expires_in === undefined) return { credential, until: Infinity };
  const life = token.expires_in * 1000;
  // A token that runs out on its way is refused; the margin is for the way, and small beside short lives.
  return { credential, until: asked + life - Math.min(30_000, life / 10) };
}
