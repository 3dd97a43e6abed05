import { wrongCommandLine } from './command-error.ts';

/** The milliseconds of a moment that was typed: a day (its beginning in UTC) or a time with its zone. */
export function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw wrongCommandLine(`${option}: expected a day like 2026-01-31 (in UTC) or a moment like 2026-01-31T12:00:00Z, got ${JSON.stringify(text)}`);
  return time;
}
