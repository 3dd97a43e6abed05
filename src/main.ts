#!/usr/bin/env node
import { Command } from 'commander';
import { loadDeployment, startGateway } from './compose.ts';
import { ConfigError } from './parse/faults.ts';

/** Exit codes: 0 done, 1 the deployment is wrong or the gateway could not start, 2 the command line is wrong. */
const program = new Command('customer360')
  .description('One live, governed GraphQL view of a customer over the systems that already hold her data.')
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

program
  .command('check')
  .description('check a deployment and list every fault; nothing is connected to')
  .option('--config <folder>', 'the folder with customer360.yaml', 'config')
  .action(async ({ config }: { readonly config: string }) => {
    const { config: read, model, policySet } = await loadDeployment(config, process.env);
    const policies = Object.keys(policySet.policies).length;
    process.stdout.write(`sound: ${read.sources.length} sources, ${model.classes.size} governed fields, ${policies} policies (version ${policySet.version})\n`);
  });

program.parseAsync(process.argv).catch(fail);

function fail(error: unknown): void {
  const text = error instanceof ConfigError ? error.message : startFailure(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return `customer360: ${String(error)}`;
  const inUse = 'code' in error && error.code === 'EADDRINUSE';
  return inUse ? `customer360: the port is in use (${error.message}); set PORT or server.port to another` : `customer360: ${error.message}`;
}
