import { performance } from 'node:perf_hooks';
import type { CompiledQuery } from 'kysely';
import type { SourceError } from '../../errors.ts';
import type { Call } from '../connector.ts';
import type { Fail } from '../failure.ts';
import { messageOf } from '../../thrown.ts';
import type { DatabaseCall } from '../../servers/database-call.ts';
import { errorField, type Database, type Diagnosis, type RawRow } from './dialects/dialect.ts';

/** Rows; or a refusal of one of the values, which asking for fewer of them can pin down. */
export type Told =
  | { readonly kind: 'rows'; readonly rows: readonly RawRow[] }
  | { readonly kind: 'refused'; readonly error: SourceError };

/** Runs a statement within a call's time. Rejects with a SourceError; `label` is the operation as operators know it. */
export type Ask = (label: string, statement: CompiledQuery, call: Call) => Promise<Told>;

/** A database that is asked within time limits. */
export interface Asking {
  /** Asks on behalf of a table. */
  readonly askOf: (table: string) => Ask;
  /** Ends the calls under way, then the connections. */
  close(): Promise<void>;
}

export interface AskDeps {
  readonly database: Database;
  readonly diagnose: (error: unknown) => Diagnosis;
  readonly fail: Fail;
  readonly clock: () => number;
  /** Told of each statement, at its end. */
  readonly observe?: ((told: Pick<DatabaseCall, 'collection' | 'milliseconds' | 'error'>) => void) | undefined;
}

const longestTimer = 2 ** 31 - 1;

/** Opens a database for asking. */
export function openAsking({ database, diagnose, fail, clock, observe }: AskDeps): Asking {
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const isClosed = (): boolean => closing.signal.aborted;

  const run = async (table: string, statement: CompiledQuery, signal: AbortSignal): Promise<readonly RawRow[]> => {
    const startedAt = performance.now();
    const rows = database.run(statement, signal);
    running.add(rows);
    let error: string | undefined;
    try {
      return await rows;
    } catch (thrown) {
      error = signal.aborted ? 'timeout' : errorCode(thrown);
      throw thrown;
    } finally {
      running.delete(rows);
      observe?.({ collection: table, milliseconds: performance.now() - startedAt, error });
    }
  };
  return {
    askOf: (table) => async (label, statement, call) => {
      const left = Math.min(call.deadline - clock(), longestTimer);
      if (isClosed()) throw fail('SOURCE_UNAVAILABLE', `${label}: the source is closed`);
      if (left <= 0 || call.signal.aborted) throw fail('SOURCE_TIMEOUT', `${label}: the time was up before the call`);
      const end = AbortSignal.any([closing.signal, call.signal, AbortSignal.timeout(left)]);
      try {
        return { kind: 'rows', rows: await run(table, statement, end) };
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

/** What a database says may quote what it was asked for or what lies in it, and that is a customer's: only its code is kept. */
function failureFor(diagnosis: Diagnosis, error: unknown, label: string, fail: Fail): Told {
  const code = errorCode(error);
  switch (diagnosis) {
    case 'ended':
      throw fail('SOURCE_TIMEOUT', `${label}: the database ended the statement (${code})`);
    case 'value':
      return { kind: 'refused', error: fail('SOURCE_UNAVAILABLE', `${label}: a value does not fit its column (${code})`, { fault: 'request' }) };
    case 'statement':
      // In words only to whoever asks for what nobody has, see `probe.ts`.
      throw fail('SOURCE_UNAVAILABLE', `${label}: the statement does not fit the database (${code})`, { fault: 'request', cause: error });
    case 'loss':
      throw fail('SOURCE_MALFORMED', `${label}: a value cannot be given on without loss (${code})`);
    case 'unreachable':
      throw fail('SOURCE_UNAVAILABLE', `${label}: the database cannot be used (${code}${saidBySystem(error)})`, { cause: error });
  }
}

/** The SQLSTATE, or whatever the driver has in its place. */
function errorCode(error: unknown): string {
  const codes = ['code', 'errno', 'number', 'errcode'].map((name) => errorField(error, name));
  return codes.filter((code) => typeof code === 'string' || typeof code === 'number').map(String)[0] ?? (error instanceof Error ? error.name : typeof error);
}

/** What the operating system says of a connection names addresses alone. */
function saidBySystem(error: unknown): string {
  return errorField(error, 'syscall') === undefined ? '' : `: ${messageOf(error)}`;
}
