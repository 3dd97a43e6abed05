import { open, realpath, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Store } from '../../store/store.ts';
import { messageOf } from '../../thrown.ts';
import { onRecord } from '../audit/on-record.ts';
import { CommandError, wrongCommandLine } from '../command-error.ts';
import type { Common } from '../options.ts';
import { printSummary } from '../print.ts';
import { showProgress, type Progress } from '../progress.ts';
import type { Output, Tools } from '../tools.ts';
import { useStore } from '../use-store.ts';
import type { ImportKind } from './import-kind.ts';
import { importRows, type RowImport } from './import-rows.ts';
import { withCopy } from './rehearse.ts';
import { listRejects, writeRejects } from './rejects.ts';

export interface ImportOptions extends Common {
  readonly dryRun: boolean;
  readonly actor: string | undefined;
  readonly rejects: string | undefined;
  readonly delimiter: string;
}

/** Imports a file, or with `--dry-run` says what that would do. */
export async function importFile<Row>(file: string, { kind, options, tools }: {
  readonly kind: ImportKind<Row>;
  readonly options: ImportOptions;
  readonly tools: Tools;
}): Promise<void> {
  if (!/^[^"\r\n]$/.test(options.delimiter)) throw wrongCommandLine(`--delimiter: expected one character, got ${JSON.stringify(options.delimiter)}`);
  const config = await tools.load(options.config);
  const handle = await openFile(file);
  try {
    await useStore({ settings: config.store, bulk: !options.dryRun }, (own) => {
      const { action, rehearsedWith } = kind;
      const actor = options.actor ?? tools.user();
      const open = (store: Store): RowImport<Row> => kind.open({ config, store, file, stamp: { evidence: basename(file), actor } });
      const work = (rows: RowImport<Row>): Promise<void> => run({ file, handle, rows, options, tools });
      if (options.dryRun) return withCopy({ store: own, kinds: rehearsedWith, tools }, (store) => work(open(store)));
      return onRecord({ config, store: own, command: action, stderr: tools.stderr }, async (trail) => {
        const rows = open(own);
        await trail.append({ kind: 'administration', actor, action, about: { file: basename(file) } });
        // Also of an import that was cut off it is told how far it came.
        await work(rows).finally(() => trail.append({ kind: 'administration', actor, action: `${action}.ended`, about: rows.figures }));
      });
    });
  } finally {
    await handle.close();
  }
}

async function run<Row>(input: {
  readonly file: string;
  readonly handle: FileHandle;
  readonly rows: RowImport<Row>;
  readonly options: ImportOptions;
  readonly tools: Tools;
}): Promise<void> {
  const { file, handle, rows, options, tools } = input;
  const { size } = await handle.stat();
  const name = basename(file);
  const tally = { rows: 0 };
  const progress = showProgress(tools.stderr, 'rows', Date.now);
  const rejects = options.rejects === undefined ? listRejects(above(progress, tools.stderr), name) : await openRejects(options.rejects, file);
  const summary = (title: string, good: boolean): void => {
    const facts = { ...tally, ...rows.figures, rejected: rejects.count(), dryRun: options.dryRun };
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
      chunks: chunks(), rows, rejects, tally, delimiter: options.delimiter, signal: tools.signal,
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
  summary(options.dryRun ? 'nothing was stored; this would be:' : `imported ${name}`, rejects.count() === 0);
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
