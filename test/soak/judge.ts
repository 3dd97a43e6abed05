import { isDeepStrictEqual } from 'node:util';
import type { Service } from './company.ts';

/** What an answer may be wrong about, for as long as it says so. */
export interface Trouble {
  /** Services that are bad, or were until a moment ago. */
  readonly bad: ReadonlySet<Service>;
  /** Services of which nothing can have come for so long that nothing kept of them is fresh. */
  readonly gone: ReadonlySet<Service>;
}

/** An answer as it came. */
export interface Reply {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

export type Verdict =
  /** All of it is there, and right. */
  | { readonly kind: 'whole' }
  /** What is there is right, and what is not says why. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'wrong'; readonly why: string };

interface Told {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: readonly (string | number)[]; readonly extensions?: { readonly code?: unknown; readonly reason?: unknown } }[];
}

const sourceCodes: ReadonlySet<unknown> = new Set(['SOURCE_TIMEOUT', 'SOURCE_UNAVAILABLE', 'SOURCE_RATE_LIMITED', 'SOURCE_MALFORMED']);
const statuses: ReadonlySet<unknown> = new Set(['OK', 'STALE', 'TIMEOUT', 'UNAVAILABLE', 'DENIED', 'NOT_LINKED']);

/** Compares an answer with the truth: every field has the right value, or is null with a code, or says that it is stale. */
export function judge({ status, retryAfter, text }: Reply, truth: unknown, { bad, gone }: Trouble): Verdict {
  let told: Told;
  try {
    told = JSON.parse(text) as Told;
  } catch {
    return { kind: 'wrong', why: `status ${status} with what is no JSON: ${text.slice(0, 200)}` };
  }
  const errors = told.errors ?? [];
  const code = String(errors[0]?.extensions?.code);
  if (status === 503 && code === 'OVERLOADED') return retryAfter === null ? { kind: 'wrong', why: '503 without Retry-After' } : { kind: 'refused', code };
  // Without the store nothing is known of who may see what.
  if (status === 503 && code === 'STORE_UNAVAILABLE' && bad.has('store')) return retryAfter === null ? { kind: 'wrong', why: '503 without Retry-After' } : { kind: 'refused', code };
  if (status !== 200) return { kind: 'wrong', why: `status ${status}: ${text.slice(0, 300)}` };
  const excused = (path: readonly (string | number)[]): boolean => errors.some(({ path: at = [], extensions }) => {
    const meets = at.every((step, index) => index >= path.length || step === path[index]);
    // A source that is the authority on consent and does not answer in time has said no.
    return meets && (sourceCodes.has(extensions?.code) || extensions?.reason === 'consent');
  });
  const faults: string[] = [];
  const state = { whole: true };
  const compare = (value: unknown, right: unknown, path: readonly (string | number)[]): void => {
    if (path.at(-1) === 'completeness') return complete(value, path);
    if (isDeepStrictEqual(value, right)) return;
    state.whole = false;
    if (value === null || value === undefined) return void (excused(path) || faults.push(`${path.join('.')} is null without a reason`));
    if (Array.isArray(value) && Array.isArray(right)) return list(value, right, path);
    // Whether she has it at all is not known where its source could not be asked.
    if (right === null && typeof value === 'object' && Object.entries(value).every(([name, one]) => one === null && excused([...path, name]))) return;
    if (typeof value === 'object' && typeof right === 'object' && right !== null && !Array.isArray(value)) {
      for (const name of new Set([...Object.keys(value), ...Object.keys(right)])) compare((value as Record<string, unknown>)[name], (right as Record<string, unknown>)[name], [...path, name]);
      return;
    }
    faults.push(`${path.join('.')} is ${JSON.stringify(value)}, and should be ${JSON.stringify(right)}`);
  };
  /** Of a list made of several sources those that failed stand as one null each. */
  const list = (values: readonly unknown[], right: readonly unknown[], path: readonly (string | number)[]): void => {
    if (values.length === right.length && !values.includes(null)) return values.forEach((value, index) => compare(value, right[index], [...path, index]));
    const missing = values.flatMap((value, index) => (value === null ? [index] : []));
    if (missing.length === 0 || !missing.every((index) => excused([...path, index]))) {
      faults.push(`${path.join('.')} has ${values.length} items instead of ${right.length}`);
      return;
    }
    for (const value of values) if (value !== null && !right.some((one) => isDeepStrictEqual(one, value))) faults.push(`${path.join('.')} has ${JSON.stringify(value)}, which is not in it`);
  };
  const complete = (value: unknown, path: readonly (string | number)[]): void => {
    for (const { source, status: said } of value as readonly { readonly source: { readonly key: Service }; readonly status: string }[]) {
      if (!statuses.has(said)) faults.push(`${path.join('.')} says ${said}`);
      if (said !== 'OK' && said !== 'DENIED') state.whole = false;
      if (said === 'OK' && gone.has(source.key)) faults.push(`${path.join('.')} says OK of ${source.key}, of which nothing can be fresh`);
    }
  };
  compare(told.data, truth, []);
  return faults.length > 0 ? { kind: 'wrong', why: `${faults.slice(0, 3).join('; ')}: ${text.slice(0, 400)}` } : { kind: state.whole ? 'whole' : 'partial' };
}
