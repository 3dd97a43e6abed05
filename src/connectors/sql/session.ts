import type { ConnectorDeps } from '../connector.ts';
import { failuresOf, type Fail } from '../failure.ts';
import { openAsking, type Ask } from './ask.ts';
import { loadDialect } from './dialects/load.ts';
import type { SqlSource } from './source.ts';
import type { Entity } from './settings.ts';
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
  const { ask, close } = openAsking({ database, diagnose, fail, clock });
  const tables = [...source.entities].map(([name, entity]): [string, Table] => [
    name, { name, entity, statements: statementsFor(entity, source.schema, grammar), ask, fail, clock },
  ]);
  return { tables: new Map(tables), close };
}
