import type { ObserveRedis } from '../redis/events.ts';
import type { Log } from './logs/log.ts';
import type { Telemetry } from './open-telemetry.ts';

/** Counts what becomes of Redis, and logs when it is lost and found: single failures would be a line for each request. */
export function watchRedis(telemetry: Pick<Telemetry, 'redis'>, log: Log): ObserveRedis {
  return (event) => {
    telemetry.redis(event);
    if (event.kind !== 'state') return;
    if (event.up) log.info({}, 'Redis answers');
    else log.warn({ reason: event.reason }, 'Redis does not answer: rates are counted by each process, rows are kept by each, and events of sources are refused');
  };
}
