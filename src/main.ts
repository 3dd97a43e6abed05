#!/usr/bin/env node
import { userInfo } from 'node:os';
import { Command } from 'commander';
import { CommandError } from './cli/command-error.ts';
import { addDeploymentCommands, addStoreCommands } from './cli/program.ts';
import type { Output, Tools } from './cli/tools.ts';
import { explainDocument, openForOperator, probeSources, startGateway } from './compose.ts';
import { loadDeployment } from './load-deployment.ts';
import { ConfigError } from './parse/faults.ts';

const program = new Command('customer360')
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
  .action(async ({ config }: { readonly config: string }) => {
    const gateway = await startGateway({ folder: config, env: process.env });
    process.stdout.write(`${JSON.stringify({ ready: true, url: gateway.url })}\n`);
    process.send?.({ url: gateway.url });
    const stop = (): void => {
      gateway.stop().then(() => process.exit(0), fail);
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    // Started by another program over a channel: it does not outlive that program.
    process.once('disconnect', stop);
  });

const tools: Tools = {
  load: async (folder) => (await loadDeployment(folder, process.env)).config,
  readDeployment: (folder) => loadDeployment(folder, process.env),
  explain: explainDocument,
  probe: probeSources,
  openGateway: async (folder, command) => openForOperator(await loadDeployment(folder, process.env), command),
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
  user: userName,
  signal: untilInterrupted(),
  exitWith: (code) => void (process.exitCode = code),
};
addDeploymentCommands(program, tools);
addStoreCommands(program, tools);

program.parseAsync(process.argv).catch(fail);

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
  return inUse ? `customer360: the port is in use (${error.message}); set PORT or server.port to another` : `customer360: ${error.message}`;
}
