import { openAuthenticator } from './caller/authenticate.ts';
import { trustInOwn } from './caller/own-token.ts';
import { openGateway, type ServedGateway } from './compose.ts';
import { ownAudiences } from './config/gateway-file.ts';
import type { Deployment } from './explain/deployment.ts';
import { withCors } from './http/cors.ts';
import { explorerHandler } from './http/explorer.ts';
import { findExplorerFiles } from './http/explorer-files.ts';
import { bindGraphql } from './http/graphql-binding.ts';
import { graphqlEndpoint } from './http/graphql-endpoint.ts';
import { startGraphqlServer } from './http/graphql-server.ts';
import type { Handler } from './http/handler.ts';
import { limitInFlight, type Workplaces } from './http/in-flight.ts';
import { keySetHandler } from './http/key-set.ts';
import { contextOpener } from './http/open-context.ts';
import type { Served } from './http/serving.ts';
import { openTrustedDocuments } from './http/trusted-documents.ts';
import { webhookEndpoint } from './http/webhook-endpoint.ts';
import { executeOperation } from './operation/execute.ts';
import { noted } from './operation/noted.ts';
import type { Redis } from './redis/redis.ts';
import type { Store } from './store/store.ts';
import type { Log } from './telemetry/logs/log.ts';
import type { Telemetry } from './telemetry/open-telemetry.ts';
import { isRevoked } from './tokens/is-revoked.ts';
import type { Limiter } from './tokens/limiter.ts';
import { openKeysOf } from './tokens/own-keys.ts';
import { openRevokedOfLate } from './tokens/revoked-of-late.ts';
import { openEventMemory } from './webhooks/event-memory.ts';
import { openWebhook } from './webhooks/open-webhook.ts';

/** How many files of the explorer are sent at the same time; it is for people, and must leave the gateway to those who ask it. */
const explorersAtOnce = 32;

/** What answers requests under one deployment. */
export interface Answering extends Pick<ServedGateway, 'health' | 'outOfReach' | 'trailFailing'> {
  readonly graphql: Handler;
  readonly explorer: Handler | undefined;
  readonly webhook: Handler;
  readonly keySet: ReturnType<typeof keySetHandler> | undefined;
}

/** What a process keeps for as long as it runs, whichever deployment it serves. */
export interface SharedParts {
  readonly log: Log;
  readonly onFailure: (error: unknown, requestId: string) => void;
  readonly telemetry: Telemetry;
  readonly store: Store;
  readonly redis: Redis | undefined;
  readonly admit: Limiter;
  readonly places: Workplaces;
  /** For events, over all webhooks. */
  readonly limitEvents: ReturnType<typeof limitInFlight>;
  readonly clock: () => number;
}

/** Opens what answers under a deployment, which others may follow. */
export async function openAnswering(deployment: Deployment, shared: SharedParts): Promise<Served<Answering>> {
  const open = new AsyncDisposableStack();
  try {
    return { part: await openParts(deployment, shared, open), close: () => open.disposeAsync() };
  } catch (error) {
    await open.disposeAsync();
    throw error;
  }
}

async function openParts(deployment: Deployment, shared: SharedParts, open: AsyncDisposableStack): Promise<Answering> {
  const { config: { gateway: settings, folder, purposes, sources, limitsOf }, schemas } = deployment;
  const { log, onFailure, telemetry: { exchanges }, store, redis, clock, admit, places, limitEvents } = shared;
  const warn = (message: string): void => log.warn(message);
  const gateway = await openGateway(deployment, open, shared);
  const own = settings.tokens && { issuer: trustInOwn(settings.tokens), keys: openKeysOf(settings.tokens, store, { clock, warn }) };
  const authenticator = await openAuthenticator({ issuers: settings.issuers, own, roles: new Set(settings.roles), clock, folder, warn });
  open.defer(() => authenticator.close());
  const servers = new Map(await Promise.all([...schemas].map(async ([audience, schema]) => [audience, await startGraphqlServer({
    schema,
    limits: limitsOf(audience),
    introspection: settings.audiences[audience]?.introspection ?? false,
    run: noted((operation) => executeOperation(gateway, operation)),
    maxDocuments: settings.limits.documents,
    onFailure,
  })] as const)));
  open.defer(async () => void (await Promise.all([...servers.values()].map((server) => server.stop()))));
  const revoked = (caller: Parameters<typeof isRevoked>[1], token: Parameters<typeof isRevoked>[2]): Promise<boolean> => isRevoked(store.revocations, caller, token);
  const openContext = contextOpener({
    authenticate: authenticator.authenticate, purposes, audiences: new Set(servers.keys()), admit,
    isRevoked: revoked, isRevokedOfLate: openRevokedOfLate(revoked), onFailure,
    notesOf: exchanges?.notesOf,
  });
  const bindings = new Map([...servers].map(([audience, server]) => [audience, bindGraphql(server, {
    maxBody: settings.server.maxBody,
    patience: Math.min(settings.server.requestTimeout, settings.server.requestDeadline),
    work: places.work,
    onFailure,
    documents: openTrustedDocuments({
      mode: settings.audiences[audience]?.documents ?? (ownAudiences.has(audience) ? 'off' : 'ids'),
      find: (key) => store.trustedDocuments.find(audience, key),
      onUnlisted: (hash, requestId) => log.warn({ requestId, audience, sha256: hash }, 'a document that is not published was sent'),
    }),
  })]));
  const webhooks = new Map(sources.flatMap(({ name, webhook }) => (
    webhook === undefined ? [] : [[name, openWebhook({
      source: name, settings: webhook, clock, events: openEventMemory({ source: name, clock, redis }), drop: (orders) => gateway.rowCache.drop(orders),
      onFailure: (error) => log.warn({ source: name, err: error }, 'what an event drops could not be told to all processes'),
    })]])));
  return {
    graphql: withCors(settings.server.cors, places.early(graphqlEndpoint(bindings, openContext))),
    explorer: settings.server.explorer === 'off' ? undefined : limitInFlight(explorersAtOnce)(explorerHandler(settings.server.explorer, findExplorerFiles())),
    webhook: webhookEndpoint(webhooks, settings.server.maxBody, limitEvents),
    keySet: own && keySetHandler(() => own.keys.published(), (error, requestId) => log.error({ requestId, err: error }, 'the key set cannot be read')),
    health: gateway.health,
    outOfReach: gateway.outOfReach,
    trailFailing: gateway.trailFailing,
  };
}
