import type { Command } from 'commander';
import { findExpired } from '../audit/retention.ts';
import { onRecord } from './audit/on-record.ts';
import { CommandError } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';

interface Options extends Common {
  readonly dryRun: boolean;
  readonly actor?: string;
}

const day = 86_400_000;

/** `audit prune`: what was kept for as long as it had to be leaves the trail. */
export function addAuditPrune(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('prune')))
    .description('take out of the audit trail what was kept for as long as audit.retention says; that is on record itself')
    .option('--dry-run', 'say what would go, and take nothing out', false)
    .option('--actor <name>', 'who does it; the user of the operating system by default')
    .addHelpText('after', '\nThe trail can still be proven: of entries between others what proves them stays. Cut off halfway, the same command completes it.')
    .action((options: Options) => prune(options, tools));
}

async function prune({ config: folder, dryRun, json, actor }: Options, { load, stdout, stderr, user }: Tools): Promise<void> {
  const config = await load(folder);
  const rules = config.gateway.audit.retention;
  if (rules === undefined) throw new CommandError('the deployment has no audit.retention: everything is kept');
  const facts = await useStore({ settings: config.store, mustExist: true }, async (store) => {
    const { dropped, erased, entries } = await findExpired(store.audit, rules, Date.now());
    if (!dryRun && entries > 0) {
      await onRecord({ config, store, command: 'audit prune', stderr }, async (trail) => {
        const days = Object.fromEntries(Object.entries({ default: rules.default, ...rules.purposes }).map(([purpose, time]) => [purpose, time / day]));
        await trail.append({ kind: 'retention', actor: actor ?? user(), days, dropped, erased });
        await store.audit.erase(erased);
        await store.audit.drop(dropped.map(({ chain, seq }) => ({ chain, from: 1, to: seq })));
      });
    }
    return { entries, beginningsOfChains: dropped.length, dryRun };
  });
  printSummary(stdout, { title: dryRun ? 'nothing was taken out; this would be:' : 'taken out of the audit trail', good: true, facts }, json);
}
