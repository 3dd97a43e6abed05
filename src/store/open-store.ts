import type { ObserveDatabase } from '../servers/database-call.ts';
import { openSqliteStore } from './sqlite/open.ts';
import type { StoreSettings } from './settings.ts';
import type { Store } from './store.ts';

/** Opens the store that a deployment names, with its schema up to date. The driver of MongoDB is loaded only for a store that is there. */
export async function openStore(settings: StoreSettings, deps: {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** For work that can be repeated after a crash: nothing needs to have reached the disk before the store is closed. */
  readonly bulk?: boolean;
  /** Told of what goes to a database server; the embedded store has none. */
  readonly observe?: ObserveDatabase | undefined;
}): Promise<Store> {
  switch (settings.kind) {
    case 'sqlite':
      return openSqliteStore({ path: settings.path, ...deps });
    case 'mongodb': {
      const { openMongodbStore } = await import('./mongodb/open.ts');
      return openMongodbStore({ ...settings, ...deps });
    }
  }
}
