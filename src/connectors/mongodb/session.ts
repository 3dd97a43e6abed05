import type { Connector, ConnectorDeps } from '../connector.ts';
import { failuresOf } from '../failure.ts';
import { openAsking } from './ask.ts';
import type { Collection } from './collection.ts';
import { openDatabase } from './database.ts';
import { findByValues } from './find.ts';
import { listRows } from './list.ts';
import { questionsFor } from './questions.ts';
import { readKeys } from './read.ts';
import type { MongoSource } from './source.ts';

/** An open source. All that needs the driver is behind this file, so that an unused connector loads none. */
export type Session = Pick<Connector, 'read' | 'find' | 'close'>;

/** Makes ready to ask; nothing is sent before the first call. `close` ends the calls under way, and is called once. */
export function openSession(source: MongoSource, deps: ConnectorDeps): Session {
  const { clock } = deps;
  const fail = failuresOf(deps.source);
  const { ask, close } = openAsking({ database: openDatabase(source, deps.observeDatabase), fail, clock });
  const collections = new Map([...source.entities].map(([name, entity]): [string, Collection] => [
    name, { name, entity, questions: questionsFor(entity), ask, fail, clock },
  ]));
  const collectionOf = (name: string): Collection => declared(collections.get(name), `${deps.source} has no entity "${name}"`);
  return {
    read: async (request, call) => readKeys(collectionOf(request.entity), request, call),
    find: async (request, call) => {
      const collection = collectionOf(request.entity);
      if (request.kind === 'list') {
        return [await listRows(collection, declared(collection.entity.list, `${deps.source}.${request.entity} cannot be listed`), request, call)];
      }
      const look = declared(collection.entity.find[request.attribute], `${deps.source}.${request.entity} cannot be found by "${request.attribute}"`);
      return findByValues(collection, look, request, call);
    },
    close,
  };
}

/** What a request names has to be among the capabilities: anything else is a mistake of the planner's. */
function declared<Value>(value: Value | undefined, message: string): Value {
  if (value === undefined) throw new TypeError(message);
  return value;
}
