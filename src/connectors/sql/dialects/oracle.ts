import { sql } from 'kysely';
import { OracleAdapter, OracleQueryCompiler } from 'kysely-oracledb';
import oracledb, { type ColumnType, type Connection, type FetchAs, type Pool } from 'oracledb';
import type { ServerAddress } from '../address.ts';
import { borrow } from './borrow.ts';
import { compilerOf, connectTimeout, errorField, plain, withoutZone, type Database, type Diagnosis, type Dialect, type RawRow } from './dialect.ts';

/**
 * Oracle 12.2 and later, through `oracledb` in its thin mode, which needs no client library. Its statements are tested as
 * text; it was never run against a server. Identifiers are quoted, so they are written as the catalogue has them: usually in
 * capitals. A call that ends early breaks off its statement and drops the connection.
 */
export const dialect: Dialect = {
  grammar: {
    compiler: compilerOf(new OracleAdapter(), new OracleQueryCompiler()),
    nulls: 'last',
    first: (rows) => sql`fetch first ${sql.lit(rows)} rows only`,
    value: (text, type) => {
      if (type === 'integer') return sql`to_number(${text})`;
      return type === 'date' ? sql`to_date(${seconds(text)}, 'YYYY-MM-DD"T"HH24:MI:SS')` : sql`${text}`;
    },
    exactly: (operand) => operand,
    asCursor: (column) => sql`to_char(${column})`,
  },
  connect: connectOracle,
  diagnose,
};

function seconds(text: string): string {
  return text.length === 10 ? `${text}T00:00:00` : withoutZone(text).slice(0, 19);
}

/** Makes a session's text forms of dates and numbers our own, since cursors travel as text, and its order that of the bytes. */
const session = `alter session set nls_date_format = 'YYYY-MM-DD"T"HH24:MI:SS' nls_timestamp_format = 'YYYY-MM-DD"T"HH24:MI:SS.FF9'
  nls_timestamp_tz_format = 'YYYY-MM-DD"T"HH24:MI:SS.FF9TZH:TZM' nls_numeric_characters = '. ' nls_sort = binary nls_comp = binary`;

function connectOracle(address: ServerAddress, size: number): Database {
  let opened: Promise<Pool> | undefined;
  const pool = (): Promise<Pool> => {
    opened ??= oracledb.createPool({
      user: address.user,
      password: address.password.reveal(),
      connectString: `${address.tls === undefined ? 'tcp' : 'tcps'}://${address.host}:${address.port}/${address.database}`,
      ...walletOf(address),
      poolMin: 0,
      poolMax: size,
      queueTimeout: connectTimeout,
      sessionCallback: (connection, _tag, done) => void connection.execute(session, [], {}).then(() => done(), done),
    });
    return opened;
  };
  const lender = {
    acquire: async () => (await pool()).getConnection(),
    release: (connection: Connection) => void connection.close().catch(() => undefined),
    destroy: (connection: Connection) => {
      const drop = (): Promise<void> => connection.close({ drop: true });
      connection.break().then(drop, drop).catch(() => undefined);
    },
  };
  return {
    run: (statement, signal) =>
      borrow(lender, signal, async (connection) => {
        const result = await connection.execute(statement.sql, statement.parameters.map(bound), { outFormat: oracledb.OUT_FORMAT_OBJECT, fetchTypeHandler });
        return (result.rows ?? []).map((row): RawRow => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
      }),
    close: async () => {
      if (opened !== undefined) await (await opened).close(0);
    },
  };
}

function walletOf({ tls }: ServerAddress): { readonly walletContent?: string } {
  const parts = [tls?.key, tls?.cert, tls?.ca].filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { walletContent: parts.join('\n') };
}

/** As CHAR: a CHAR column is compared with it blank-padded, as it is meant, and a VARCHAR2 column as it stands. */
function bound(value: unknown): unknown {
  return typeof value === 'string' ? { dir: oracledb.BIND_IN, type: oracledb.DB_TYPE_CHAR, val: value } : value;
}

/** The driver gives numbers as doubles and dates in this process's time zone; both leave as text that lost nothing. */
function fetchTypeHandler({ dbType, scale, precision }: ColumnType): FetchAs | undefined {
  switch (dbType) {
    case oracledb.DB_TYPE_NUMBER:
      return scale === 0 && precision !== undefined && precision > 0 && precision <= 15 ? undefined : { type: oracledb.STRING };
    case oracledb.DB_TYPE_CLOB:
    case oracledb.DB_TYPE_NCLOB:
      return { type: oracledb.STRING };
    case oracledb.DB_TYPE_BLOB:
      return { type: oracledb.BUFFER };
    case oracledb.DB_TYPE_DATE:
    case oracledb.DB_TYPE_TIMESTAMP:
      return { converter: (value) => (value instanceof Date ? localTime(value) : value) };
    default:
      return undefined;
  }
}

/** The clock reading that the database meant, which the driver moved into this process's zone. */
export function localTime(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);
}

function diagnose(error: unknown): Diagnosis {
  const code = errorField(error, 'code');
  if (code === 'ORA-01013' || code === 'NJS-123') return 'ended';
  if (typeof code !== 'string') return 'unreachable';
  if (/^ORA-(01722|01426|01438|018[3-6]\d|01465)$/.test(code)) return 'value';
  return /^ORA-(009\d\d|00942|01031|04043|00932)$/.test(code) ? 'statement' : 'unreachable';
}
