import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { Option, type Command } from 'commander';
import type { Config } from '../config/load-config.ts';
import type { PageLanguage } from '../config/texts-file.ts';
import { pageTexts } from '../report/page/labels.ts';
import type { AccessReport, ReportGap } from '../report/report.ts';
import { wholeReport } from '../report/whole-report.ts';
import { messageOf } from '../thrown.ts';
import { CommandError, wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { paint, printSummary } from './print.ts';
import type { AskedGateway, Output, Tools } from './tools.ts';
import { checkThere } from './use-store.ts';
import { within } from './within.ts';
import { writeWhole } from './write-whole.ts';

interface Options extends Common {
  readonly customer?: string;
  readonly number?: string;
  readonly out?: string;
  readonly replace: boolean;
  readonly language?: PageLanguage;
  readonly actor?: string;
}

const languages = Object.keys(pageTexts) as readonly PageLanguage[];

/** `report`: all that is held on a customer, for her (GDPR Art. 15). */
export function addReport(program: Command, tools: Tools): void {
  withJson(withConfig(program.command('report')))
    .description('all that is held on a customer, for herself: as a page to read and print, or as JSON')
    .addOption(new Option('--customer <id>', "the customer, by the gateway's id").conflicts('number'))
    .option('--number <number>', 'the customer, by the number that the company uses')
    .option('--out <file>', 'the file to write')
    .addOption(new Option('--language <language>', 'of the page; by default hers, where there are pages in it, else en').choices(languages).conflicts('json'))
    .option('--replace', 'write over a file that is there', false)
    .option('--actor <name>', 'who makes it; the user of the operating system by default')
    .addHelpText('after', `
It asks the sources in the name of the roles that accessReport.commandLine in customer360.yaml gives to this command; policies decide what
they may read. What could not be told stands in the report and is listed; the exit code is then 4. Only its owner may read the file.`)
    .action((options: Options) => report(options, tools));
}

async function report(options: Options, tools: Tools): Promise<void> {
  const { json, out, actor = tools.user() } = options;
  const by = keyOf(options);
  if (out === undefined && !json) throw wrongCommandLine('--out: name the file to write, or let --json print the report');
  const path = out === undefined ? undefined : resolve(out);
  if (path !== undefined && !options.replace) await mustNotExist(path);
  const config = await tools.load(options.config);
  const { commandLine } = config.gateway.accessReport;
  if (commandLine === undefined) throw new CommandError('customer360.yaml: accessReport.commandLine is not set, so this command may read nothing; set its purpose and roles');
  await checkThere(config.store);
  const gateway = await within(tools.openGateway(options.config, 'report'), 'opening the gateway');
  try {
    await onTrail(gateway, { actor, about: { ...('id' in by ? { customer: by.id } : {}), ...(path === undefined ? {} : { file: path }) } });
    const made = await asked(gateway, { by, operator: { name: actor, ...commandLine }, config, tools });
    if (path !== undefined) await writeWhole(path, onePiece(json ? `${JSON.stringify(made, null, 2)}\n` : await pageOf(made, options, config)), new PassThrough(), tools.signal);
    if (path === undefined) tools.stdout.write(`${JSON.stringify(made)}\n`);
    else printSummary(tools.stdout, { title: `written to ${path}`, good: made.complete, facts: factsOf(made) }, json);
    if (!json) listGaps(tools.stderr, made.notFetched);
    tools.exitWith(made.complete ? 0 : 4);
  } finally {
    await within(gateway.close(), 'closing the gateway');
  }
}

async function pageOf(made: AccessReport, { language }: Options, { gateway, texts }: Config): Promise<string> {
  const { reportPage } = await import('../report/page/page.ts');
  const hers = languages.find((one) => one === made.language?.toLowerCase().split('-')[0]);
  return reportPage(made, { language: language ?? hers ?? 'en', contacts: gateway.accessReport.contacts, texts });
}

async function* onePiece(text: string): AsyncGenerator<string> {
  yield text;
}

function keyOf({ customer, number }: Options): { readonly id: string } | { readonly number: string } {
  if (customer !== undefined) return { id: customer };
  if (number !== undefined) return { number };
  throw wrongCommandLine('--customer: name the customer by her id, or by --number');
}

async function mustNotExist(path: string): Promise<void> {
  const isThere = await access(path).then(() => true, () => false);
  if (isThere) throw new CommandError(`${path} is there already; --replace writes over it`);
}

async function onTrail(gateway: AskedGateway, { actor, about }: { readonly actor: string; readonly about: Readonly<Record<string, string>> }): Promise<void> {
  try {
    await within(gateway.append({ kind: 'administration', actor, action: 'report.make', about }), 'writing to the audit trail');
  } catch (error) {
    throw new CommandError(`this could not be put on record, so nothing was done: ${messageOf(error)}`, 1, error);
  }
}

async function asked(gateway: AskedGateway, { by, operator, config, tools }: {
  readonly by: Readonly<Record<string, string>>;
  readonly operator: Parameters<AskedGateway['ask']>[0];
  readonly config: Config;
  readonly tools: Pick<Tools, 'stderr' | 'signal'>;
}): Promise<AccessReport> {
  const { stderr, signal } = tools;
  const waiting = `asking ${config.sources.map(({ name }) => name).join(', ')} …`;
  if (stderr.isTerminal) stderr.write(paint(stderr, 'dim', waiting));
  const limit = config.gateway.accessReport.deadline + 30_000;
  const { data, errors = [] } = await within(gateway.ask(operator, wholeReport, { by }, signal), 'the report', limit)
    .catch((error: unknown) => {
      throw signal.aborted ? new CommandError('interrupted; there is no report', 1, error) : error;
    })
    .finally(() => (stderr.isTerminal ? stderr.write(`\r${' '.repeat(waiting.length)}\r`) : undefined));
  const [error] = errors;
  if (error !== undefined) throw new CommandError(`there is no report: ${error.message}${policiesOf(error.extensions)}`);
  const made = data?.['accessReport'] as AccessReport | null | undefined;
  if (made === null || made === undefined) throw new CommandError('there is no such customer, or the roles of this command may not see her');
  return made;
}

function policiesOf({ reason, policies }: Readonly<Record<string, unknown>>): string {
  const named = Array.isArray(policies) && policies.length > 0 ? `, by ${policies.join(', ')}` : '';
  return typeof reason === 'string' ? ` (${reason}${named})` : '';
}

function factsOf({ customer, data, notFetched }: AccessReport): Readonly<Record<string, string | number>> {
  const records = data.flatMap((section) => section.records);
  return { customer, records: records.length, values: records.reduce((sum, { values }) => sum + values.length, 0), gaps: notFetched.length };
}

function listGaps(stderr: Output, gaps: readonly ReportGap[]): void {
  for (const { field, source, reason, detail, places } of gaps) {
    const what = [field, source === null ? undefined : `of ${source}`].filter((part) => part !== null && part !== undefined).join(' ');
    stderr.write(`not told: ${what === '' ? 'something' : what}: ${reason}${detail === null ? '' : ` (${detail})`}${places > 1 ? `, in ${places} places` : ''}\n`);
  }
}
