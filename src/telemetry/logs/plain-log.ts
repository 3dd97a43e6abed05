import { pino } from 'pino';
import type { Log } from './log.ts';
import { safeError } from './safe-error.ts';

/** Opens the log of a command, for the person who runs it: one plain line for what went wrong, with the kind of the error. */
export function openPlainLog(write: (text: string) => void): Log {
  return pino({ level: 'warn', base: null, serializers: { err: safeError, error: safeError } }, { write: (line) => write(plainLine(JSON.parse(line) as Line)) });
}

interface Line {
  readonly msg: string;
  readonly source?: string;
  readonly err?: SafeError;
  readonly error?: SafeError;
}

interface SafeError {
  readonly type?: string;
  readonly code?: string | number;
  readonly message?: string;
}

function plainLine({ msg, source, err, error = err }: Line): string {
  const why = error?.message ?? error?.code ?? error?.type;
  return `customer360: ${source === undefined ? '' : `${source}: `}${msg}${why === undefined ? '' : ` (${why})`}\n`;
}
