#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Output, Tools } from './cli/tools.ts';

// What has been compiled is kept beside the packages, where that may be written; the next start finds it. Everything else is loaded after this.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/customer360'));
const [{ Command }, { CommandError }, { ConfigError }] = await Promise.all([import('commander'), import('./cli/command-error.ts'), import('./parse/faults.ts')]);
// What one command needs and another does not is loaded by it; what all but `serve` need, for all but `serve`.
const loading = () => import('./load-deployment.ts');
const composing = () => import('./compose.ts');

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { readonly version: string };
const program = new Command('customer360')
  .version(version)
  .description('One live, governed GraphQL view of a customer over the systems that already hold her data.')
  .addHelpText('after', `
Exit codes: 0 done, 1 the deployment is wrong or the command failed, 2 the command line is wrong, 3 done but for rows that were rejected, 4 done and what was
looked at is not as it should be or opens something, 5 it closes something and opens nothing.`)
  .showHelpAfterError('(--help says what is expected)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program
  .command('serve')
  .description('serve a deployment')
  .option('--config <folder>', 'the folder with customer360.yaml', 'config')
  .option('--environment <file>', 'variables that the deployment names, a line NAME=value each, before those of the environment; read again with SIGHUP')
  .action(async ({ config, environment }: { readonly config: string; readonly environment?: string }) => {
    const own = { ...process.env };
    const { startGateway } = await import('./serve.ts');
    const gateway = await startGateway({ folder: config, env: () => environmentOf(environment, own), unheeded: dropOpenTelemetrys() });
    const { url, metricsUrl } = gateway;
    process.stdout.write(`${JSON.stringify({ ready: true, url, metrics: metricsUrl })}\n`);
    process.send?.({ url, metricsUrl });
    const stop = (): void => {
      gateway.stop().then(() => process.exit(0), fail);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        stop();
        // Whoever asks twice does not want to wait.
        process.once(signal, () => process.exit(1));
      });
    }
    // Said in the log, the reason of a refusal too.
    process.on('SIGHUP', () => void gateway.reload());
    // Started by another program over a channel: it does not outlive that program.
    process.once('disconnect', stop);
  });

const tools: Tools = {
  load: async (folder) => (await import('./load-settings.ts')).loadSettings(folder, process.env),
  readDeployment: async (folder) => (await loading()).loadDeployment(folder, process.env),
  explain: async (deployment, request) => (await composing()).explainDocument(deployment, request),
  probe: async (deployment) => (await composing()).probeSources(deployment),
  async openGateway(folder, command) {
    const [{ loadDeployment }, { openForOperator }] = await Promise.all([loading(), composing()]);
    return openForOperator(await loadDeployment(folder, process.env), command, (text) => {
      // A command that waits may have written what for, without an end of line.
      process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : text);
    });
  },
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
  user: userName,
  signal: untilInterrupted(),
  exitWith: (code) => void (process.exitCode = code),
};
if (process.argv[2] !== 'serve') {
  const { addDeploymentCommands, addStoreCommands } = await import('./cli/program.ts');
  addDeploymentCommands(program, tools);
  addStoreCommands(program, tools);
}

program.parseAsync(process.argv).catch(fail);

/** The environment's variables, and before them those of a file, which can change while the process runs. */
function environmentOf(file: string | undefined, own: NodeJS.ProcessEnv): Readonly<Record<string, string | undefined>> {
  return file === undefined ? own : { ...own, ...parseEnv(readFileSync(file, 'utf8')) };
}

/**
 * OpenTelemetry's packages read their own variables, `OTEL_…`, beside what they are told, and so could send spans with headers, or to places,
 * that no file of the deployment states. They find none. Gives the names of those that were there.
 */
function dropOpenTelemetrys(): readonly string[] {
  const names = Object.keys(process.env).filter((name) => name.startsWith('OTEL_')).sort();
  for (const name of names) Reflect.deleteProperty(process.env, name);
  return names;
}

/** A process in a container may run as somebody of whom the system has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

function outputTo(stream: NodeJS.WriteStream): Output {
  // Whoever reads may have seen enough, as `head` does.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return { write: (text) => void stream.write(text), isTerminal: stream.isTTY, inColour: stream.isTTY && (process.env['NO_COLOR'] ?? '') === '' };
}

/** Listens only once a command asks: what never looks at it is ended by Ctrl-C at once. A second Ctrl-C always ends at once. */
function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  program.hook('preAction', (_, command) => {
    if (command.parent === program && ['serve', 'check', 'explain'].includes(command.name())) return;
    for (const event of ['SIGINT', 'SIGTERM'] as const) process.once(event, () => interrupted.abort());
  });
  return interrupted.signal;
}

function fail(error: unknown): void {
  const text = error instanceof ConfigError ? error.message : startFailure(error);
  process.stderr.write(`${text}\n`);
  process.exit(error instanceof CommandError ? error.exitCode : 1);
}

function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return `customer360: ${String(error)}`;
  const inUse = 'code' in error && error.code === 'EADDRINUSE';
  return inUse ? `customer360: the port is in use (${error.message}); set PORT, server.port or telemetry.metrics.port to another` : `customer360: ${error.message}`;
}
