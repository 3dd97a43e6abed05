import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readBackup } from './backup/read-backup.ts';
import { checkCounts, checkEmpty, restorePart } from './carry-over.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import { showProgress } from './progress.ts';
import { describeSettings } from './store-name.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { pause } from './within.ts';

interface Options extends Common {
  readonly in: string;
  readonly resume: boolean;
}

/** `store restore`: what a backup holds, into an empty store. */
export function addStoreRestore(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('restore')))
    .description('fill an empty store from a backup; no gateway may be serving from it meanwhile')
    .requiredOption('--in <file>', 'a file that `store backup` wrote')
    .option('--resume', 'complete a restore of the same file that was cut off', false)
    .addHelpText('after', '\nThe file is read twice: once to know that it is whole and unchanged, then to restore it.')
    .action((options: Options) => restore(options, tools));
}

async function restore({ config: folder, in: file, resume, json }: Options, { load, stdout, stderr, signal }: Tools): Promise<void> {
  const { store: settings } = await load(folder);
  const path = resolve(file);
  const name = describeSettings(settings);
  const { header, counts } = await readBackup(path, () => pause(signal));
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const progress = showProgress(stderr, 'records', Date.now);
  await useStore({ settings, bulk: true }, async ({ archive }) => {
    await checkEmpty(archive, resume, name);
    let done = 0;
    await readBackup(path, async (records) => {
      await restorePart(archive, records, signal);
      done += records.length;
      progress.step(done, done / Math.max(1, total));
    });
    await checkCounts(archive, counts, { name, signal });
  }).finally(progress.end);
  printSummary(stdout, { title: `restored ${name} as it was at ${header.at}`, good: true, facts: counts }, json);
}
