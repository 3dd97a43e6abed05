import type { Command } from 'commander';
import { addLinkImport } from './link-import.ts';
import { addStoreBackup } from './store-backup.ts';
import { addStoreMigrate } from './store-migrate.ts';
import { addStoreRestore } from './store-restore.ts';
import { addTokenRevoke } from './token-revoke.ts';
import type { Tools } from './tools.ts';

/** The commands about what the gateway itself keeps. They need its store and reach no source. */
export function addStoreCommands(program: Command, tools: Tools): void {
  const store = program.command('store').description('back up, restore or move what the gateway itself keeps');
  addStoreBackup(store, tools);
  addStoreRestore(store, tools);
  addStoreMigrate(store, tools);
  addLinkImport(program.command('link').description('links between the records of one customer'), tools);
  addTokenRevoke(program.command('token').description("callers' tokens"), tools);
}
