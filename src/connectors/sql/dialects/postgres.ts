import { connect } from 'node:net';
import { PostgresAdapter, PostgresQueryCompiler, sql } from 'kysely';
import pg from 'pg';
import type { ServerAddress } from '../address.ts';
import { borrow } from './borrow.ts';
import { bind, compilerOf, connectTimeout, errorField, plain, type Database, type Diagnosis, type Dialect, type RawRow } from './dialect.ts';

/**
 * PostgreSQL 12 and later, through `pg`. Identifiers are quoted, so they are written as the catalogue has them: usually in
 * small letters. A call that ends early sends the server a CancelRequest and destroys its connection.
 */
export const dialect: Dialect = {
  grammar: {
    compiler: compilerOf(new PostgresAdapter(), new PostgresQueryCompiler()),
    nulls: 'last',
    first: (rows) => sql`limit ${sql.lit(rows)}`,
    // As bigint whatever the column's width: a key too large for the column is then equal to no row instead of an error.
    value: (text, type) => (type === 'integer' ? sql`cast(${text} as bigint)` : bind(text, type)),
    exactly: (operand) => operand,
    asCursor: (column) => column,
  },
  connect: connectPostgres,
  diagnose,
};

function connectPostgres(address: ServerAddress, size: number): Database {
  const pool = new pg.Pool({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password.reveal(),
    database: address.database,
    ssl: address.tls === undefined ? false : { ...address.tls, rejectUnauthorized: true },
    max: size,
    connectionTimeoutMillis: connectTimeout,
    application_name: 'customer360',
    types: { getTypeParser },
    onConnect: prepare,
  });
  // A server that ends an idle connection is an everyday event; without a listener it would end the process.
  pool.on('error', () => undefined);

  const lender = {
    acquire: () => pool.connect(),
    release: (client: pg.PoolClient) => client.release(),
    destroy: (client: pg.PoolClient) => {
      cancel(address, client);
      client.release(true);
    },
  };
  return {
    run: (statement, signal) =>
      borrow(lender, signal, async (client) => {
        const { rows } = await client.query<RawRow>(statement.sql, [...statement.parameters]);
        return rows;
      }),
    close: () => pool.end(),
  };
}

/** A server may be set to German dates; ours are for machines. The pool waits for what this returns, though its types do not say so. */
function prepare(client: pg.ClientBase): unknown {
  return client.query('set datestyle to \'ISO, YMD\'; set intervalstyle to iso_8601');
}

/**
 * Asks the server to stop what a connection is doing. Closing the connection would not: the server notices that only when it
 * has rows to send. The request holds no credential and, as in libpq, needs no TLS; where it gets lost, the statement runs to its end.
 */
function cancel(address: ServerAddress, client: pg.PoolClient): void {
  const { processID, secretKey } = client as pg.PoolClient & { readonly processID?: unknown; readonly secretKey?: unknown };
  if (typeof processID !== 'number' || typeof secretKey !== 'number') return;
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  const socket = connect({ host: address.host, port: address.port, timeout: connectTimeout });
  socket.on('error', () => undefined);
  socket.on('timeout', () => socket.destroy());
  socket.end(request);
}

type Parser = (text: string) => unknown;

const parserOf = pg.types.getTypeParser as (type: number, format?: 'text' | 'binary') => Parser;
const asText = (text: string): string => text;
const asLocalTime = (text: string): string => text.replace(' ', 'T');
const asTime = (text: string): string => asLocalTime(text).replace(/[+-]00$/, 'Z').replace(/([+-]\d\d)$/, '$1:00');

/** Types by their numbers in the catalogue: one that `pg` would turn into Dates by this process's time zone keeps its text, in ISO form. */
const parsers: ReadonlyMap<number, Parser> = new Map([
  [1082, asText], [1186, asText], // date, interval
  [1114, asLocalTime], [1184, asTime], // timestamp, timestamptz
  ...[1115, 1182, 1185, 1187].map((list) => [list, parserOf(1009)] as const), // lists of these: read as lists of text
]);

function getTypeParser(type: number, format?: 'text' | 'binary'): Parser {
  const parse = parsers.get(type);
  if (parse !== undefined) return parse;
  const usual = parserOf(type, format);
  return (text) => plain(usual(text));
}

function diagnose(error: unknown): Diagnosis {
  const state = errorField(error, 'code');
  if (typeof state !== 'string' || !/^[0-9A-Z]{5}$/.test(state)) return 'unreachable';
  if (state === '57014') return 'ended';
  if (state.startsWith('22')) return 'value';
  return state.startsWith('42') || state.startsWith('0A') ? 'statement' : 'unreachable';
}
