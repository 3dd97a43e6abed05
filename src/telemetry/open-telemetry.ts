import type { ObserveCheckpoint } from '../audit/checkpoint-events.ts';
import type { Trail } from '../audit/trail.ts';
import type { Connector } from '../connectors/connector.ts';
import type { Observe } from '../connectors/guards/events.ts';
import type { GuardedConnector } from '../connectors/guards/guard.ts';
import type { Health } from '../connectors/guards/health.ts';
import type { ObserveDatabase } from '../servers/database-call.ts';
import type { ObserveRedis } from '../redis/events.ts';
import type { Store } from '../store/store.ts';
import type { OperationTrace } from '../operation/notes.ts';
import { openExchanges, type Exchanges, type RequestWatcher } from './exchange.ts';
import { accessLine } from './logs/access-line.ts';
import { decisionLine } from './logs/decision-line.ts';
import { openLineLog, type LineLog } from './logs/line-log.ts';
import type { DatabaseOwner } from './metrics/database.ts';
import type { DeploymentFacts } from './metrics/reloads.ts';
import type { TelemetrySettings } from './settings.ts';

/** What is told of a gateway while it runs, to those who run it. Of what is off, nothing is done. */
export interface Telemetry {
  /** Undefined where nobody wants to know of requests. */
  readonly exchanges: Exchanges | undefined;
  readonly observe: Observe;
  /** Whom to tell of what goes to a database; undefined where nobody wants to know. */
  readonly database: (owner: DatabaseOwner) => ObserveDatabase | undefined;
  readonly redis: ObserveRedis;
  readonly store: (store: Store, engine: 'sqlite' | 'mongodb') => Store;
  readonly trail: (trail: Trail) => Trail;
  readonly checkpoint: ObserveCheckpoint;
  /** Puts guards around a connector. */
  readonly guarded: (connector: Connector, guard: (connector: Connector) => GuardedConnector) => GuardedConnector;
  /** Told of each attempt to go on with another deployment. */
  readonly reloaded: (result: 'ok' | 'refused') => void;
  /** Where metrics are read. */
  readonly metricsUrl: string | undefined;
}

/** Opens what the settings state. What is opened is deferred to `open`. */
export async function openTelemetry(deps: {
  readonly settings: TelemetrySettings;
  /** Where relative file names start. */
  readonly folder: string;
  readonly health: () => ReadonlyMap<string, Health>;
  /** Undefined before there is one. */
  readonly deployment: () => DeploymentFacts | undefined;
  /** Whether Redis answers; undefined where there is none. */
  readonly redisUp: () => boolean | undefined;
  /** How many requests may be worked on at the same time, at the moment. */
  readonly workplaces: () => number;
  readonly onFailure: (error: unknown) => void;
  readonly warn: (message: string) => void;
}, open: AsyncDisposableStack): Promise<Telemetry> {
  const { settings } = deps;
  const metrics = settings.metrics && await openMetrics(settings.metrics, deps, open);
  const traces = settings.traces && await openTracing(settings.traces, deps, open);
  const logs = openLogs(deps, open);
  const watchers = [metrics?.requests, traces?.requests, logs.requests].filter((one) => one !== undefined);
  return {
    exchanges: watchers.length === 0 ? undefined : openExchanges(together(watchers)),
    observe: metrics?.observe ?? (() => undefined),
    database: (owner) => metrics?.database(owner),
    redis: metrics?.redis ?? (() => undefined),
    store: metrics?.store ?? ((store) => store),
    trail: metrics?.trail ?? ((trail) => trail),
    checkpoint: metrics?.checkpoint ?? (() => undefined),
    reloaded(result) {
      metrics?.reloaded(result);
      logs.reopen();
    },
    guarded: traces?.guarded ?? ((connector, guard) => guard(connector)),
    metricsUrl: metrics?.url,
  };
}

function together(watchers: readonly RequestWatcher[]): RequestWatcher {
  return {
    begun(request) {
      let trace: OperationTrace | undefined;
      for (const watcher of watchers) trace = watcher.begun(request).trace ?? trace;
      return { trace };
    },
    ended: (exchange) => watchers.forEach((watcher) => watcher.ended(exchange)),
  };
}

/** Loaded only where metrics are on: it takes longer than much else at the start. */
async function openMetrics(
  { host, port, bearer = 'none' }: NonNullable<TelemetrySettings['metrics']>,
  { health, deployment, redisUp, workplaces, onFailure }: Pick<Parameters<typeof openTelemetry>[0], 'health' | 'deployment' | 'redisUp' | 'workplaces' | 'onFailure'>,
  open: AsyncDisposableStack,
): Promise<Omit<Telemetry, 'exchanges' | 'guarded' | 'metricsUrl'> & { readonly requests: RequestWatcher; readonly url: string }> {
  const { openMeter } = await import('./metrics/meter.ts');
  const { checkpointMetrics } = await import('./metrics/checkpoints.ts');
  const { databaseMetrics } = await import('./metrics/database.ts');
  const { decisionMetrics } = await import('./metrics/decisions.ts');
  const { httpClientMetrics } = await import('./metrics/http-client.ts');
  const { requestMetrics } = await import('./metrics/requests.ts');
  const { redisMetrics } = await import('./metrics/redis.ts');
  const { reloadMetrics } = await import('./metrics/reloads.ts');
  const { runtimeMetrics } = await import('./metrics/runtime.ts');
  const { sourceMetrics } = await import('./metrics/sources.ts');
  const { timedStore, timedTrail } = await import('./metrics/store.ts');
  const { startScrapeServer } = await import('./scrape-server.ts');
  const { meter, text, close } = openMeter();
  open.defer(close);
  const runtime = runtimeMetrics(meter);
  open.defer(runtime.close);
  const client = httpClientMetrics(meter);
  open.defer(client.close);
  const requests = requestMetrics(meter, workplaces);
  const count = decisionMetrics(meter);
  const database = databaseMetrics(meter);
  const server = await startScrapeServer({ host, port, bearer, text, onFailure });
  open.defer(server.close);
  return {
    url: server.url,
    observe: sourceMetrics(meter, health),
    database: (owner) => (call) => database(owner, call),
    redis: redisMetrics(meter, redisUp),
    store: (store, engine) => timedStore(meter, store, engine === 'sqlite' ? (call) => database('store', call) : undefined),
    trail: timedTrail(meter),
    checkpoint: checkpointMetrics(meter),
    reloaded: reloadMetrics(meter, deployment),
    requests: {
      begun({ method }) {
        requests.begun(method);
        return { trace: undefined };
      },
      ended(exchange) {
        requests.ended(exchange);
        count(exchange.notes.decided);
      },
    },
  };
}

function openLogs(
  { settings: { accessLog, decisionLog }, folder, onFailure }: Pick<Parameters<typeof openTelemetry>[0], 'settings' | 'folder' | 'onFailure'>,
  open: AsyncDisposableStack,
): { readonly requests: RequestWatcher | undefined; readonly reopen: () => void } {
  const opened = (to: string | undefined, name: string): LineLog | undefined => {
    const log = to === undefined ? undefined : openLineLog({ to, folder, name, onFailure });
    if (log !== undefined) open.defer(() => log.close());
    return log;
  };
  const access = opened(accessLog, 'access');
  const decisions = opened(decisionLog, 'decisions');
  return {
    reopen: () => [access, decisions].forEach((log) => log?.reopen()),
    requests: access === undefined && decisions === undefined ? undefined : {
      begun: () => ({ trace: undefined }),
      ended(exchange) {
        access?.write(accessLine(exchange));
        if (decisions !== undefined) for (const decided of exchange.notes.decided) decisions.write(decisionLine(decided, exchange));
      },
    },
  };
}

/** Loaded only where traces are on. */
async function openTracing(
  settings: NonNullable<TelemetrySettings['traces']>,
  { warn }: Pick<Parameters<typeof openTelemetry>[0], 'warn'>,
  open: AsyncDisposableStack,
): Promise<Pick<Telemetry, 'guarded'> & { readonly requests: RequestWatcher }> {
  const { openTraces } = await import('./traces/open-traces.ts');
  const { requestSpans } = await import('./traces/request-spans.ts');
  const { tracedCalls } = await import('./traces/source-spans.ts');
  const { tracer, close } = openTraces(settings, warn);
  open.defer(close);
  return {
    requests: requestSpans(tracer, settings.sample),
    guarded(connector, guard) {
      const inner = guard(tracedCalls(connector, tracer, 'inside'));
      return { ...inner, ...tracedCalls(inner, tracer, 'around') };
    },
  };
}
