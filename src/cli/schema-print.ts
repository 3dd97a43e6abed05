import type { Command } from 'commander';
import { CommandError, wrongCommandLine } from './command-error.ts';
import { withConfig } from './options.ts';
import type { Tools } from './tools.ts';

interface Options {
  readonly config: string;
  readonly audience: string;
  readonly federation: boolean;
}

/** `schema print`: the schema of one audience as SDL, for code generators and composition pipelines. */
export function addSchemaPrint(schema: Command, tools: Tools): void {
  withConfig(schema.command('print'))
    .description("print an audience's schema as SDL; nothing is connected to")
    .requiredOption('--audience <name>', 'whose schema')
    .option('--federation', 'as a subgraph of Apollo Federation 2, which `_service` gives to routers', false)
    .action((options: Options) => print(options, tools));
}

async function print({ config, audience, federation }: Options, { readDeployment, stdout }: Tools): Promise<void> {
  const deployment = await readDeployment(config);
  const audiences = [...deployment.schemas.keys()];
  if (!audiences.includes(audience)) throw wrongCommandLine(`--audience: expected one of ${audiences.join(', ')}, got ${JSON.stringify(audience)}`);
  const { schemaText } = await import('../explain/schema-text.ts');
  const text = schemaText(deployment, audience, federation);
  if (text === undefined) throw new CommandError(`--federation: ${audience} is no subgraph; audiences.${audience}.subgraph in customer360.yaml makes it one`, 1);
  stdout.write(text);
}
