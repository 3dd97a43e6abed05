import type { SourceError } from '../../errors.ts';
import type { Fail } from '../failure.ts';

/** An answer's status as an error; `label` is the operation's. */
export function statusFailure(fail: Fail, { status, headers }: Answered, label: string, now: number): SourceError {
  const message = `${label} answered ${status}`;
  const retryAfter = retryAfterOf(headers['retry-after'], now);
  if (status === 429 || (status === 503 && retryAfter !== undefined)) return fail('SOURCE_RATE_LIMITED', message, { retryAfter });
  if ([401, 403, 407].includes(status)) return fail('SOURCE_UNAVAILABLE', `${message}: the source refuses our credential`);
  // A 408 says that the connection was slow, and nothing against what was asked.
  if (status >= 400 && status < 500 && status !== 408) return fail('SOURCE_UNAVAILABLE', message, { fault: 'request' });
  return fail('SOURCE_UNAVAILABLE', message);
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** `Retry-After` as milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3); undefined when it is neither. */
function retryAfterOf(header: string | readonly string[] | undefined, now: number): number | undefined {
  const text = (typeof header === 'object' ? header[0] : header)?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // The parser of dates takes almost anything with a number in it; a date of HTTP starts with a day's name.
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
