import type { Command } from 'commander';
import { onRecord } from './audit/on-record.ts';
import { CommandError } from './command-error.ts';
import { checkAudience } from './documents-publish.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { within } from './within.ts';

interface Options extends Common {
  readonly audience: string;
  readonly id: string;
  readonly actor: string | undefined;
}

/** `documents withdraw`: a document is no longer taken. */
export function addDocumentsWithdraw(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('withdraw')))
    .description('no longer take one document; its id may then stand for another one')
    .requiredOption('--audience <name>', 'whose')
    .requiredOption('--id <id>', "the document's id, as its manifest had it")
    .option('--actor <name>', 'who withdraws it; the user of the operating system by default')
    .action((options: Options) => withdraw(options, tools));
}

async function withdraw({ config: folder, audience, id, json, ...options }: Options, { load, stdout, stderr, user }: Tools): Promise<void> {
  const config = await load(folder);
  checkAudience(audience, Object.keys(config.gateway.audiences));
  const actor = options.actor ?? user();
  await useStore({ settings: config.store }, async (store) => {
    const found = await within(store.trustedDocuments.find(audience, id), 'reading the store');
    if (found?.id !== id) throw new CommandError(`no document ${JSON.stringify(id)} is published for ${audience}`);
    await onRecord({ config, store, command: 'documents withdraw', stderr }, async (trail) => {
      await trail.append({ kind: 'administration', actor, action: 'documents.withdraw', about: { audience, id } });
      await within(store.trustedDocuments.withdraw(audience, id), 'writing to the store');
    });
  });
  printSummary(stdout, { title: 'withdrawn', good: true, facts: { audience, id } }, json);
}
