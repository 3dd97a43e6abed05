import type { Command } from 'commander';

/** What every command about a deployment is told. */
export interface Common {
  readonly config: string;
  readonly json: boolean;
}

/** Adds the option that names the deployment. */
export function withConfig(command: Command): Command {
  return command.option('--config <folder>', 'the folder with customer360.yaml', 'config');
}

/** Adds the option for programs that read what a command prints. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print the result as one line of JSON', false);
}
