import { access } from 'node:fs/promises';
import { openStore } from '../store/open-store.ts';
import type { StoreSettings } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import { messageOf } from '../thrown.ts';
import { CommandError } from './command-error.ts';
import { describeSettings } from './store-name.ts';
import { timeOrderedId } from './time-ordered-id.ts';
import { within } from './within.ts';

export interface StoreUse {
  readonly settings: StoreSettings;
  /** True where a store that is not there yet would be a mistake, and not be made. */
  readonly mustExist?: boolean;
  /** For much writing that can be repeated. */
  readonly bulk?: boolean;
}

/** Opens a store, works with it and closes it again, also when the work failed. */
export async function useStore<Result>(use: StoreUse, work: (store: Store) => Promise<Result>): Promise<Result> {
  const { settings, mustExist = false, bulk = false } = use;
  if (mustExist) await checkThere(settings);
  const store = await open({ settings, bulk });
  try {
    return await work(store);
  } finally {
    await within(store.close(), 'closing the store');
  }
}

async function open({ settings, bulk }: Required<Omit<StoreUse, 'mustExist'>>): Promise<Store> {
  const what = `the store ${describeSettings(settings)}`;
  try {
    return await within(openStore(settings, { clock: Date.now, newId: () => timeOrderedId(Date.now()), bulk }), `opening ${what}`);
  } catch (error) {
    throw error instanceof CommandError ? error : new CommandError(`${what} cannot be opened: ${messageOf(error)}`, 1, error);
  }
}

/** Rejects where there is no store. A database of MongoDB comes to be when something is written to it, so that one which is not there is one that is empty. */
export async function checkThere(settings: StoreSettings): Promise<void> {
  if (settings.kind !== 'sqlite') return;
  const { path } = settings;
  await access(path).catch((error: unknown) => {
    throw new CommandError(`there is no store at ${path}`, 1, error);
  });
}
