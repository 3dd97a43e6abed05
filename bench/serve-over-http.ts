import type { ExecutionResult } from 'graphql';
import { openAuthenticator } from '../src/caller/authenticate.ts';
import type { Deployment } from '../src/explain/deployment.ts';
import { bindGraphql } from '../src/http/graphql-binding.ts';
import { graphqlEndpoint } from '../src/http/graphql-endpoint.ts';
import { startGraphqlServer } from '../src/http/graphql-server.ts';
import { openWorkplaces } from '../src/http/in-flight.ts';
import { contextOpener } from '../src/http/open-context.ts';
import { startHttpServer } from '../src/http/server.ts';
import { openTrustedDocuments } from '../src/http/trusted-documents.ts';
import type { Operation } from '../src/operation/gateway.ts';
import type { Store } from '../src/store/store.ts';
import { isRevoked } from '../src/tokens/is-revoked.ts';
import { openLimiter } from '../src/tokens/limiter.ts';
import { openRevokedOfLate } from '../src/tokens/revoked-of-late.ts';

/**
 * Serves the deployment's audience `internal` as `serve` does, but for what runs an operation. Tokens, revocations, limits, Apollo
 * Server and HTTP are the real ones. Gives the address of GraphQL; what is opened is deferred to `open`.
 */
export async function serveOverHttp({ config: { gateway: settings, folder, purposes, limitsOf, tls }, schemas }: Deployment, deps: {
  readonly open: AsyncDisposableStack;
  readonly store: Store;
  readonly run: (operation: Operation) => Promise<ExecutionResult>;
  readonly clock: () => number;
  readonly newId: () => string;
}): Promise<string> {
  const { open, store, run, clock, newId } = deps;
  const audience = 'internal';
  const schema = schemas.get(audience);
  if (schema === undefined) throw new Error(`there is no audience ${audience}`);
  const onFailure = (error: unknown): void => console.error(error);
  const authenticator = await openAuthenticator({ issuers: settings.issuers, own: undefined, roles: new Set(settings.roles), clock, folder, warn: console.error });
  open.defer(() => authenticator.close());
  const server = await startGraphqlServer({ schema, limits: limitsOf(audience), introspection: false, run, maxDocuments: settings.limits.documents, onFailure });
  open.defer(() => server.stop());
  const revoked = (caller: Parameters<typeof isRevoked>[1], token: Parameters<typeof isRevoked>[2]): Promise<boolean> => isRevoked(store.revocations, caller, token);
  const openContext = contextOpener({
    authenticate: authenticator.authenticate, purposes, audiences: new Set([audience]),
    admit: openLimiter({ limitsOf: (name) => settings.audiences[name]?.limits ?? {}, quotas: store.quotas, redis: undefined, clock }),
    isRevoked: revoked, isRevokedOfLate: openRevokedOfLate(revoked), onFailure,
  });
  const places = openWorkplaces(settings.server.maxInFlight);
  open.defer(() => places.close());
  const binding = bindGraphql(server, {
    maxBody: settings.server.maxBody, patience: settings.server.requestDeadline, work: places.work, onFailure,
    documents: openTrustedDocuments({ mode: 'off', find: (key) => store.trustedDocuments.find(audience, key), onUnlisted: () => undefined }),
  });
  const nothing = (): undefined => undefined;
  const http = await startHttpServer({
    ...settings.server, host: '127.0.0.1', port: 0, tls,
    graphql: graphqlEndpoint(new Map([[audience, binding]]), openContext),
    explorer: nothing, keySet: nothing, webhook: async () => undefined, ready: async () => ({ ready: true, checks: {}, policyVersion: '' }),
    onFailure, newId, onRequest: undefined,
  });
  open.defer(() => http.close());
  return `${http.url}/graphql`;
}
