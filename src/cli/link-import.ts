import { open, realpath, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/load-config.ts';
import type { LinkStore } from '../store/links.ts';
import { messageOf } from '../thrown.ts';
import { CommandError, wrongCommandLine } from './command-error.ts';
import { knownColumns, readHeader } from './import/columns.ts';
import { importRows, type Tally } from './import/import-rows.ts';
import { listRejects, writeRejects } from './import/rejects.ts';
import { withCopy } from './import/rehearse.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import { showProgress, type Progress } from './progress.ts';
import type { Output, Tools } from './tools.ts';
import { useStore } from './use-store.ts';

interface Options extends Common {
  readonly dryRun: boolean;
  readonly actor: string | undefined;
  readonly rejects: string | undefined;
  readonly delimiter: string;
}

/** `link import`: who is who in which system, as somebody knows it already. */
export function addLinkImport(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('import')))
    .description('store which records are the same person, from a CSV file')
    .argument('<file>', 'CSV in UTF-8 with a header; each row is one person with her key in each system')
    .option('--dry-run', 'say what would be stored, and store nothing', false)
    .option('--actor <name>', 'who vouches for the links; the user of the operating system by default')
    .option('--rejects <file>', 'list rejected rows in this CSV file instead of on standard error')
    .option('--delimiter <character>', 'what separates columns', ',')
    .addHelpText('after', `
Columns: the deployment's sources, number, and issuer:ISS for the subjects of a token issuer. An empty value: she is not there.
A row whose names one customer has already adds what is new to her. Bad rows are listed and nothing of them is stored.
Importing a file again changes nothing, so an import that was cut off is completed by repeating it.

Exit codes: 0 all rows are stored, 1 failed, 2 wrong command line or header, 3 some rows were rejected.`)
    .action((file: string, options: Options) => importFile(file, options, tools));
}

async function importFile(file: string, options: Options, tools: Tools): Promise<void> {
  if (!/^[^"\r\n]$/.test(options.delimiter)) throw wrongCommandLine(`--delimiter: expected one character, got ${JSON.stringify(options.delimiter)}`);
  const config = await tools.load(options.config);
  const handle = await openFile(file);
  try {
    await useStore({ settings: config.store, bulk: !options.dryRun }, (store) => {
      const work = (links: LinkStore): Promise<void> => run({ file, handle, links, config, options, tools });
      return options.dryRun ? withCopy(store, tools, (copy) => work(copy.links)) : work(store.links);
    });
  } finally {
    await handle.close();
  }
}

async function run(input: {
  readonly file: string;
  readonly handle: FileHandle;
  readonly links: LinkStore;
  readonly config: Config;
  readonly options: Options;
  readonly tools: Tools;
}): Promise<void> {
  const { file, handle, links, config, options, tools } = input;
  const { size } = await handle.stat();
  const known = knownColumns(config);
  const evidence = basename(file);
  const tally: Tally = { rows: 0, newCustomers: 0, newLinks: 0, alreadyKnown: 0 };
  const progress = showProgress(tools.stderr, 'rows', Date.now);
  const rejects = options.rejects === undefined ? listRejects(above(progress, tools.stderr), evidence) : await openRejects(options.rejects, file);
  const summary = (title: string, good: boolean): void => {
    const facts = { ...tally, rejected: rejects.count(), dryRun: options.dryRun };
    printSummary(tools.stdout, { title, good, facts }, options.json);
  };
  let read = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      read += chunk.length;
      yield chunk;
    }
  }
  try {
    await importRows({
      chunks: chunks(), links, rejects, tally, delimiter: options.delimiter, signal: tools.signal,
      header: (cells) => readHeader(cells, known, file),
      stamp: { evidence, actor: options.actor ?? tools.user() },
      onBatch: () => progress.step(tally.rows, read / Math.max(1, size)),
    });
  } catch (error) {
    progress.end();
    if (tally.rows > 0) summary('not finished; so far:', false);
    throw error;
  } finally {
    progress.end();
    rejects.close();
  }
  summary(options.dryRun ? 'nothing was stored; this would be:' : `imported ${evidence}`, rejects.count() === 0);
  if (rejects.count() > 0) tools.exitWith(3);
}

/** Lines that stay, while below them one is rewritten. */
function above(progress: Progress, output: Output): Output {
  return {
    ...output,
    write: (text) => {
      progress.end();
      output.write(text);
    },
  };
}

async function openFile(file: string): Promise<FileHandle> {
  const handle = await open(file).catch((error: unknown) => {
    throw new CommandError(`${file} cannot be read: ${messageOf(error)}`, 1, error);
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new CommandError(`${file} cannot be read: expected a file`);
}

async function openRejects(path: string, file: string): Promise<ReturnType<typeof writeRejects>> {
  const there = await realpath(path).catch(() => resolve(path));
  if (there === (await realpath(file))) throw wrongCommandLine(`--rejects: expected another file than the one that is imported, got ${path}`);
  return writeRejects(path);
}
