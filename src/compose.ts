import { randomBytes, randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import type { NewEntry } from './audit/entry.ts';
import { openAuditKeys } from './audit/keys.ts';
import { openAudit } from './audit/open-audit.ts';
import { watchAppends, type WatchedLog } from './audit/watch-appends.ts';
import { makeDecider } from './authorization/decide.ts';
import { openMasker } from './authorization/masks/open-masker.ts';
import type { SourceSettings } from './config/source-file.ts';
import { openRowCache, type RowCache } from './connectors/cache/open-row-cache.ts';
import type { Connector } from './connectors/connector.ts';
import { withDeadline } from './connectors/guards/deadline.ts';
import { guardConnector, type GuardedConnector } from './connectors/guards/guard.ts';
import type { Health } from './connectors/guards/health.ts';
import { mostCalls } from './connectors/guards/limits.ts';
import { logEvent } from './connectors/guards/log-event.ts';
import type { Observe } from './connectors/guards/events.ts';
import { keyOfNobody, probeSource, type Probed } from './connectors/probe.ts';
import { openReach } from './connectors/reach.ts';
import type { Deployment } from './explain/deployment.ts';
import { explainBy, type Explained, type ExplainRequest } from './explain/explain-document.ts';
import type { SourceErrorCode } from './errors.ts';
import { makeCallerIds } from './federation/caller-ids.ts';
import { makeCursorSeal } from './federation/pages/cursor.ts';
import type { SourceInfo } from './federation/operation-context.ts';
import { openCustomerPlans } from './federation/plan/customer-plan.ts';
import { openSelectedClasses } from './federation/plan/selected-classes.ts';
import { runDocument } from './http/run-document.ts';
import { openUnknownMemory } from './identity/unknown-memory.ts';
import type { SourceName } from './ids.ts';
import { askAsOperator, type Operator } from './operation/ask-as-operator.ts';
import { openCostOf } from './operation/cost.ts';
import type { Gateway } from './operation/gateway.ts';
import { openDocumentHash } from './operation/hash-document.ts';
import { openSelect } from './selection/open-select.ts';
import type { Redis } from './redis/redis.ts';
import { openStore } from './store/open-store.ts';
import { shareReads } from './store/share-reads.ts';
import type { Store } from './store/store.ts';
import { openLog, type Log } from './telemetry/logs/log.ts';
import { openPlainLog } from './telemetry/logs/plain-log.ts';
import type { Telemetry } from './telemetry/open-telemetry.ts';

/** Explains what the gateway would do for a document, by its own parts. Nothing is connected to, the store included. */
export async function explainDocument(deployment: Deployment, request: ExplainRequest): Promise<Explained> {
  return explainBy(deployment, request, runDocument);
}

/** Asks every source for what nobody has. Without most guards: a breaker would hide what is wrong behind what was wrong before. */
export async function probeSources({ config: { sources } }: Deployment): Promise<readonly Probed[]> {
  const clock = Date.now;
  const invented = keyOfNobody();
  return (await Promise.all(sources.map(async ({ name, parsed, keys, limits: { deadline } }) => {
    const connector = parsed.open({ source: name, clock, warn: () => undefined });
    try {
      return await probeSource(withDeadline(connector, { limit: deadline, clock }), { clock, deadline, invented, keyPath: (entity) => keys.get(entity) });
    } finally {
      await connector.close();
    }
  }))).flat();
}

/**
 * Opens all that answers an operation, whoever serves it. What is opened is deferred to `open`; the gateway's own log goes to
 * standard error unless another is given.
 */
export async function openGateway({ config, model, vocabulary, policySet }: Deployment, open: AsyncDisposableStack, given: {
  readonly log?: Log;
  /** False where the answer is all that tells how its sources fared. */
  readonly logsCalls?: boolean;
  readonly process?: string;
  /** One that others use too, and close. */
  readonly store?: Store;
  /** The same; undefined where the process is alone. */
  readonly redis?: Redis | undefined;
  readonly telemetry?: Telemetry;
} = {}): Promise<ServedGateway> {
  const { log = openLog(), logsCalls = true, process = 'serve', telemetry } = given;
  const { gateway: settings, folder, limitsOf } = config;
  const clock = Date.now;
  const newId = randomUUID;
  const observe: Observe = (event) => {
    telemetry?.observe(event);
    const line = logEvent(event);
    if (line !== undefined && (logsCalls || line.level === 'error')) log[line.level](line.facts, line.message);
  };

  const store = given.store ?? shareReads(await openStore(config.store, { clock, newId }));
  if (given.store === undefined) open.defer(() => store.close());
  const watched = watchAppends(store.audit, clock);
  const audit = openAudit({ settings: settings.audit, folder, log: watched.log, process, fetch, clock, newId, warn: (message, facts) => log.warn(facts, message), onCheckpoint: telemetry?.checkpoint ?? (() => undefined) });
  open.defer(() => audit.close());
  const { memory: bytes, shared, sharedWait } = settings.rowCache;
  const rowCache = openRowCache({ bytes, clock, observe, redis: given.redis, sharedWait: shared ? sharedWait : undefined });
  open.defer(() => rowCache.close());
  const fresh = openConnectors(config.sources, { clock, mostInFlight: settings.server.maxInFlight, warn: (message) => log.warn(message), observe, telemetry });
  const connectors = keepRows(config.sources, fresh, rowCache);
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
    bounds: new Map(config.sources.map(({ name, limits, caches }) => [name, { calls: mostCalls(limits, settings.server.requestDeadline), kept: new Set(caches.keys()) }])),
    connectors, fresh, rowCache,
    sourceInfo: (source) => describeSource(config.sources, fresh, source),
    health: () => new Map([...fresh].map(([name, connector]) => [name, connector.health()])),
    outOfReach: openRequired(config.sources, fresh, clock),
    store,
    trail: telemetry?.trail(audit.trail) ?? audit.trail,
    trailFailing: watched.failing,
    pseudonyms: openAuditKeys(settings.audit.keys).pseudonyms,
    select: openSelect(),
    costOf: openCostOf(model.costs),
    classesOf: openSelectedClasses(model),
    plans: openCustomerPlans(),
    hashDocument: openDocumentHash(),
    identityRules: settings.identity,
    unknown: openUnknownMemory({ unknownFor: settings.identity.unknownFor, clock, key: randomBytes(32) }),
    cursors: makeCursorSeal(settings.cursorKey),
    idsOf: makeCallerIds(settings.pairwiseKey),
    mask: openMasker(settings.masks.hashKeys),
    limitsOf: ({ audience }) => limitsOf(audience),
    accessRules: settings.access,
    reportRules: settings.accessReport,
    requestDeadline: settings.server.requestDeadline,
    clock,
    newId,
  };
}

/** With what is kept of its sources, and how each of them is doing. */
export interface ServedGateway extends Gateway {
  readonly rowCache: RowCache;
  readonly health: () => ReadonlyMap<SourceName, Health>;
  /** The sources without which it is of no use and that cannot be reached, with the class of what stands in the way. */
  readonly outOfReach: () => Promise<ReadonlyMap<SourceName, SourceErrorCode>>;
  /** Why nothing can be put on record at the moment; undefined where it can, as far as is known. */
  readonly trailFailing: WatchedLog['failing'];
}

/** A gateway for one command, that serves nobody. */
export interface OperatorGateway {
  /** Asks as staff are asked; see `askAsOperator`. */
  readonly ask: (operator: Operator, text: string, variables: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<ExecutionResult>;
  /** Puts on the trail what the command does. */
  readonly append: (entry: NewEntry) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Opens all that answers an operation, and no server. What goes wrong is said to `write` in plain lines, but for what sources do: that the answer tells. */
export async function openForOperator(deployment: Deployment, command: string, write: (text: string) => void): Promise<OperatorGateway> {
  const schema = deployment.schemas.get('internal');
  if (schema === undefined) throw new Error('the deployment has no audience "internal", as which commands ask');
  const open = new AsyncDisposableStack();
  try {
    const gateway = await openGateway(deployment, open, { process: command, log: openPlainLog(write), logsCalls: false });
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

/** How much of what a process works on may wait for one source that has fallen silent. */
const silentShare = 1 / 4;

function openConnectors(
  sources: readonly SourceSettings[],
  deps: { readonly clock: () => number; readonly mostInFlight: number; readonly warn: (message: string) => void; readonly observe: Observe; readonly telemetry: Telemetry | undefined },
): ReadonlyMap<SourceName, GuardedConnector> {
  const { clock, mostInFlight, warn, observe, telemetry } = deps;
  const most = Math.ceil(mostInFlight * silentShare);
  return new Map(sources.map(({ name, parsed, limits, identity }) => {
    const connector = parsed.open({ source: name, clock, warn: (message) => warn(`${name}: ${message}`), observeDatabase: telemetry?.database({ source: name }) });
    const guard = (inner: Connector): GuardedConnector => guardConnector({ connector: inner, limits, lookedUp: identity.entity, most, deps: { clock, random: Math.random, observe } });
    return [name, telemetry?.guarded(connector, guard) ?? guard(connector)];
  }));
}

/** The connectors with the row cache around those of which something is kept. */
function keepRows(sources: readonly SourceSettings[], fresh: ReadonlyMap<SourceName, Connector>, rowCache: RowCache): ReadonlyMap<SourceName, Connector> {
  const settings = new Map(sources.map((source) => [source.name, source]));
  return new Map([...fresh].map(([name, connector]) => {
    const own = settings.get(name);
    return [name, own === undefined || own.caches.size === 0 ? connector : rowCache.guard(connector, own.caches, own.origin)];
  }));
}

/** How often a required source is asked at most, in milliseconds. */
const reachEvery = 5000;

function openRequired(sources: readonly SourceSettings[], connectors: ReadonlyMap<SourceName, GuardedConnector>, clock: () => number): ServedGateway['outOfReach'] {
  const invented = keyOfNobody();
  const required = sources.filter((source) => source.required).flatMap(({ name, keys, identity: { entity }, limits: { deadline } }) => {
    const connector = connectors.get(name);
    if (connector === undefined) return [];
    return [[name, openReach({ connector, entity, isLeftAlone: () => connector.health().state === 'DOWN', every: reachEvery, clock, deadline, invented, keyPath: (of) => keys.get(of) })] as const];
  });
  return async () => new Map((await Promise.all(required.map(async ([name, reach]) => [name, await reach()] as const)))
    .flatMap(([name, code]) => (code === undefined ? [] : [[name, code] as const])));
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
