import { z } from 'zod';
import type { SourceError } from '../../errors.ts';
import type { Fail } from '../failure.ts';

/** An error as an answer tells of it. What it says in words is left out: it may repeat what was asked. */
export interface SaidError {
  /** The place in the data that it concerns; empty where it concerns the whole. */
  readonly path: readonly (string | number)[];
  /** In capitals; empty where there is none. */
  readonly code: string;
}

const codeShape = z.string().regex(/^[\w.:-]{1,64}$/).catch('');

const answerShape = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({
    path: z.array(z.union([z.string(), z.number()])).nullish(),
    type: codeShape,
    extensions: z.object({ code: codeShape }).catch({ code: '' }),
  })).nullish(),
});

/** An answer by the GraphQL specification (7.1). */
export interface GraphqlAnswer {
  /** Undefined where the source gave none. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly errors: readonly SaidError[];
}

/** An answer's parts; undefined when it is not of the specified form. */
export function readAnswer(body: unknown): GraphqlAnswer | undefined {
  const { data } = answerShape.safeParse(body);
  if (data === undefined || (data.data === undefined && data.errors === undefined)) return undefined;
  const errors = (data.errors ?? []).map(({ path, type, extensions }) => ({ path: path ?? [], code: (extensions.code || type).toUpperCase() }));
  return { data: data.data ?? undefined, errors };
}

const notFound = /^(\w+_)?NOT_FOUND$/;
const rateLimited = /^(RATE_?LIMIT(ED|_EXCEEDED)?|THROTTLED|TOO_MANY_REQUESTS)$/;
const timedOut = /^(\w+_)?TIMEOUT$|^DEADLINE_EXCEEDED$/;
const refused = /^(BAD_USER_INPUT|BAD_REQUEST|GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED)$/;

/** True for an error that only says that there is no such record. */
export const isNotFound = ({ code }: SaidError): boolean => notFound.test(code);

/** What the errors of an answer mean: the first one of a kind that is known, or that the source failed. */
export function failureOf(errors: readonly SaidError[], label: string, fail: Fail): SourceError {
  const codes = errors.map(({ code }) => code);
  const shown = [...new Set(codes.filter((code) => code !== ''))].join(', ');
  const message = `${label} answered with ${shown === '' ? 'an error' : shown}`;
  if (codes.some((code) => rateLimited.test(code))) return fail('SOURCE_RATE_LIMITED', message);
  if (codes.some((code) => timedOut.test(code))) return fail('SOURCE_TIMEOUT', message);
  return fail('SOURCE_UNAVAILABLE', message, codes.some((code) => refused.test(code)) ? { fault: 'request' } : {});
}
