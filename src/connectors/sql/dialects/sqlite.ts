import { fork } from 'node:child_process';
import { SqliteAdapter, SqliteQueryCompiler, sql } from 'kysely';
import type { FileAddress } from '../address.ts';
import { borrow } from './borrow.ts';
import { bind, compilerOf, errorField, plain, withoutZone, type Database, type Diagnosis, type Dialect, type RawRow } from './dialect.ts';
import { openPool } from './pool.ts';

/**
 * SQLite files, through Node's own driver, opened for reading only. The driver blocks its thread and knows no way to
 * interrupt a statement, so that each connection is a process of its own; a call that ends early ends it. `lower` folds
 * ASCII alone, and decimals are what SQLite made of them when they were stored.
 */
export const dialect: Dialect<FileAddress> = {
  grammar: {
    compiler: compilerOf(new SqliteAdapter(), new SqliteQueryCompiler()),
    nulls: 'first',
    first: (rows) => sql`limit ${sql.lit(rows)}`,
    value: (text, type) => bind(type === 'date' ? withoutZone(text) : text, type),
    exactly: (operand) => sql`${operand} collate binary`,
    asCursor: (column) => column,
  },
  connect: connectSqlite,
  diagnose,
};

/** A process that answers one statement at a time. */
interface Reader {
  ask(text: string, parameters: readonly unknown[]): Promise<readonly RawRow[]>;
  stop(): void;
  stopped(): boolean;
}

function connectSqlite({ path }: FileAddress, most: number): Database {
  const { lender, close } = openPool<Reader>({
    most,
    open: () => startReader(path),
    end: (reader) => reader.stop(),
    ended: (reader) => reader.stopped(),
  });
  return { run: (statement, signal) => borrow(lender, signal, (reader) => reader.ask(statement.sql, statement.parameters)), close };
}

/** What the reading process is sent: the file first, then statements. */
export type Asked =
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'statement'; readonly text: string; readonly parameters: readonly unknown[] };

/** What it answers: rows, none for the file, or why there are none. */
export type Told =
  | { readonly kind: 'rows'; readonly rows: readonly RawRow[] }
  | { readonly kind: 'failed'; readonly message: string; readonly errcode: unknown };

async function startReader(path: string): Promise<Reader> {
  // Beside this file, and with its ending: `.ts` from the sources, `.js` when built.
  const program = new URL(`./sqlite-reader${import.meta.url.slice(-3)}`, import.meta.url);
  const child = fork(program, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [], env: {} });
  let waiting = Promise.withResolvers<readonly RawRow[]>();
  let ended = false;
  const end = (why: Error): void => {
    ended = true;
    waiting.reject(why);
  };
  child.on('message', (told: Told) => {
    if (told.kind === 'failed') waiting.reject(Object.assign(new Error(told.message), { errcode: told.errcode }));
    else waiting.resolve(told.rows.map(outward));
  });
  child.on('error', end);
  child.on('exit', () => end(new Error('the reading process has ended')));

  const send = (asked: Asked): Promise<readonly RawRow[]> => {
    waiting = Promise.withResolvers<readonly RawRow[]>();
    child.send(asked, (error) => {
      if (error !== null) end(error);
    });
    return waiting.promise;
  };
  const stop = (): void => {
    ended = true;
    child.kill('SIGKILL');
  };
  try {
    await send({ kind: 'open', path });
  } catch (error) {
    stop();
    throw error;
  }
  return {
    ask: (text, parameters) => send({ kind: 'statement', text, parameters: parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value)) }),
    stop,
    stopped: () => ended,
  };
}

function outward(row: RawRow): RawRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

const codes = { error: 1, interrupt: 9, mismatch: 20 } as const;

function diagnose(error: unknown): Diagnosis {
  switch (errorField(error, 'errcode')) {
    case codes.error:
      return 'statement';
    case codes.interrupt:
      return 'ended';
    case codes.mismatch:
      return 'value';
    default:
      return 'unreachable';
  }
}
