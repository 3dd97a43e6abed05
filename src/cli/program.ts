import type { Command } from 'commander';
import { addConsentImport } from './consent-import.ts';
import { addLinkImport } from './link-import.ts';
import { addRelationImport } from './relation-import.ts';
import { addStoreBackup } from './store-backup.ts';
import { addStoreMigrate } from './store-migrate.ts';
import { addStoreRestore } from './store-restore.ts';
import { addTokenIssue } from './token-issue.ts';
import { addTokenKeys } from './token-keys.ts';
import { addTokenList } from './token-list.ts';
import { addTokenRevoke } from './token-revoke.ts';
import { addTokenRotateKeys } from './token-rotate-keys.ts';
import type { Tools } from './tools.ts';

/** The commands about what the gateway itself keeps. They need its store and reach no source. */
export function addStoreCommands(program: Command, tools: Tools): void {
  const store = program.command('store').description('back up, restore or move what the gateway itself keeps');
  addStoreBackup(store, tools);
  addStoreRestore(store, tools);
  addStoreMigrate(store, tools);
  addLinkImport(program.command('link').description('links between the records of one customer'), tools);
  addConsentImport(program.command('consent').description('what customers agreed and objected to'), tools);
  addRelationImport(program.command('relation').description('relations of customers to partners and regions'), tools);
  const token = program.command('token').description("callers' tokens, and those that the gateway itself issues to partners");
  addTokenIssue(token, tools);
  addTokenList(token, tools);
  addTokenRevoke(token, tools);
  addTokenKeys(token, tools);
  addTokenRotateKeys(token, tools);
}
