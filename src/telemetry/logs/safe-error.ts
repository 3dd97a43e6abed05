import { faultLine, ConfigError } from '../../parse/faults.ts';

/**
 * What of an error may stand in a log: its kind, its code, where it was made, and the same of its cause. Messages of drivers, parsers and
 * of the language itself quote the values that they stumbled over, so no message is printed but those that name no value: of the operating
 * system (`connect ECONNREFUSED 10.0.0.5:5432`), and faults of the deployment's files.
 */
export function safeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? { code: error.code } : {};
  const message = 'syscall' in error ? { message: error.message } : {};
  const faults = error instanceof ConfigError ? { faults: error.faults.map(faultLine) } : {};
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)).join('\n') ?? '';
  const cause = error.cause === undefined ? {} : { cause: safeError(error.cause) };
  return { type: error.name, ...code, ...message, ...faults, ...(frames === '' ? {} : { stack: frames }), ...cause };
}
