import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeBackup } from './backup/write-backup.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import { showProgress } from './progress.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';

interface Options extends Common {
  readonly out: string;
}

/** `store backup`: everything that the store keeps, in one file. */
export function addStoreBackup(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('backup')))
    .description('write everything that the store keeps into one file; the gateway may be serving meanwhile')
    .requiredOption('--out <file>', 'the file to write; one that is there is replaced once the new one is whole')
    .addHelpText('after', '\nThe file holds personal data: only its owner may read it. It is gzip over JSON Lines and ends with counts and a SHA-256.')
    .action((options: Options) => backup(options, tools));
}

async function backup({ config: folder, out, json }: Options, { load, stdout, stderr, signal }: Tools): Promise<void> {
  const { store: settings } = await load(folder);
  const path = resolve(out);
  const progress = showProgress(stderr, 'records', Date.now);
  const counts = await useStore({ settings, mustExist: true }, ({ archive }) =>
    writeBackup({ archive, path, engine: settings.kind, at: new Date().toISOString(), signal, onPart: (done) => progress.step(done) }),
  ).finally(progress.end);
  printSummary(stdout, { title: `backed up to ${path}`, good: true, facts: counts }, json);
}
