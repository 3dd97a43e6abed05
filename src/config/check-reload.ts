import type { Config } from './load-config.ts';
import type { Faults } from '../parse/faults.ts';
import { sameSettings } from './same-settings.ts';

/** What is settled once a process listens. */
const listening = [
  'host', 'port', 'headersTimeout', 'requestTimeout', 'keepAlive', 'idleTimeout', 'maxHeader', 'maxConnections', 'maxInFlight', 'drain', 'watch',
] as const;

/** Notes what has changed of that which a process keeps for as long as it runs. */
export function checkReload(running: Config, next: Config, faults: Faults): void {
  const { server, telemetry } = running.gateway;
  const kept: Readonly<Record<string, readonly [unknown, unknown]>> = {
    ...Object.fromEntries(listening.map((name) => [`server.${name}`, [server[name], next.gateway.server[name]]])),
    // Another certificate is taken over; another protocol is not.
    'server.tls': [server.tls !== undefined, next.gateway.server.tls !== undefined],
    store: [running.store, next.store],
    redis: [running.redis, next.redis],
    telemetry: [telemetry, next.gateway.telemetry],
  };
  for (const [path, [before, after]] of Object.entries(kept)) {
    if (!sameSettings(before, after)) faults.add(path, 'changed, and takes another process: restart the gateway');
  }
}
