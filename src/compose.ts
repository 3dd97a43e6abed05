import { randomBytes, randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GraphQLSchema } from 'graphql';
import { pino, type Logger } from 'pino';
import { openAuditKeys } from './audit/keys.ts';
import { openAudit } from './audit/open-audit.ts';
import { makeDecider } from './authorization/decide.ts';
import { checkSyntax, loadPolicies, type PolicySet } from './authorization/load-policies.ts';
import { openMasker } from './authorization/masks/open-masker.ts';
import type { Vocabulary } from './authorization/vocabulary.ts';
import { openAuthenticator } from './caller/authenticate.ts';
import { loadConfig, type Config } from './config/load-config.ts';
import type { GatewaySettings } from './config/gateway-file.ts';
import type { PurposeRegistry } from './config/purposes-file.ts';
import type { SourceSettings } from './config/source-file.ts';
import type { Environment } from './config/substitute.ts';
import { graphqlKind } from './connectors/graphql/kind.ts';
import { guardConnector, type GuardedConnector } from './connectors/guards/guard.ts';
import { logEvent } from './connectors/guards/log-event.ts';
import type { Observe } from './connectors/guards/events.ts';
import { httpKind } from './connectors/http/kind.ts';
import { mongodbKind } from './connectors/mongodb/kind.ts';
import { sqlKind } from './connectors/sql/kind.ts';
import { makeCallerIds } from './federation/caller-ids.ts';
import { makeCursorSeal } from './federation/pages/cursor.ts';
import type { SourceInfo } from './federation/operation-context.ts';
import { startGraphqlServer } from './http/graphql-server.ts';
import { graphqlEndpoint } from './http/graphql-endpoint.ts';
import { contextOpener } from './http/open-context.ts';
import { startHttpServer } from './http/server.ts';
import { openUnknownMemory } from './identity/unknown-memory.ts';
import type { SourceName } from './ids.ts';
import { executeOperation } from './operation/execute.ts';
import type { Gateway } from './operation/gateway.ts';
import { openDocumentHash } from './operation/hash-document.ts';
import { collectFaults, ConfigError, type Fault, type Faults } from './parse/faults.ts';
import { audienceSchema } from './schema/audience-schema.ts';
import { compileModel } from './schema/compile-model.ts';
import type { Model } from './schema/model.ts';
import { openStore } from './store/open-store.ts';

/** The protocols that sources may speak. */
const kinds = [httpKind, graphqlKind, sqlKind, mongodbKind];

const schemaFolder = fileURLToPath(new URL('../schema/', import.meta.url));

/** A deployment that has been read and found sound. Nothing is connected to yet. */
export interface SoundDeployment {
  readonly config: Config;
  readonly model: Model;
  readonly vocabulary: Vocabulary;
  readonly policySet: PolicySet;
  /** By audience. */
  readonly schemas: ReadonlyMap<string, GraphQLSchema>;
}

/** Reads and checks a deployment's folder. Throws one `ConfigError` with every fault of all files. */
export async function loadDeployment(folder: string, env: Environment): Promise<SoundDeployment> {
  const faults: Fault[] = [];
  const faultsOf = (file: string): Faults => collectFaults(file, faults);
  const read = await loadConfig({ folder: resolve(folder), schemaFolder, env, kinds, faultsOf });
  const { config, gateway, roles, purposes } = read;
  const model = compileModel({ ...read, order: gateway?.order ?? {}, lead: gateway?.lead, purposes: config?.purposes }, faultsOf);
  const vocabulary = model && roles && purposes && {
    classes: model.classes, scalars: model.scalars, dataClasses: model.dataClasses, roles, purposes,
    // Of a file with faults it is not known, and that is told already.
    canHash: gateway === undefined || gateway.masks.hashKeys.length > 0,
  };
  const policySet = vocabulary && loadPolicies(read.policies, vocabulary, faultsOf);
  if (vocabulary === undefined) checkSyntax(read.policies, faultsOf);
  const schemas = model && gateway && audienceSchemas(model, gateway.audiences, faultsOf('customer360.yaml').at('audiences'));
  if (model && config) checkPurposes(config.purposes, model.dataClasses, faultsOf('purposes.yaml'));
  if (config) checkRetention(config, faultsOf('customer360.yaml').at('audit'));
  if (faults.length > 0 || !config || !model || !vocabulary || !policySet || !schemas) throw new ConfigError(faults);
  return { config, model, vocabulary, policySet, schemas };
}

function audienceSchemas(model: Model, audiences: GatewaySettings['audiences'], faults: Faults): ReadonlyMap<string, GraphQLSchema> {
  return new Map(Object.entries(audiences).map(([name, { fields }]) => [name, audienceSchema(model, fields, faults.at(name).at('fields'))]));
}

function checkPurposes(purposes: PurposeRegistry, known: readonly string[], faults: Faults): void {
  for (const [purpose, { dataClasses }] of purposes) {
    for (const [index, name] of dataClasses.entries()) {
      if (!known.includes(name)) faults.add(`${purpose}.dataClasses[${index}]`, `expected one of ${known.join(', ')}, got "${name}"`);
    }
  }
}

function checkRetention({ gateway, purposes }: Config, faults: Faults): void {
  for (const purpose of Object.keys(gateway.audit.retention?.purposes ?? {})) {
    if (!purposes.has(purpose)) faults.add(`retention.purposes.${purpose}`, 'there is no such purpose in purposes.yaml');
  }
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
export async function openGateway({ config, model, vocabulary, policySet }: SoundDeployment, open: AsyncDisposableStack, log = openLog()): Promise<Gateway> {
  const { gateway: settings, folder } = config;
  const clock = Date.now;
  const newId = randomUUID;
  const observe: Observe = (event) => {
    const line = logEvent(event);
    if (line !== undefined) log[line.level](line.facts, line.message);
  };
  const store = await openStore(config.store, { clock, newId });
  open.defer(() => store.close());
  const audit = openAudit({ settings: settings.audit, folder, log: store.audit, process: 'serve', fetch, clock, newId, warn: (message, facts) => log.warn(facts, message) });
  open.defer(() => audit.close());
  const connectors = openConnectors(config.sources, { clock, warn: (message) => log.warn(message), observe });
  open.defer(async () => void (await Promise.all([...connectors.values()].map((connector) => connector.close()))));
  return {
    model,
    decider: makeDecider({ policySet, vocabulary, purposes: config.purposes }),
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
    hashDocument: openDocumentHash(),
    identityRules: settings.identity,
    unknown: openUnknownMemory({ unknownFor: settings.identity.unknownFor, clock, key: randomBytes(32) }),
    cursors: makeCursorSeal(settings.cursorKey),
    idsOf: makeCallerIds(settings.pairwiseKey),
    mask: openMasker(settings.masks.hashKeys),
    limits: settings.limits,
    accessRules: settings.access,
    requestDeadline: settings.server.requestDeadline,
    clock,
    newId,
  };
}

function openLog(): Logger {
  return pino({ base: null }, pino.destination(2));
}

async function openParts(deployment: SoundDeployment, open: AsyncDisposableStack): Promise<string> {
  const { config: { gateway: settings, folder, purposes }, schemas } = deployment;
  const log = openLog();
  const onFailure = (error: unknown, requestId: string): void => log.error({ requestId, err: error }, 'a request failed');
  const authenticator = await openAuthenticator({ issuers: settings.issuers, roles: new Set(settings.roles), clock: Date.now, folder, warn: (message) => log.warn(message) });
  open.defer(() => authenticator.close());
  const gateway = await openGateway(deployment, open, log);
  const { store, newId } = gateway;
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
    isRevoked: async (token) => (await store.revocations.revoked([token]))[0] !== false, newId, onFailure,
  });
  const http = await startHttpServer({
    ...settings.server,
    graphql: graphqlEndpoint(servers, openContext, settings.server.maxBody),
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
