import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openAnswering, type Answering } from './answering.ts';
import type { ServedGateway } from './compose.ts';
import { checkReload } from './config/check-reload.ts';
import { openWatch } from './config/watch.ts';
import type { Environment } from './config/substitute.ts';
import type { Deployment } from './explain/deployment.ts';
import { limitInFlight, openWorkplaces } from './http/in-flight.ts';
import { openReadiness } from './http/ready.ts';
import { startHttpServer } from './http/server.ts';
import { openServing, type Served } from './http/serving.ts';
import { mostEvents } from './http/webhook-endpoint.ts';
import { collectFaults, ConfigError, type Fault } from './parse/faults.ts';
import { loadDeployment } from './load-deployment.ts';
import { lookAtDeployment } from './load-settings.ts';
import { openStore } from './store/open-store.ts';
import { shareReads } from './store/share-reads.ts';
import { openLog } from './telemetry/logs/log.ts';
import { safeError } from './telemetry/logs/safe-error.ts';
import { openTelemetry } from './telemetry/open-telemetry.ts';
import { watchRedis } from './telemetry/watch-redis.ts';
import { openLimiter } from './tokens/limiter.ts';

/** What became of a reload. */
export type Reloaded = { readonly kind: 'reloaded'; readonly policyVersion: string } | { readonly kind: 'refused'; readonly error: unknown };

export interface RunningGateway {
  readonly url: string;
  /** Where metrics are read; undefined where they are not. */
  readonly metricsUrl: string | undefined;
  /** Reads the deployment anew and goes on with it: as a whole, or with nothing of it. Requests under way keep the one that they began with. */
  reload(): Promise<Reloaded>;
  /** Says that it is not ready, finishes what runs, then lets everything go. Twice is safe. */
  stop(): Promise<void>;
}

/** Joins all parts and starts serving. When a part cannot be opened, those before it are closed again. */
export async function startGateway(input: {
  readonly folder: string;
  readonly env: () => Environment;
  /** Variables that are set and that nothing goes by, though other programs do. */
  readonly unheeded: readonly string[];
}): Promise<RunningGateway> {
  const look = (): Promise<string> => lookAtDeployment(input.folder, input.env);
  // What changes while it is read is seen to have changed.
  const looked = await look();
  const deployment = await loadDeployment(input.folder, input.env());
  // What is opened last is closed first.
  const open = new AsyncDisposableStack();
  try {
    return await serve(deployment, open, { load: () => loadDeployment(input.folder, input.env()), look, looked, unheeded: input.unheeded });
  } catch (error) {
    await open.disposeAsync();
    throw error;
  }
}

/** Serves a deployment, and those that follow it. What a process keeps for as long as it runs is opened here. */
async function serve(first: Deployment, open: AsyncDisposableStack, { load, look, looked, unheeded }: {
  readonly load: () => Promise<Deployment>;
  readonly look: () => Promise<string>;
  readonly looked: string;
  readonly unheeded: readonly string[];
}): Promise<RunningGateway> {
  const { gateway: { server, telemetry: telemetrySettings }, store: storeSettings, redis: redisSettings } = first.config;
  const [clock, newId] = [Date.now, randomUUID];
  const log = openLog();
  if (unheeded.length > 0) log.warn({ variables: unheeded }, 'these variables are not heeded: what is told, and whom, is stated under telemetry');
  let running = first;
  const onFailure = (error: unknown, requestId: string): void => log.error({ requestId, err: error }, 'a request failed');
  let health: ServedGateway['health'] = () => new Map();
  let redisUp: () => boolean | undefined = () => undefined;
  const places = openWorkplaces(server.maxInFlight);
  open.defer(() => places.close());
  const telemetry = await openTelemetry({ settings: telemetrySettings, folder: first.config.folder, health: () => health(), redisUp: () => redisUp(), workplaces: places.count, deployment: () => ({ policyVersion: running.policySet.version, certificateExpiresAt: running.config.tls?.expiresAt }), onFailure: (error) => log.error({ err: error }, 'metrics or a log cannot be told'), warn: (message) => log.warn(message) }, open);
  const store = shareReads(telemetry.store(await openStore(storeSettings, { clock, newId, observe: telemetry.database('store') }), storeSettings.kind));
  open.defer(() => store.close());
  const redis = redisSettings && await (await import('./redis/open-redis.ts')).openRedis({ settings: redisSettings, observe: watchRedis(telemetry, log), random: Math.random });
  if (redis !== undefined) {
    open.defer(() => redis.close());
    redisUp = () => redis.isUp();
  }
  // The limits change with the deployment; what has been counted stays.
  let { audiences } = first.config.gateway;
  const admit = openLimiter({ limitsOf: (audience) => audiences[audience]?.limits ?? {}, quotas: store.quotas, redis, clock });
  const limitEvents = limitInFlight(mostEvents);
  const openNext = (deployment: Deployment): Promise<Served<Answering>> => openAnswering(deployment, { log, onFailure, telemetry, store, redis, admit, places, limitEvents, clock });

  const serving = openServing(await openNext(first), (error) => log.error({ err: error }, 'a deployment that was replaced could not be closed'));
  open.defer(() => serving.close());
  ({ health } = serving.current());
  // Whoever asks has no token, so that no source is named; the log does.
  const ready = openReadiness({
    clock,
    checks: [
      { name: 'store', check: () => store.ping().then(() => undefined, (error: unknown) => ({ said: 'unavailable', facts: { err: safeError(error) } })) },
      // A store that can be read may have no room to write.
      { name: 'audit', check: async () => {
        const failing = serving.current().trailFailing();
        return failing && { said: 'unavailable', facts: { err: safeError(failing.error) } };
      } },
      { name: 'sources', check: async () => {
        const outOfReach = await serving.current().outOfReach();
        return outOfReach.size === 0 ? undefined : { said: [...new Set(outOfReach.values())].sort().join(' '), facts: Object.fromEntries(outOfReach) };
      } },
    ],
    onChange: (isReady, facts) => log[isReady ? 'info' : 'warn'](facts, isReady ? 'ready again' : 'not ready'),
  });
  let stopping: Promise<void> | undefined;
  const http = await startHttpServer({
    ...server,
    tls: first.config.tls,
    graphql: (request, response, url) => serving.begin(response).graphql(request, response, url),
    explorer: (request, response, url) => serving.begin(response).explorer?.(request, response, url),
    webhook: (request, response, url) => serving.begin(response).webhook(request, response, url),
    keySet: (request, response) => serving.begin(response).keySet?.(request, response),
    ready: async () => ({
      ...stopping === undefined ? await ready() : { ready: false, checks: { process: 'stopping' } },
      policyVersion: running.policySet.version,
      // Without it each process counts and keeps for itself, and is as ready as before.
      ...redis === undefined ? {} : { redis: redis.isUp() ? 'up' : 'down' },
    }),
    onFailure,
    newId,
    onRequest: telemetry.exchanges?.begin,
  });
  open.defer(() => http.close());

  const exchange = async (): Promise<Reloaded> => {
    try {
      await watch?.take();
      const next = await load();
      const faults: Fault[] = [];
      checkReload(running.config, next.config, collectFaults('customer360.yaml', faults));
      if (faults.length > 0) throw new ConfigError(faults);
      serving.exchange(await openNext(next));
      if (next.config.tls !== undefined) http.renew(next.config.tls);
      running = next;
      ({ audiences } = next.config.gateway);
      ({ health } = serving.current());
      telemetry.reloaded('ok');
      log.info({ policyVersion: next.policySet.version }, 'the deployment was reloaded');
      return { kind: 'reloaded', policyVersion: next.policySet.version };
    } catch (error) {
      telemetry.reloaded('refused');
      log.error({ err: error }, 'the deployment was not reloaded; the one before it goes on');
      return { kind: 'refused', error };
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  const stop = async (): Promise<void> => {
    await pause(running.config.gateway.server.stopDelay);
    await last;
    await open.disposeAsync();
  };
  const reload = (): Promise<Reloaded> => {
    const next = last.then(exchange);
    last = next;
    return next;
  };
  const watch = server.watch === undefined ? undefined : openWatch({
    look, first: looked, every: server.watch,
    changed: () => {
      log.info('the files of the deployment have changed');
      return reload();
    },
  });
  open.defer(() => watch?.close());
  return {
    url: http.url,
    metricsUrl: telemetry.metricsUrl,
    reload,
    stop: () => (stopping ??= stop()),
  };
}
