import type { SourceError } from '../../errors.ts';
import type { Fail } from '../http/failure.ts';

/** An entry of an answer's `errors`, as far as it can be relied on. */
interface ToldError {
  readonly root: string | undefined;
  readonly code: string;
}

/** The failures that an answer tells of: of everything, and by root field. What was only not found is no failure. */
export interface ToldFailures {
  readonly whole: SourceError | undefined;
  readonly byRoot: ReadonlyMap<string, SourceError>;
}

/** Reads the `errors` of a GraphQL answer. Messages are not passed on: they may repeat what was asked. */
export function failuresIn(answer: unknown, label: string, fail: Fail): ToldFailures {
  const { data, errors } = answer !== null && typeof answer === 'object' ? (answer as { readonly data?: unknown; readonly errors?: unknown }) : {};
  const told = (Array.isArray(errors) ? errors : []).map(toldError);
  const serious = told.filter(({ code }) => !/NOT_?FOUND/i.test(code));
  const byRoot = new Map(serious.flatMap(({ root, code }) => (root === undefined ? [] : [[root, failureFor(code, label, fail)] as const])));
  const rootless = serious.find(({ root }) => root === undefined);
  if (rootless !== undefined) return { whole: failureFor(rootless.code, label, fail), byRoot };
  const usable = data !== null && typeof data === 'object';
  if (usable) return { whole: undefined, byRoot };
  const [first] = byRoot.values();
  return { whole: first ?? fail('SOURCE_MALFORMED', `${label} answered without data`), byRoot };
}

function toldError(error: unknown): ToldError {
  const { path, extensions } = error !== null && typeof error === 'object' ? (error as { readonly path?: unknown; readonly extensions?: unknown }) : {};
  const [root] = Array.isArray(path) ? (path as readonly unknown[]) : [];
  const code = extensions !== null && typeof extensions === 'object' && 'code' in extensions ? extensions.code : '';
  return { root: typeof root === 'string' ? root : undefined, code: typeof code === 'string' ? code : '' };
}

function failureFor(code: string, label: string, fail: Fail): SourceError {
  const shown = /^[\w.:-]{1,64}$/.test(code) ? `: ${code}` : '';
  const message = `${label} says that it failed${shown}`;
  if (/RATE_?LIMIT|THROTTL|TOO_MANY/i.test(code)) return fail('SOURCE_RATE_LIMITED', message);
  if (/TIME_?OUT|DEADLINE/i.test(code)) return fail('SOURCE_TIMEOUT', message);
  if (/BAD_USER_INPUT|BAD_REQUEST|VALIDATION|PARSE_FAILED|INVALID/i.test(code)) return fail('SOURCE_UNAVAILABLE', message, { fault: 'request' });
  return fail('SOURCE_UNAVAILABLE', message);
}
