import type { Command } from 'commander';
import { addAccessDecisions } from './access-decide.ts';
import { addAccessList } from './access-list.ts';
import { addAuditExport } from './audit-export.ts';
import { addAuditKeys } from './audit-keys.ts';
import { addAuditPrune } from './audit-prune.ts';
import { addAuditVerify } from './audit-verify.ts';
import { addConsentImport } from './consent-import.ts';
import { addErase } from './erase.ts';
import { addErased } from './erased.ts';
import { addLinkImport } from './link-import.ts';
import { addRelationImport } from './relation-import.ts';
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
  addConsentImport(program.command('consent').description('what customers agreed and objected to'), tools);
  addRelationImport(program.command('relation').description('relations of customers to partners and regions'), tools);
  addErase(program, tools);
  addErased(program, tools);
  const access = program.command('access').description('who may read more than her role gives her');
  addAccessList(access, tools);
  addAccessDecisions(access, tools);
  const audit = program.command('audit').description('who saw what, of whom, why');
  addAuditVerify(audit, tools);
  addAuditExport(audit, tools);
  addAuditPrune(audit, tools);
  addAuditKeys(audit, tools);
  addTokenRevoke(program.command('token').description("callers' tokens"), tools);
}
