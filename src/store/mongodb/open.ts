import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient, type ReadConcernLevel, type W } from 'mongodb';
import type { ServerAddress } from '../../servers/mongodb-address.ts';
import type { ObserveDatabase } from '../../servers/database-call.ts';
import { observeCommands, tellsOfCommands } from '../../servers/mongodb-commands.ts';
import type { Store } from '../store.ts';
import { StoreFailure } from '../../errors.ts';
import { openAccessRegister } from './access.ts';
import { openArchive } from './archive.ts';
import { openAuditByCustomer } from './audit-by-customer.ts';
import { openAuditLog } from './audit-log.ts';
import { openErasure } from './erasure.ts';
import { openFactLog } from './facts.ts';
import { limitWaits } from './failure.ts';
import { openIssuedTokens } from './issued-tokens.ts';
import { openLinkStore } from './links.ts';
import { migrate } from './migrations.ts';
import { openQuotas } from './quotas.ts';
import { prepareReadCustomers } from './read-customers.ts';
import { openRevocations } from './revocations.ts';
import { openSigningKeys } from './signing-keys.ts';
import { openStewardship } from './stewardship.ts';
import { openTables } from './tables.ts';
import { openTrustedDocuments } from './trusted-documents.ts';

export interface MongodbStoreOptions {
  readonly address: ServerAddress;
  readonly database: string;
  /** The most connections to a server. */
  readonly pool: number;
  /** When a write counts: what the audit trail's promise and the changes of links rest on. */
  readonly writeConcern: { readonly w: W; readonly journal: boolean };
  readonly readConcern: ReadConcernLevel;
  /** The end of every wait, in milliseconds. */
  readonly timeout: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly newId: () => string;
  readonly observe?: ObserveDatabase | undefined;
}

/** Whether the servers answer, and that they are gone, is told sooner than the end of other waits. */
const soon = 1000;

/**
 * Opens the shared store and brings its database up to date. Any number of processes on any number of machines may share it.
 * Everything is read from the primary: what one process has stored, the next read of any other sees.
 */
export async function openMongodbStore({ address: { url, tls }, database, timeout, ...options }: MongodbStoreOptions): Promise<Store> {
  const { clock, newId, observe } = options;
  const client = new MongoClient(url.reveal(), {
    appName: 'customer360-gateway',
    tls: tls !== undefined,
    ...tls,
    maxPoolSize: options.pool,
    readPreference: 'primary',
    readConcern: { level: options.readConcern },
    writeConcern: { ...options.writeConcern, wtimeoutMS: timeout },
    ignoreUndefined: true,
    // Looked for every second: a monitor that asks seldom, over a connection that has gone silent, was seen to keep all others from being opened.
    serverMonitoringMode: 'poll', heartbeatFrequencyMS: 1000,
    serverSelectionTimeoutMS: timeout, connectTimeoutMS: timeout, socketTimeoutMS: timeout, waitQueueTimeoutMS: timeout,
    ...(observe === undefined ? {} : tellsOfCommands),
  });
  if (observe !== undefined) observeCommands(client, observe);
  // It says goodbye to the servers first, and a mute one would never answer.
  const end = (): Promise<void> => Promise.race([client.close(), delay(soon, undefined, { ref: false })]);
  const db = client.db(database);
  const within = limitWaits(timeout);
  try {
    await within(() => client.connect());
    await migrate(db, within);
  } catch (error) {
    await end();
    throw error;
  }

  const tables = openTables(db, within, timeout);
  const read = prepareReadCustomers(tables, clock);
  const withinSoon = limitWaits(Math.min(soon, timeout));
  let closing: Promise<void> | undefined;
  return {
    links: openLinkStore({ tables, read, clock, newId }),
    facts: openFactLog(tables),
    access: openAccessRegister(tables),
    stewardship: openStewardship({ tables, read, clock, newId }),
    revocations: openRevocations(tables),
    signingKeys: openSigningKeys(tables),
    issuedTokens: openIssuedTokens(tables),
    quotas: openQuotas(tables),
    trustedDocuments: openTrustedDocuments(tables),
    erasure: openErasure(tables, read),
    audit: openAuditLog(tables),
    auditByCustomer: openAuditByCustomer(tables),
    archive: openArchive(tables),
    async ping() {
      if (closing !== undefined) throw new StoreFailure('the store is closed');
      await withinSoon(() => db.command({ ping: 1 }));
    },
    close: () => (closing ??= end()),
  };
}
