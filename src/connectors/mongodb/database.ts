import { addAbortListener } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient, type Document } from 'mongodb';
import type { ObserveDatabase } from '../../servers/database-call.ts';
import { observeCommands, tellsOfCommands } from '../../servers/mongodb-commands.ts';
import type { Question } from './questions.ts';
import type { MongoSource } from './source.ts';

/** A database, connected to when it is first asked. */
export interface Database {
  /** `maxTime` is in milliseconds, and the server's to keep; the signal ends the operation here, and there by closing its socket. */
  find(question: Question, maxTime: number, signal: AbortSignal): Promise<readonly Document[]>;
  close(): Promise<void>;
}

/** A server that is not there is told as such sooner than the usual deadline of a source passes. */
const serverSelectionTimeoutMS = 1000;

/** Opens a source's database. */
export function openDatabase({ address: { url, tls }, database, pool, readPreference }: MongoSource, observe?: ObserveDatabase): Database {
  let connecting: Promise<MongoClient> | undefined;

  const connect = async (): Promise<MongoClient> => {
    const client = new MongoClient(url.reveal(), {
      tls: tls !== undefined,
      ...tls,
      maxPoolSize: pool,
      readPreference,
      // Trying again is the guards' business.
      retryReads: false,
      maxAdaptiveRetries: 0,
      serverSelectionTimeoutMS,
      useBigInt64: true,
      ...(observe === undefined ? {} : tellsOfCommands),
    });
    if (observe !== undefined) observeCommands(client, observe);
    try {
      return await client.connect();
    } catch (error) {
      await client.close();
      throw error;
    }
  };
  /** A client whose first connection failed stays unusable; one that lost its servers finds them again. */
  const connected = (): Promise<MongoClient> => (connecting ??= connect().catch((error: unknown) => {
    connecting = undefined;
    throw error;
  }));
  return {
    find: async ({ collection, filter, ...options }, maxTime, signal) => {
      const client = await untilAborted(connected(), signal);
      return client.db(database).collection(collection).find(filter, { ...options, maxTimeMS: maxTime, signal }).toArray();
    },
    close: async () => {
      const client = await connecting?.catch(() => undefined);
      // It says goodbye to the servers first, and a mute one would never answer.
      await Promise.race([client?.close(), delay(serverSelectionTimeoutMS, undefined, { ref: false })]);
    },
  };
}

/** The connection is shared: who no longer waits for it leaves the others waiting. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const listener = addAbortListener(signal, () => reject(signal.reason));
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    listener[Symbol.dispose]();
  }
}
