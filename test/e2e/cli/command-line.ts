import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveRecord } from '../../../src/store/archive.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { writeDeployment } from '../../fixtures/gateway.ts';

const root = join(import.meta.dirname, '../../..');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A deployment and the command line for it, as a user types it. */
export interface CommandLine {
  readonly folder: string;
  /** A name in the deployment's folder. */
  readonly path: (name: string) => string;
  readonly write: (name: string, text: string | Buffer) => Promise<string>;
  /** Runs a command about the deployment to its end. */
  readonly run: (...args: readonly string[]) => Promise<Ended>;
  /** Starts one without waiting. */
  readonly start: (...args: readonly string[]) => { readonly child: ChildProcess; readonly ended: Promise<Ended> };
  /** Works with a store in the folder; the deployment's own by default. */
  readonly withStore: <Result>(work: (store: Store) => Promise<Result>, name?: string) => Promise<Result>;
  /** All that a store holds, in an order that does not depend on it. */
  readonly recordsOf: (name?: string) => Promise<readonly string[]>;
  /** The same without the audit trail, to which commands add. */
  readonly knownIn: (name?: string) => Promise<readonly string[]>;
  readonly remove: () => Promise<void>;
}

/** Makes a deployment, the sample company's with changes, and the command line for it. Its sources do not exist. */
export async function aCommandLine(files: Readonly<Record<string, string>> = {}): Promise<CommandLine> {
  return commandLineOf(await writeDeployment({ files }));
}

/** The command line for a deployment that is there, of which a gateway may be serving; `more` of the environment, such as where its sources are. */
export function commandLineOf(folder: string, more: Readonly<Record<string, string>> = {}): CommandLine {
  const path = (name: string): string => join(folder, name);
  const env = {
    PATH: process.env['PATH'], STORE_FILE: path('store.sqlite'), CHECKPOINTS_FILE: path('checkpoints.jws'), CURSOR_KEY: 'k'.repeat(32), PAIRWISE_KEY: 'p'.repeat(32), AUDIT_KEY: 'a'.repeat(32), TOKEN_KEY_SECRET: 't'.repeat(32), SAMPLE_KEYS: '.',
    CRM_URL: 'http://127.0.0.1:9', CRM_TOKEN: 'a', BILLING_URL: 'http://127.0.0.1:9', BILLING_KEY: 'b', SUPPORT_URL: 'http://127.0.0.1:9', SUPPORT_TOKEN: 'c', ...more,
  };
  const start: CommandLine['start'] = (...args) => {
    const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args, '--config', folder], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => void (text.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => void (text.err += chunk.toString()));
    // How far a command is, it tells where it takes long, and on a busy machine any does.
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out: text.out, err: text.err.replace(/^.* {2}\S+\/s\n/gm, '') }));
    return { child, ended };
  };
  const withStore: CommandLine['withStore'] = async (work, name = 'store.sqlite') => {
    let minted = 0;
    const store = openSqliteStore({ path: path(name), clock: () => 1_000, newId: () => `id-${(minted += 1)}` });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  const recordsOf = (name: string | undefined, wanted: (record: ArchiveRecord) => boolean): Promise<readonly string[]> => withStore(async (store) => {
    const records: ArchiveRecord[] = [];
    for await (const part of store.archive.records()) records.push(...part);
    return records.filter(wanted).map((record) => JSON.stringify(Object.entries(record).sort())).sort();
  }, name);
  return {
    folder, path, start, withStore,
    run: (...args) => start(...args).ended,
    async write(name, text) {
      await writeFile(path(name), text);
      return path(name);
    },
    recordsOf: (name) => recordsOf(name, () => true),
    knownIn: (name) => recordsOf(name, ({ kind }) => kind !== 'auditEntry'),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** The figures of a command that was run with `--json`. */
export function figuresOf({ out }: Ended): Readonly<Record<string, unknown>> {
  return JSON.parse(out) as Readonly<Record<string, unknown>>;
}
