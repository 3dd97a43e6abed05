import type { Command } from 'commander';
import { countKinds, type Counts } from './backup/count-kinds.ts';
import { checkCounts, checkEmpty, restorePart } from './carry-over.ts';
import { wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import { showProgress } from './progress.ts';
import { describeSettings, parseStoreName } from './store-name.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';

interface Options extends Common {
  readonly from: string;
  readonly to: string;
  readonly resume: boolean;
}

/** `store migrate`: everything of one store into another, of the same engine or not. */
export function addStoreMigrate(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('migrate')))
    .description('carry everything from one store into another, empty one; no gateway may be serving from either meanwhile')
    .requiredOption('--from <store>', 'sqlite:PATH, mongodb://HOST/DATABASE, or config for the store of the deployment')
    .requiredOption('--to <store>', 'the same; it must be empty')
    .option('--resume', 'complete a migration that was cut off', false)
    .addHelpText('after', '\nWhat is where it came from stays there. At the end both are read and their records counted.')
    .action((options: Options) => migrate(options, tools));
}

async function migrate(options: Options, { load, stdout, stderr, signal }: Tools): Promise<void> {
  const { store: own } = await load(options.config);
  const source = parseStoreName('--from', options.from, own);
  const target = parseStoreName('--to', options.to, own);
  const [from, to] = [describeSettings(source), describeSettings(target)];
  if (from === to) throw wrongCommandLine(`--to: expected another store than --from, got ${to} for both`);
  const progress = showProgress(stderr, 'records', Date.now);
  const counts = await useStore({ settings: source, mustExist: true }, ({ archive: old }) =>
    useStore({ settings: target, bulk: true }, async ({ archive }): Promise<Counts> => {
      await checkEmpty(archive, options.resume, to);
      const counter = countKinds();
      for await (const part of old.records()) {
        await restorePart(archive, part, signal);
        counter.add(part);
        progress.step(counter.total());
      }
      await checkCounts(old, counter.counts(), { name: from, signal });
      await checkCounts(archive, counter.counts(), { name: to, signal });
      return counter.counts();
    }),
  ).finally(progress.end);
  printSummary(stdout, { title: `carried ${from} over to ${to}`, good: true, facts: counts }, options.json);
}
