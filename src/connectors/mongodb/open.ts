import type { Capabilities, Connector, ConnectorDeps } from '../connector.ts';
import { failuresOf } from '../http/failure.ts';
import { findByValues } from './find.ts';
import { listRows } from './list.ts';
import { readKeys } from './read.ts';
import type { Collection, Session } from './session.ts';
import type { MongoSource } from './source.ts';

/** Opens a source. The first call loads the driver and connects; a `read` of no keys loads it without connecting. */
export function openMongodb(source: MongoSource, capabilities: Capabilities, deps: ConnectorDeps): Connector {
  let opening: Promise<Session> | undefined;
  let closing: Promise<void> | undefined;

  const collectionOf = async (name: string): Promise<Collection> => {
    if (closing !== undefined) throw failuresOf(deps.source)('SOURCE_UNAVAILABLE', `${name}: the source is closed`);
    opening ??= import('./session.ts').then(({ openSession }) => openSession(source, deps));
    return declared((await opening).collections.get(name), `${deps.source} has no entity "${name}"`);
  };
  return {
    source: deps.source,
    capabilities,
    read: async (request, call) => readKeys(await collectionOf(request.entity), request, call),
    find: async (request, call) => {
      const collection = await collectionOf(request.entity);
      if (request.kind === 'list') {
        return [await listRows(collection, declared(collection.entity.list, `${deps.source}.${request.entity} cannot be listed`), request, call)];
      }
      const look = declared(collection.entity.find[request.attribute], `${deps.source}.${request.entity} cannot be found by "${request.attribute}"`);
      return findByValues(collection, look, request, call);
    },
    close: () => (closing ??= Promise.resolve(opening).then((session) => session?.close())),
  };
}

/** What a request names has to be among the capabilities: anything else is a mistake of the planner's. */
function declared<Value>(value: Value | undefined, message: string): Value {
  if (value === undefined) throw new TypeError(message);
  return value;
}
