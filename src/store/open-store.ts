import { resolve } from 'node:path';
import { openSqliteStore } from './sqlite/open.ts';
import type { Store } from './store.ts';

/** Which engine keeps the store, and where. */
export interface StoreSettings {
  /** A file; a relative name starts from the deployment's folder. */
  readonly sqlite: string;
}

/** Opens the store that a deployment names, with its schema up to date. */
export async function openStore(settings: StoreSettings, deps: {
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** For work that can be repeated after a crash: nothing needs to have reached the disk before the store is closed. */
  readonly bulk?: boolean;
}): Promise<Store> {
  const { folder, ...rest } = deps;
  return openSqliteStore({ path: resolve(folder, settings.sqlite), ...rest });
}
