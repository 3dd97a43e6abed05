import { PassThrough } from 'node:stream';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import type { AuditLog, AuditQuery, AuditRecord } from '../store/audit-log.ts';
import { onRecord } from './audit/on-record.ts';
import { wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import { showProgress } from './progress.ts';
import { timeOf } from './time-of.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { pause } from './within.ts';
import { writeWhole } from './write-whole.ts';

interface Options extends Common {
  readonly out: string;
  readonly from?: string;
  readonly until?: string;
  readonly customer?: string;
  readonly purpose?: string;
  readonly actor?: string;
}

/** `audit export`: entries of the trail, for a person or a program that looks into them. */
export function addAuditExport(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('export')))
    .description('write entries of the audit trail into a file of JSON Lines; that is on record itself')
    .requiredOption('--out <file>', 'the file to write; one that is there is replaced once the new one is whole')
    .option('--from <time>', 'entries of this moment or later, such as 2026-01-01 or 2026-01-01T12:00:00Z')
    .option('--until <time>', 'entries before this moment')
    .option('--customer <id>', "entries about one customer, by the gateway's id")
    .option('--purpose <purpose>', 'entries of one purpose')
    .option('--actor <name>', 'who exports; the user of the operating system by default')
    .addHelpText('after', '\nOnly its owner may read the file. Each line has the entry, its place in its chain, and what proves both.')
    .action((options: Options) => exportEntries(options, tools));
}

async function exportEntries(options: Options, { load, stdout, stderr, signal, user }: Tools): Promise<void> {
  const { out, json, customer, purpose, actor = user() } = options;
  const query: AuditQuery = { from: timeOf('--from', options.from), until: timeOf('--until', options.until), customer, purpose };
  const config = await load(options.config);
  if (purpose !== undefined && !config.purposes.has(purpose)) throw wrongCommandLine(`--purpose: expected one of ${[...config.purposes.keys()].join(', ')}, got ${JSON.stringify(purpose)}`);
  const path = resolve(out);
  const progress = showProgress(stderr, 'entries', Date.now);
  let entries = 0;
  const onPart = (done: number): void => progress.step(entries = done);
  await useStore({ settings: config.store, mustExist: true }, (store) => onRecord({ config, store, command: 'audit export', stderr }, async (trail) => {
    const { from, until } = options;
    await trail.append({ kind: 'administration', actor, action: 'audit.export', about: given({ file: basename(path), from, until, customer, purpose }) });
    await writeWhole(path, linesOf(store.audit, query, { signal, onPart }), new PassThrough(), signal);
  })).finally(progress.end);
  if (entries === 0 && customer !== undefined) stderr.write(`none of the entries asked for is about ${JSON.stringify(customer)}; --customer takes the gateway's own id of a customer\n`);
  printSummary(stdout, { title: `exported to ${path}`, good: true, facts: { entries } }, json);
}

async function* linesOf(log: AuditLog, query: AuditQuery, { signal, onPart }: { readonly signal: AbortSignal; readonly onPart: (done: number) => void }): AsyncGenerator<string> {
  let done = 0;
  for await (const part of log.read(query)) {
    yield part.map(lineOf).join('');
    onPart(done += part.length);
    await pause(signal);
  }
}

function lineOf({ entry, at, ...place }: AuditRecord): string {
  return `${JSON.stringify({ ...place, at: new Date(at).toISOString(), entry: entry === undefined ? null : JSON.parse(entry) as unknown })}\n`;
}

function given(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
