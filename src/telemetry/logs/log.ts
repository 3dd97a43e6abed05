import { pino, type Logger } from 'pino';
import { safeError } from './safe-error.ts';

/** The gateway's own log: JSON, a line an event. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error'>;

/** Opens the log on standard error. What it is told of errors is only what is known to be safe to print. */
export function openLog(): Log {
  return pino({ base: null, serializers: { err: safeError, error: safeError } }, pino.destination(2));
}
