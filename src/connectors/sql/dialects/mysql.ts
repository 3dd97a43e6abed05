import { MysqlAdapter, MysqlQueryCompiler, sql } from 'kysely';
import mysql, { type ConnectionOptions, type PoolConnection } from 'mysql2';
import type { ServerAddress } from '../address.ts';
import { borrow } from './borrow.ts';
import { bind, compilerOf, connectTimeout, errorField, plain, withoutZone, type Database, type Diagnosis, type Dialect, type RawRow } from './dialect.ts';

/**
 * MariaDB 10.3 and MySQL 8 and later, through `mysql2`; tried against MariaDB. Values travel in prepared statements, never
 * escaped into the text. A call that ends early destroys its connection, and kills it in the server over a fresh one.
 */
export const dialect: Dialect = {
  grammar: {
    compiler: compilerOf(new MysqlAdapter(), new MysqlQueryCompiler()),
    nulls: 'first',
    first: (rows) => sql`limit ${sql.lit(rows)}`,
    value: (text, type) => bind(type === 'date' ? withoutZone(text) : text, type),
    exactly: (operand) => sql`convert(${operand} using utf8mb4) collate utf8mb4_bin`,
    asCursor: (column) => sql`cast(${column} as char)`,
  },
  connect: connectMysql,
  diagnose,
};

function connectMysql(address: ServerAddress, size: number): Database {
  const options: ConnectionOptions = {
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password.reveal(),
    database: address.database,
    // `verifyIdentity` is off by default: any certificate of a known authority would then do for any host.
    ...(address.tls === undefined ? {} : { ssl: { ...address.tls, rejectUnauthorized: true, verifyIdentity: true } }),
    connectTimeout,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    maxPreparedStatements: 100,
    typeCast: (field, next) => outward(field.type, next()),
  };
  const pool = mysql.createPool({ ...options, connectionLimit: size });
  // TIMESTAMP columns are shown in the session's zone; in UTC they can be told from local times.
  pool.on('connection', (connection) => connection.query('set time_zone = \'+00:00\''));

  const lender = {
    acquire: () =>
      new Promise<PoolConnection>((resolve, reject) => {
        pool.getConnection((error, connection) => (error === null ? resolve(connection) : reject(error)));
      }),
    release: (connection: PoolConnection) => connection.release(),
    destroy: (connection: PoolConnection) => {
      connection.destroy();
      kill(options, connection.threadId);
    },
  };
  return {
    run: (statement, signal) =>
      borrow(lender, signal, (connection) =>
        new Promise<readonly RawRow[]>((resolve, reject) => {
          const parameters = statement.parameters.map((value) => (typeof value === 'bigint' ? mysql.TypedParameter.BIGINT(value) : value));
          connection.execute(statement.sql, parameters as never, (error, rows) => (error === null ? resolve(rows as RawRow[]) : reject(error)));
        }),
      ),
    close: () => new Promise((resolve) => pool.end(() => resolve())),
  };
}

/** The server would not notice that a connection at work is gone. Where the kill gets lost, the statement runs to its end. */
function kill(options: ConnectionOptions, threadId: number): void {
  const connection = mysql.createConnection(options);
  connection.on('error', () => undefined);
  connection.query('kill ?', [threadId], () => connection.destroy());
}

function outward(type: string, value: unknown): unknown {
  if (typeof value !== 'string') return plain(value);
  if (type === 'DATETIME') return value.replace(' ', 'T');
  return type === 'TIMESTAMP' ? `${value.replace(' ', 'T')}Z` : value;
}

const badValues = new Set([1264, 1292, 1366, 1411, 1690, 3854]);
const badStatements = new Set([1054, 1064, 1103, 1142, 1143, 1146, 1267, 1305, 1370]);

function diagnose(error: unknown): Diagnosis {
  const code = errorField(error, 'errno');
  if (code === 1317 || code === 1969 || code === 3024) return 'ended';
  if (typeof code !== 'number') return 'unreachable';
  if (badValues.has(code)) return 'value';
  return badStatements.has(code) ? 'statement' : 'unreachable';
}
