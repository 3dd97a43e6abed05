import { DummyDriver, Kysely, sql, type CompiledQuery, type DialectAdapter, type QueryCompiler, type RawBuilder } from 'kysely';
import type { ServerAddress } from '../address.ts';
import type { ValueType } from '../settings.ts';

/** A piece of a statement: text of ours, quoted identifiers of the configuration, and values that are always bound. */
export type Fragment = RawBuilder<unknown>;

/** A row as a database gives it: no bigint, Date or Buffer in it, so that nothing is lost or shifted on the way out. */
export type RawRow = Readonly<Record<string, unknown>>;

/** What the databases spell differently in the statements that the gateway sends. */
export interface Grammar {
  readonly compiler: Compiler;
  /** Where null comes in ascending order; in descending order it is at the other end. */
  readonly nulls: 'first' | 'last';
  /** Follows an `order by`: no more than this many rows. */
  first(rows: number): Fragment;
  /** Binds a value that fits its type. */
  value(text: string, type: ValueType): Fragment;
  /** A text operand that tells apart what the column's own collation would call equal. */
  exactly(operand: Fragment): Fragment;
  /** A column in a form that can be bound again later without loss; the row after it is found with this. */
  asCursor(column: Fragment): Fragment;
}

/** Compiles fragments by one database's rules. It never connects. */
export interface Compiler {
  compile(fragment: Fragment): CompiledQuery;
}

/**
 * Why a statement failed: nobody waits any more (`ended`), the database cannot be used (`unreachable`), a value does not fit
 * its column (`value`), the statement does not fit the database (`statement`), or what came back cannot be given on (`loss`).
 */
export type Diagnosis = 'ended' | 'unreachable' | 'value' | 'statement' | 'loss';

/**
 * A database that can be asked. `run` rejects with the driver's own error, or with the signal's reason once it is aborted;
 * then the connection is thrown away, and what it was doing is ended in the database too, as each dialect's file says.
 */
export interface Database {
  run(statement: CompiledQuery, signal: AbortSignal): Promise<readonly RawRow[]>;
  close(): Promise<void>;
}

/** One kind of database server. Connecting is lazy: a server that is down fails the calls, not the opening. */
export interface Dialect<Address = ServerAddress> {
  readonly grammar: Grammar;
  connect(address: Address, pool: number): Database;
  diagnose(error: unknown): Diagnosis;
}

/** Milliseconds to wait for a connection before the database counts as out of reach. Calls usually end earlier. */
export const connectTimeout = 10_000;

/** A compiler by a Kysely dialect's rules. */
export function compilerOf(adapter: DialectAdapter, rules: QueryCompiler): Compiler {
  const kysely = new Kysely<Readonly<Record<string, never>>>({
    dialect: {
      createAdapter: () => adapter,
      createDriver: () => new DummyDriver(),
      createQueryCompiler: () => rules,
      createIntrospector: () => {
        throw new Error('a compiler has no database to look into');
      },
    },
  });
  return { compile: (fragment) => fragment.compile(kysely) };
}

/** Binds a value as what it is in JavaScript: integers as bigint, all else as text. */
export function bind(text: string, type: ValueType): Fragment {
  return type === 'integer' ? sql`${BigInt(text)}` : sql`${text}`;
}

/** A date or time without a zone: what has one is turned into UTC, where the server's own text form knows no zones. */
export function withoutZone(text: string): string {
  return /(Z|[+-]\d\d:\d\d)$/.test(text) && text.includes('T') ? new Date(text).toISOString().slice(0, -1) : text;
}

/** A value as it may leave the connector: bytes as base64, big integers and dates as text. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return Array.isArray(value) ? value.map(plain) : value;
}

/** A property of an error of unknown make. */
export function errorField(error: unknown, name: string): unknown {
  return error !== null && typeof error === 'object' && name in error ? (error as Readonly<Record<string, unknown>>)[name] : undefined;
}
