import type { Command } from 'commander';
import { addAccessDecisions } from './access-decide.ts';
import { addAccessList } from './access-list.ts';
import { addAuditExport } from './audit-export.ts';
import { addAuditKeys } from './audit-keys.ts';
import { addAuditPrune } from './audit-prune.ts';
import { addAuditVerify } from './audit-verify.ts';
import { addCheck } from './check.ts';
import { addConsentImport } from './consent-import.ts';
import { addDocumentsList } from './documents-list.ts';
import { addDocumentsPublish } from './documents-publish.ts';
import { addDocumentsWithdraw } from './documents-withdraw.ts';
import { addErase } from './erase.ts';
import { addErased } from './erased.ts';
import { addExplain } from './explain.ts';
import { addLinkImport } from './link-import.ts';
import { addRelationImport } from './relation-import.ts';
import { addReport } from './report.ts';
import { addSchemaPrint } from './schema-print.ts';
import { addStoreBackup } from './store-backup.ts';
import { addStoreMigrate } from './store-migrate.ts';
import { addStoreRestore } from './store-restore.ts';
import { addTokenIssue } from './token-issue.ts';
import { addTokenKeys } from './token-keys.ts';
import { addTokenList } from './token-list.ts';
import { addTokenRevoke } from './token-revoke.ts';
import { addTokenRotateKeys } from './token-rotate-keys.ts';
import type { Tools } from './tools.ts';

/** The commands about a deployment's texts. They connect to nothing unless they are told to. */
export function addDeploymentCommands(program: Command, tools: Tools): void {
  addCheck(program, tools);
  addExplain(program, tools);
  addSchemaPrint(program.command('schema').description('what of the schema exists for an audience'), tools);
}

/** The commands about what the gateway itself keeps, which need its store and reach no source; and the report on a customer, which does. */
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
  addReport(program, tools);
  const documents = program.command('documents').description('the documents that clients may send by their ids');
  addDocumentsPublish(documents, tools);
  addDocumentsList(documents, tools);
  addDocumentsWithdraw(documents, tools);
  const token = program.command('token').description("callers' tokens, and those that the gateway itself issues to partners");
  addTokenIssue(token, tools);
  addTokenList(token, tools);
  addTokenRevoke(token, tools);
  addTokenKeys(token, tools);
  addTokenRotateKeys(token, tools);
}
