import { MongoServerError, type MongoClient } from 'mongodb';
import type { ObserveDatabase } from './database-call.ts';

/** What a client has to be opened with to tell of its commands. */
export const tellsOfCommands = { monitorCommands: true } as const;

/** Commands that concern a collection have its name under their own; those by which the driver keeps itself going do not. */
type Command = Readonly<Record<string, unknown>>;

/** Tells of each command that a client sends, as the driver itself times it. Of the command, nothing but the collection's name is looked at. */
export function observeCommands(client: MongoClient, observe: ObserveDatabase): void {
  const collections = new Map<number, string | undefined>();
  client.on('commandStarted', ({ requestId, commandName, command }) => {
    const { [commandName]: named, collection } = command as Command;
    const name = commandName === 'getMore' ? collection : named;
    collections.set(requestId, typeof name === 'string' ? name : undefined);
  });
  const ended = ({ requestId, commandName, databaseName, address, duration }: Ended, error: string | undefined): void => {
    const collection = collections.get(requestId);
    collections.delete(requestId);
    observe({ system: 'mongodb', namespace: databaseName === '' ? undefined : databaseName, collection, operation: commandName, server: serverOf(address), milliseconds: duration, error });
  };
  client.on('commandSucceeded', (event) => ended(event, undefined));
  client.on('commandFailed', (event) => ended(event, codeOf(event.failure)));
}

interface Ended {
  readonly requestId: number;
  readonly commandName: string;
  readonly databaseName: string;
  readonly address: string;
  /** Milliseconds. */
  readonly duration: number;
}

function codeOf(failure: Error): string {
  return failure instanceof MongoServerError && failure.code !== undefined ? String(failure.code) : failure.name;
}

/** `host:port`, or `[::1]:port`. */
function serverOf(address: string): { readonly address: string; readonly port: number } | undefined {
  const { host, port } = /^(?<host>.+):(?<port>\d+)$/.exec(address)?.groups ?? {};
  return host === undefined ? undefined : { address: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
