import { MssqlAdapter, MssqlQueryCompiler, sql } from 'kysely';
import { Connection, Request, TYPES } from 'tedious';
import type { ServerAddress } from '../address.ts';
import { borrow } from './borrow.ts';
import { bind, compilerOf, connectTimeout, errorField, plain, withoutZone, type Database, type Diagnosis, type Dialect, type RawRow } from './dialect.ts';
import { openPool } from './pool.ts';

/**
 * SQL Server 2016 and later, through `tedious`. Its statements are tested as text; it was never run against a server.
 * A call that ends early closes its connection, on which the server drops the statement.
 */
export const dialect: Dialect = {
  grammar: {
    compiler: compilerOf(new MssqlAdapter(), new MssqlQueryCompiler()),
    nulls: 'first',
    first: (rows) => sql`offset 0 rows fetch next ${sql.lit(rows)} rows only`,
    value: (text, type) => bind(type === 'date' ? withoutZone(text) : text, type),
    exactly: (operand) => sql`cast(${operand} as nvarchar(4000)) collate Latin1_General_100_BIN2`,
    asCursor: (column) => sql`convert(nvarchar(4000), ${column}, 126)`,
  },
  connect: connectMssql,
  diagnose,
};

function connectMssql(address: ServerAddress, most: number): Database {
  const { lender, close } = openPool<Connection>({
    most,
    open: () => open(address),
    end: (connection) => connection.close(),
    ended: (connection) => connection.closed,
  });
  return {
    run: (statement, signal) => borrow(lender, signal, (connection) => ask(connection, statement.sql, statement.parameters)),
    close,
  };
}

function open(address: ServerAddress): Promise<Connection> {
  const connection = new Connection({
    server: address.host,
    authentication: { type: 'default', options: { userName: address.user, password: address.password.reveal() } },
    options: {
      port: address.port,
      database: address.database,
      appName: 'customer360',
      encrypt: address.tls !== undefined,
      trustServerCertificate: false,
      cryptoCredentialsDetails: { ca: address.tls?.ca, cert: address.tls?.cert, key: address.tls?.key },
      connectTimeout,
      requestTimeout: 0,
      useUTC: true,
    },
  });
  return new Promise((resolve, reject) => {
    // Once connected, an error ends the connection, and the pool drops it; without a listener it would end the process.
    connection.on('error', reject);
    connection.connect((error) => (error === undefined ? resolve(connection) : reject(error)));
  });
}

function ask(connection: Connection, text: string, parameters: readonly unknown[]): Promise<readonly RawRow[]> {
  return new Promise((resolve, reject) => {
    const rows: RawRow[] = [];
    let failure: unknown;
    const request = new Request(text, (error) => {
      if (error === undefined && failure === undefined) resolve(rows);
      else reject(error ?? failure);
    });
    parameters.forEach((value, at) => request.addParameter(String(at + 1), typeOf(value), value));
    request.on('row', (columns: readonly Column[]) => {
      try {
        rows.push(Object.fromEntries(columns.map((column) => [column.metadata.colName, outward(column)])));
      } catch (error) {
        failure = error;
      }
    });
    connection.execSql(request);
  });
}

/** An ASCII text goes as varchar: as nvarchar it would make the server convert a varchar column, row by row, past its index. */
function typeOf(value: unknown): (typeof TYPES)[keyof typeof TYPES] {
  if (typeof value === 'bigint') return TYPES.BigInt;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? TYPES.BigInt : TYPES.Float;
  if (typeof value === 'boolean') return TYPES.Bit;
  return typeof value === 'string' && /^[\x00-\x7f]*$/.test(value) ? TYPES.VarChar : TYPES.NVarChar;
}

/** What of a tedious column is used here. */
export interface Column {
  readonly value: unknown;
  readonly metadata: { readonly colName: string; readonly type: { readonly name: string }; readonly scale?: number | undefined };
}

/**
 * The driver gives dates as Dates and decimals as doubles. The column's type says what they were: a date keeps its day, a
 * local time gets no zone, a decimal gets its digits back. One too long for a double is a loss, and no value is given for it.
 */
export function outward({ value, metadata }: Column): unknown {
  const type = metadata.type.name;
  if (value instanceof Date) {
    const text = value.toISOString();
    if (type === 'Date') return text.slice(0, 10);
    if (type === 'Time') return text.slice(11, -1);
    return type === 'DateTimeOffset' ? text : text.slice(0, -1);
  }
  if (typeof value === 'number' && /^(Decimal|Numeric|Money|SmallMoney)/.test(type)) {
    const scale = metadata.scale ?? 4;
    if (Math.abs(value) * 10 ** scale > Number.MAX_SAFE_INTEGER) throw new RangeError(`${metadata.colName}: a decimal of more than 15 digits`);
    return value.toFixed(scale);
  }
  return plain(value);
}

const badValues = new Set([241, 242, 244, 245, 248, 295, 8114, 8115, 8169]);
const badStatements = new Set([102, 156, 207, 208, 229, 230, 306, 402, 468]);

function diagnose(error: unknown): Diagnosis {
  if (error instanceof RangeError) return 'loss';
  const number = errorField(error, 'number');
  if (typeof number !== 'number') return errorField(error, 'code') === 'ECANCEL' ? 'ended' : 'unreachable';
  if (badValues.has(number)) return 'value';
  return badStatements.has(number) ? 'statement' : 'unreachable';
}
