import { Option, type Command } from 'commander';
import type { Deployment } from '../explain/deployment.ts';
import type { OnPart } from '../explain/matrix.ts';
import { ConfigError } from '../parse/faults.ts';
import { CommandError, wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printDiff, printTrials } from './print-diff.ts';
import { printMatrix, writeMatrixCsv } from './print-matrix.ts';
import { allAnswered, printProbe } from './print-probe.ts';
import { showProgress } from './progress.ts';
import type { Output, Tools } from './tools.ts';

interface Options extends Common {
  readonly matrix: boolean;
  readonly csv: boolean;
  readonly diff: string | undefined;
  readonly probe: boolean;
}

/** `check`: every fault of a deployment; who may do what in it; what it opens and closes beside another version. */
export function addCheck(program: Command, tools: Tools): void {
  withJson(withConfig(program.command('check')))
    .description('check a deployment and list every fault; nothing is connected to without --probe')
    .option('--matrix', 'say who may do what: fields in rows, classes of callers in columns', false)
    .option('--csv', 'with --matrix: as CSV', false)
    .addOption(new Option('--diff <folder>', 'compare with an older version of the deployment: what it opens and what it closes').conflicts('matrix'))
    .addOption(new Option('--probe', 'ask each source for something that nobody has, and say what it answers').default(false).conflicts(['matrix', 'diff']))
    .addHelpText('after', `
Exit codes: 0 sound, 1 the deployment has faults, 2 the command line is wrong;
with --probe 1 also where a source does not answer;
with --diff also 4 something is opened, 5 something is closed and nothing opened.`)
    .action((options: Options) => check(options, tools).catch((error: unknown) => tellFaults(error, options, tools)));
}

async function check(options: Options, tools: Tools): Promise<void> {
  const { stdout, readDeployment } = tools;
  const deployment = await readDeployment(options.config);
  if (options.csv && !options.matrix) throw wrongCommandLine('--csv: expected --matrix with it');
  if (options.probe) return probe(deployment, options, tools);
  if (options.diff !== undefined) return diff(deployment, options.diff, options, tools);
  if (options.matrix) return matrix(deployment, options, tools);
  const { config: { sources }, model, policySet } = deployment;
  const { schemaText } = await import('../explain/schema-text.ts');
  // What routers are given is made when it is asked for; that it can be made is seen here.
  for (const audience of deployment.schemas.keys()) schemaText(deployment, audience, true);
  const [policies, trials] = [Object.keys(policySet.policies).length, policySet.dryRuns.size];
  if (options.json) {
    stdout.write(`${JSON.stringify({ sources: sources.length, fields: model.classes.size, policies, onTrial: trials, version: policySet.version })}\n`);
    return;
  }
  const onTrial = trials === 0 ? '' : `, ${trials} on trial`;
  stdout.write(`sound: ${sources.length} sources, ${model.classes.size} governed fields, ${policies} policies (version ${policySet.version})${onTrial}\n`);
}

async function matrix(deployment: Deployment, { csv, json }: Options, { stdout, stderr }: Tools): Promise<void> {
  const [{ matrixOf }, { trialsOf }] = await Promise.all([import('../explain/matrix.ts'), import('../explain/diff.ts')]);
  const found = inParts(stderr, (onPart) => matrixOf(deployment, onPart));
  if (csv) return writeMatrixCsv(stdout, found);
  const trials = inParts(stderr, (onPart) => trialsOf(deployment, onPart));
  if (json) return stdout.write(`${JSON.stringify({ ...found, trials })}\n`);
  printMatrix(stdout, found);
  printTrials(stdout, trials);
}

/** Shows how far it is, since it may take a while. */
function inParts<Found>(stderr: Output, find: (onPart: OnPart) => Found): Found {
  const progress = showProgress(stderr, 'classes of callers', Date.now);
  try {
    return find((done, of) => progress.step(done, done / of));
  } finally {
    progress.end();
  }
}

async function probe(deployment: Deployment, { json }: Options, tools: Tools): Promise<void> {
  const probed = await tools.probe(deployment);
  if (json) tools.stdout.write(`${JSON.stringify(probed)}\n`);
  else printProbe(tools.stdout, probed);
  if (!allAnswered(probed)) tools.exitWith(1);
}

async function diff(now: Deployment, folder: string, { json }: Options, tools: Tools): Promise<void> {
  const old = await tools.readDeployment(folder).catch((error: unknown) => {
    throw error instanceof ConfigError ? new CommandError(`--diff: ${folder} has faults:\n${error.message}`, 1, error) : error;
  });
  const { diffOf } = await import('../explain/diff.ts');
  const found = inParts(tools.stderr, (onPart) => diffOf(old, now, onPart));
  if (json) tools.stdout.write(`${JSON.stringify(found)}\n`);
  else printDiff(tools.stdout, found);
  tools.exitWith(found.changes.some(({ effect }) => effect === 'opens') ? 4 : found.changes.length > 0 ? 5 : 0);
}

/** With `--json` the faults of a deployment are a result like any other; all else that was thrown is thrown on. */
function tellFaults(error: unknown, { config, diff: older, json }: Options, { stdout, exitWith }: Tools): void {
  const ofOlder = error instanceof CommandError;
  const faulty = ofOlder ? error.cause : error;
  if (!json || !(faulty instanceof ConfigError)) throw error;
  stdout.write(`${JSON.stringify({ folder: ofOlder ? older : config, faults: faulty.faults })}\n`);
  exitWith(1);
}
