import type { CompiledQuery } from 'kysely';
import type { SourceError } from '../../errors.ts';
import type { Call } from '../connector.ts';
import type { Fail } from '../failure.ts';
import { messageOf } from '../../thrown.ts';
import { errorField, type Database, type Diagnosis, type RawRow } from './dialects/dialect.ts';

/** Rows; or a refusal of one of the values, which asking for fewer of them can pin down. */
export type Told =
  | { readonly kind: 'rows'; readonly rows: readonly RawRow[] }
  | { readonly kind: 'refused'; readonly error: SourceError };

/** Runs a statement within a call's time. Rejects with a SourceError; `label` is the operation as operators know it. */
export type Ask = (label: string, statement: CompiledQuery, call: Call) => Promise<Told>;

/** A database that is asked within time limits. */
export interface Asking {
  readonly ask: Ask;
  /** Ends the calls under way, then the connections. */
  close(): Promise<void>;
}

export interface AskDeps {
  readonly database: Database;
  readonly diagnose: (error: unknown) => Diagnosis;
  readonly fail: Fail;
  readonly clock: () => number;
}

const longestTimer = 2 ** 31 - 1;

/** Opens a database for asking. */
export function openAsking({ database, diagnose, fail, clock }: AskDeps): Asking {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const isClosed = (): boolean => closing.signal.aborted;

  const run = async (statement: CompiledQuery, signal: AbortSignal): Promise<readonly RawRow[]> => {
    const rows = database.run(statement, signal);
    running.add(rows);
    try {
      return await rows;
    } finally {
      running.delete(rows);
    }
  };
  return {
    ask: async (label, statement, call) => {
      const left = Math.min(call.deadline - clock(), longestTimer);
      if (isClosed()) throw fail('SOURCE_UNAVAILABLE', `${label}: the source is closed`);
      if (left <= 0 || call.signal.aborted) throw fail('SOURCE_TIMEOUT', `${label}: the time was up before the call`);
      const end = AbortSignal.any([closing.signal, call.signal, AbortSignal.timeout(left)]);
      try {
        return { kind: 'rows', rows: await run(statement, end) };
      } catch (error) {
        if (isClosed()) throw fail('SOURCE_UNAVAILABLE', `${label}: the source is closed`);
        if (end.aborted) throw fail('SOURCE_TIMEOUT', `${label}: no answer in time`);
        return failureFor(diagnose(error), error, label, fail);
      }
    },
    close: async () => {
      closing.abort();
      // A pool waits for what is borrowed from it, so that comes back first.
      await Promise.allSettled(running);
      await database.close();
    },
  };
}

/** What a database says of a value quotes it, and it is a customer's: of that only the code is kept. */
function failureFor(diagnosis: Diagnosis, error: unknown, label: string, fail: Fail): Told {
  switch (diagnosis) {
    case 'ended':
      throw fail('SOURCE_TIMEOUT', `${label}: the database ended the statement`);
    case 'value':
      return { kind: 'refused', error: fail('SOURCE_UNAVAILABLE', `${label}: a value does not fit its column (${codeOf(error)})`, { fault: 'request' }) };
    case 'statement':
      throw fail('SOURCE_UNAVAILABLE', `${label}: ${messageOf(error)}`, { fault: 'request', cause: error });
    case 'loss':
      throw fail('SOURCE_MALFORMED', `${label}: ${messageOf(error)}`);
    case 'unreachable':
      throw fail('SOURCE_UNAVAILABLE', `${label}: ${codeOf(error)}: ${messageOf(error)}`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  const codes = ['code', 'errno', 'number', 'errcode'].map((name) => errorField(error, name));
  return codes.filter((code) => typeof code === 'string' || typeof code === 'number').map(String)[0] ?? 'no code';
}
