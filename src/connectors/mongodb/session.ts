import type { ConnectorDeps } from '../connector.ts';
import { failuresOf, type Fail } from '../http/failure.ts';
import { openAsking, type Ask } from './ask.ts';
import { openDatabase } from './database.ts';
import { questionsFor, type Questions } from './questions.ts';
import type { Entity } from './settings.ts';
import type { MongoSource } from './source.ts';

/** One entity of an open source, with what asking for it takes. */
export interface Collection {
  readonly name: string;
  readonly entity: Entity;
  readonly questions: Questions;
  readonly ask: Ask;
  readonly fail: Fail;
  readonly clock: () => number;
}

/** A source whose driver is loaded. */
export interface Session {
  readonly collections: ReadonlyMap<string, Collection>;
  /** Ends the calls under way. */
  close(): Promise<void>;
}

/** Makes ready to ask; nothing is sent before the first call. */
export function openSession(source: MongoSource, deps: ConnectorDeps): Session {
  const { clock } = deps;
  const fail = failuresOf(deps.source);
  const { ask, close } = openAsking({ database: openDatabase(source), fail, clock });
  const collections = [...source.entities].map(([name, entity]): [string, Collection] => [
    name, { name, entity, questions: questionsFor(entity), ask, fail, clock },
  ]);
  return { collections: new Map(collections), close };
}
