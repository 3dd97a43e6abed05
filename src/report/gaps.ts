import type { GraphQLError } from 'graphql';
import type { Coordinate } from '../ids.ts';
import type { GapReason, ReportGap } from './report.ts';

/** Gathers what could not be told; the same of many places is one gap. */
export interface Gaps {
  add(gap: { readonly field?: Coordinate | undefined; readonly source?: string | undefined; readonly reason: GapReason; readonly detail?: string | undefined }): void;
  /** Adds what an error of the answer says. */
  failed(field: Coordinate | undefined, error: GraphQLError): void;
  readonly all: () => readonly ReportGap[];
}

/** By the code of an error. */
const reasons: ReadonlyMap<unknown, GapReason> = new Map<unknown, GapReason>([
  ['UNAUTHORIZED_FIELD_OR_TYPE', 'DENIED'], ['SOURCE_TIMEOUT', 'TIMEOUT'], ['SOURCE_MALFORMED', 'MALFORMED'],
  ['SOURCE_UNAVAILABLE', 'UNAVAILABLE'], ['SOURCE_RATE_LIMITED', 'UNAVAILABLE'],
]);

/** None yet. */
export function openGaps(): Gaps {
  const gaps = new Map<string, ReportGap>();
  const add: Gaps['add'] = ({ field, source, reason, detail }) => {
    const key = JSON.stringify([field, source, reason, detail]);
    const places = (gaps.get(key)?.places ?? 0) + 1;
    gaps.set(key, { field: field ?? null, source: source ?? null, reason, detail: detail ?? null, places });
  };
  return {
    add,
    failed: (field, { extensions: { code, reason, source } }) => add({
      // Any other error is the gateway's own: what it stands for is not there either.
      field, reason: reasons.get(code) ?? 'UNAVAILABLE', detail: textOf(reason), source: textOf(source),
    }),
    all: () => [...gaps.values()],
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
