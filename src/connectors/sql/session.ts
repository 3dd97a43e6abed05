import type { ConnectorDeps } from '../connector.ts';
import { failuresOf, type Fail } from '../failure.ts';
import { openAsking, type Ask, type AskDeps } from './ask.ts';
import { loadDialect } from './dialects/load.ts';
import type { SqlSource } from './source.ts';
import type { DialectName, Entity } from './settings.ts';
import type { ObserveDatabase } from '../../servers/database-call.ts';
import { statementsFor, type Statements } from './statements.ts';

/** One entity of an open source, with what asking for it takes. */
export interface Table {
  readonly name: string;
  readonly entity: Entity;
  readonly statements: Statements;
  readonly ask: Ask;
  readonly fail: Fail;
  readonly clock: () => number;
}

/** A source whose driver is loaded. */
export interface Session {
  readonly tables: ReadonlyMap<string, Table>;
  /** Ends the calls under way. */
  close(): Promise<void>;
}

/** Loads the driver and makes ready to ask; nothing is sent before the first call. */
export async function openSession(source: SqlSource, deps: ConnectorDeps): Promise<Session> {
  const { grammar, diagnose, database } = await loadDialect(source);
  const { clock } = deps;
  const fail = failuresOf(deps.source);
  const { askOf, close } = openAsking({ database, diagnose, fail, clock, observe: observing(source, deps.observeDatabase) });
  const tables = [...source.entities].map(([name, entity]): [string, Table] => [
    name, { name, entity, statements: statementsFor(entity, source.schema, grammar), ask: askOf(entity.table.join('.')), fail, clock },
  ]);
  return { tables: new Map(tables), close };
}

/** The databases as OpenTelemetry names them. */
const systems: Readonly<Record<DialectName, string>> = { postgres: 'postgresql', mysql: 'mysql', mariadb: 'mariadb', sqlite: 'sqlite', mssql: 'microsoft.sql_server', oracle: 'oracle.db' };

/** Adds to what is told of a statement where it went. Nothing but reading is ever done. */
function observing({ address }: SqlSource, observe: ObserveDatabase | undefined): AskDeps['observe'] {
  if (observe === undefined) return undefined;
  const place = address.dialect === 'sqlite'
    ? { namespace: undefined, server: undefined }
    : { namespace: address.database, server: { address: address.host, port: address.port } };
  const common = { system: systems[address.dialect], operation: 'SELECT', ...place };
  return (told) => observe({ ...common, ...told });
}
