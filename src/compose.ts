import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import { pino, type Logger } from 'pino';
import type { NewEntry } from './audit/entry.ts';
import { openAuditKeys } from './audit/keys.ts';
import { openAudit } from './audit/open-audit.ts';
import { makeDecider } from './authorization/decide.ts';
import { openMasker } from './authorization/masks/open-masker.ts';
import { openAuthenticator } from './caller/authenticate.ts';
import { trustInOwn } from './caller/own-token.ts';
import type { SourceSettings } from './config/source-file.ts';
import type { Environment } from './config/substitute.ts';
import { withDeadline } from './connectors/guards/deadline.ts';
import { guardConnector, type GuardedConnector } from './connectors/guards/guard.ts';
import { logEvent } from './connectors/guards/log-event.ts';
import type { Observe } from './connectors/guards/events.ts';
import { probeSource, type Probed } from './connectors/probe.ts';
import type { Deployment } from './explain/deployment.ts';
import { explainBy, type Explained, type ExplainRequest } from './explain/explain-document.ts';
import { makeCallerIds } from './federation/caller-ids.ts';
import { makeCursorSeal } from './federation/pages/cursor.ts';
import type { SourceInfo } from './federation/operation-context.ts';
import { openCustomerPlans } from './federation/plan/customer-plan.ts';
import { openSelectedClasses } from './federation/plan/selected-classes.ts';
import { startGraphqlServer } from './http/graphql-server.ts';
import { graphqlEndpoint } from './http/graphql-endpoint.ts';
import { keySetHandler } from './http/key-set.ts';
import { contextOpener } from './http/open-context.ts';
import { runDocument } from './http/run-document.ts';
import { startHttpServer } from './http/server.ts';
import { openUnknownMemory } from './identity/unknown-memory.ts';
import type { SourceName } from './ids.ts';
import { askAsOperator, type Operator } from './operation/ask-as-operator.ts';
import { executeOperation } from './operation/execute.ts';
import type { Gateway } from './operation/gateway.ts';
import { openDocumentHash } from './operation/hash-document.ts';
import { openSelect } from './selection/open-select.ts';
import { loadDeployment } from './load-deployment.ts';
import { openStore } from './store/open-store.ts';
import { shareReads } from './store/share-reads.ts';
import { isRevoked } from './tokens/is-revoked.ts';
import { openLimiter } from './tokens/limiter.ts';
import { openKeysOf } from './tokens/own-keys.ts';

/** Explains what the gateway would do for a document, by its own parts. Nothing is connected to, the store included. */
export async function explainDocument(deployment: Deployment, request: ExplainRequest): Promise<Explained> {
  return explainBy(deployment, request, runDocument);
}

/** Asks every source for what nobody has. Without most guards: a breaker would hide what is wrong behind what was wrong before. */
export async function probeSources({ config: { sources } }: Deployment): Promise<readonly Probed[]> {
  const clock = Date.now;
  // Fifteen digits are a key in most systems, and one that nobody has.
  const invented = `9${Array.from({ length: 14 }, () => randomInt(10)).join('')}`;
  return (await Promise.all(sources.map(async ({ name, parsed, keys, limits: { deadline } }) => {
    const connector = parsed.open({ source: name, clock, warn: () => undefined });
    try {
      return await probeSource(withDeadline(connector, { limit: deadline, clock }), { clock, deadline, invented, keyPath: (entity) => keys.get(entity) });
    } finally {
      await connector.close();
    }
  }))).flat();
}

export interface RunningGateway {
  readonly url: string;
  /** Finishes what runs, then lets everything go. Twice is safe. */
  stop(): Promise<void>;
}

/** Joins all parts and starts serving. When a part cannot be opened, those before it are closed again. */
export async function startGateway(input: { readonly folder: string; readonly env: Environment }): Promise<RunningGateway> {
  const deployment = await loadDeployment(input.folder, input.env);
  // What is opened last is closed first.
  const open = new AsyncDisposableStack();
  try {
    const url = await openParts(deployment, open);
    return { url, stop: () => open.disposeAsync() };
  } catch (error) {
    await open.disposeAsync();
    throw error;
  }
}

/**
 * Opens all that answers an operation, whoever serves it. What is opened is deferred to `open`; the gateway's own log goes to
 * standard error.
 */
export async function openGateway({ config, model, vocabulary, policySet }: Deployment, open: AsyncDisposableStack, { log = openLog(), process = 'serve' } = {}): Promise<Gateway> {
  const { gateway: settings, folder } = config;
  const clock = Date.now;
  const newId = randomUUID;
  const observe: Observe = (event) => {
    const line = logEvent(event);
    if (line !== undefined) log[line.level](line.facts, line.message);
  };

  const store = shareReads(await openStore(config.store, { clock, newId }));
  open.defer(() => store.close());
  const audit = openAudit({ settings: settings.audit, folder, log: store.audit, process, fetch, clock, newId, warn: (message, facts) => log.warn(facts, message) });
  open.defer(() => audit.close());
  const connectors = openConnectors(config.sources, { clock, warn: (message) => log.warn(message), observe });
  open.defer(async () => void (await Promise.all([...connectors.values()].map((connector) => connector.close()))));
  return {
    model,
    decider: makeDecider({
      policySet, vocabulary, purposes: config.purposes,
      onDryRun: ({ policy, ...change }) => log.info({ dryRun: policy, ...change }, 'a policy on trial would decide otherwise'),
    }),
    policyVersion: policySet.version,
    purposes: config.purposes,
    sources: config.sources,
    lead: config.lead,
    capabilities: new Map(config.sources.map(({ name, parsed }) => [name, parsed.capabilities])),
    connectors,
    sourceInfo: (source) => describeSource(config.sources, connectors, source),
    store,
    trail: audit.trail,
    pseudonyms: openAuditKeys(settings.audit.keys).pseudonyms,
    select: openSelect(),
    classesOf: openSelectedClasses(model),
    plans: openCustomerPlans(),
    hashDocument: openDocumentHash(),
    identityRules: settings.identity,
    unknown: openUnknownMemory({ unknownFor: settings.identity.unknownFor, clock, key: randomBytes(32) }),
    cursors: makeCursorSeal(settings.cursorKey),
    idsOf: makeCallerIds(settings.pairwiseKey),
    mask: openMasker(settings.masks.hashKeys),
    limits: settings.limits,
    accessRules: settings.access,
    reportRules: settings.accessReport,
    requestDeadline: settings.server.requestDeadline,
    clock,
    newId,
  };
}

/** A gateway for one command, that serves nobody. */
export interface OperatorGateway {
  /** Asks as staff are asked; see `askAsOperator`. */
  readonly ask: (operator: Operator, text: string, variables: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<ExecutionResult>;
  /** Puts on the trail what the command does. */
  readonly append: (entry: NewEntry) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Opens all that answers an operation, and no server. What it has to say goes to standard error. */
export async function openForOperator(deployment: Deployment, command: string): Promise<OperatorGateway> {
  const schema = deployment.schemas.get('internal');
  if (schema === undefined) throw new Error('the deployment has no audience "internal", as which commands ask');
  const open = new AsyncDisposableStack();
  try {
    const gateway = await openGateway(deployment, open, { process: command });
    return {
      ask: (operator, text, variables, signal) => askAsOperator(gateway, { schema, operator, text, variables, signal }),
      append: (entry) => gateway.trail.append(entry),
      close: () => open.disposeAsync(),
    };
  } catch (error) {
    await open.disposeAsync();
    throw error;
  }
}

function openLog(): Logger {
  return pino({ base: null }, pino.destination(2));
}

async function openParts(deployment: Deployment, open: AsyncDisposableStack): Promise<string> {
  const { config: { gateway: settings, folder, purposes }, schemas } = deployment;
  const log = openLog();
  const onFailure = (error: unknown, requestId: string): void => log.error({ requestId, err: error }, 'a request failed');
  const warn = (message: string): void => log.warn(message);
  const gateway = await openGateway(deployment, open, { log });
  const { store, clock, newId } = gateway;
  const own = settings.tokens && { issuer: trustInOwn(settings.tokens), keys: openKeysOf(settings.tokens, store, { clock, warn }) };
  const authenticator = await openAuthenticator({ issuers: settings.issuers, own, roles: new Set(settings.roles), clock, folder, warn });
  open.defer(() => authenticator.close());
  const servers = new Map(await Promise.all([...schemas].map(async ([audience, schema]) => [audience, await startGraphqlServer({
    schema,
    introspection: settings.audiences[audience]?.introspection ?? false,
    run: (operation) => executeOperation(gateway, operation),
    maxTokens: settings.limits.tokens,
    maxDocuments: settings.limits.documents,
    onFailure,
  })] as const)));
  open.defer(async () => void (await Promise.all([...servers.values()].map((server) => server.stop()))));
  const openContext = contextOpener({
    authenticate: authenticator.authenticate, purposes, audiences: new Set(servers.keys()),
    admit: openLimiter({ limitsOf: (audience) => settings.audiences[audience]?.limits ?? {}, quotas: store.quotas, clock }),
    isRevoked: (caller, token) => isRevoked(store.revocations, caller, token), newId, onFailure,
  });
  const http = await startHttpServer({
    ...settings.server,
    graphql: graphqlEndpoint(servers, openContext, settings.server.maxBody),
    keySet: own && keySetHandler(() => own.keys.published(), (error) => log.error({ err: error }, 'the key set cannot be read')),
    ready: () => store.ping(),
    onFailure,
  });
  open.defer(() => http.close());
  return http.url;
}

function openConnectors(
  sources: readonly SourceSettings[],
  deps: { readonly clock: () => number; readonly warn: (message: string) => void; readonly observe: Observe },
): ReadonlyMap<SourceName, GuardedConnector> {
  const { clock, warn, observe } = deps;
  return new Map(sources.map(({ name, parsed, limits, identity }) => {
    const connector = parsed.open({ source: name, clock, warn: (message) => warn(`${name}: ${message}`) });
    return [name, guardConnector({ connector, limits, lookedUp: identity.entity, deps: { clock, random: Math.random, observe } })];
  }));
}

function describeSource(
  sources: readonly SourceSettings[],
  connectors: ReadonlyMap<SourceName, GuardedConnector>,
  name: SourceName,
): SourceInfo {
  const settings = sources.find((source) => source.name === name);
  const health = connectors.get(name)?.health();
  return {
    key: name,
    kind: settings?.kind ?? '',
    owner: settings?.owner,
    region: settings?.region,
    health: health?.state ?? 'DOWN',
    lastError: health?.lastError,
    lastErrorAt: health?.lastErrorAt === undefined ? undefined : new Date(health.lastErrorAt).toISOString(),
  };
}
