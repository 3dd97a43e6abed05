import type { Capabilities, Connector, ConnectorDeps } from '../connector.ts';
import { failuresOf } from '../failure.ts';
import { findByValues } from './find.ts';
import type { SqlSource } from './source.ts';
import { listRows } from './list.ts';
import { readKeys } from './read.ts';
import type { Session, Table } from './session.ts';

/**
 * Opens a source. The first call loads the driver, which some take more than a second for, and connects; a `read` of no
 * keys loads it without connecting.
 */
export function openSql(source: SqlSource, capabilities: Capabilities, deps: ConnectorDeps): Connector {
  let opening: Promise<Session> | undefined;
  let closing: Promise<void> | undefined;

  const tableOf = async (name: string): Promise<Table> => {
    if (closing !== undefined) throw failuresOf(deps.source)('SOURCE_UNAVAILABLE', `${name}: the source is closed`);
    opening ??= import('./session.ts').then(({ openSession }) => openSession(source, deps));
    return declared((await opening).tables.get(name), `${deps.source} has no entity "${name}"`);
  };
  return {
    source: deps.source,
    capabilities,
    read: async (request, call) => readKeys(await tableOf(request.entity), request, call),
    find: async (request, call) => {
      const table = await tableOf(request.entity);
      if (request.kind === 'list') {
        return [await listRows(table, declared(table.entity.list, `${deps.source}.${request.entity} cannot be listed`), request, call)];
      }
      const look = declared(table.entity.find[request.attribute], `${deps.source}.${request.entity} cannot be found by "${request.attribute}"`);
      return findByValues(table, look, request, call);
    },
    close: () => (closing ??= Promise.resolve(opening).then((session) => session?.close())),
  };
}

/** What a request names has to be among the capabilities: anything else is a mistake of the planner's. */
function declared<Value>(value: Value | undefined, message: string): Value {
  if (value === undefined) throw new TypeError(message);
  return value;
}
