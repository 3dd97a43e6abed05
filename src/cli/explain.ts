import type { Command } from 'commander';
import type { Decision } from '../authorization/decision.ts';
import type { Explained } from '../explain/explain-document.ts';
import type { ExplainedField, Explanation } from '../explain/explain-operation.ts';
import { faultLine } from '../parse/faults.ts';
import { CommandError, wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { paint } from './print.ts';
import { readNamed, readNamedJson } from './read-file.ts';
import { outcomeName } from './outcome-name.ts';
import { printTable } from './table.ts';
import type { Output, Tools } from './tools.ts';
import { isObject } from '../parse/json.ts';

interface Options extends Common {
  readonly as: string;
  readonly purpose: string | undefined;
  readonly facts: string | undefined;
  readonly granted: string | undefined;
  readonly variables: string | undefined;
  readonly operation: string | undefined;
}

/** `explain`: what would be decided and asked for a document, and why. */
export function addExplain(program: Command, tools: Tools): void {
  withJson(withConfig(program.command('explain <document>')))
    .description('say what is decided of each field of a GraphQL document, by which policies, and which calls would be made; none is, and the store is not opened')
    .requiredOption('--as <file>', 'who asks, in JSON: kind, audience, roles, scopes, purposes, regions, customers, as a token says them')
    .option('--purpose <purpose>', 'the purpose, as in the x-purpose header')
    .option('--facts <file>', 'what is assumed of a customer, in JSON: consents, objections, restriction, regions, partners, emergency')
    .option('--granted <fields>', 'fields like Customer.phone, separated by commas, that the caller is assumed to have been granted for the purpose')
    .option('--variables <file>', "the document's variables, in JSON")
    .option('--operation <name>', 'which of several operations of the document')
    .addHelpText('after', '\nExit codes: 0 explained, 1 the deployment or the document is wrong, 2 the command line or a file beside the document is.')
    .action((document: string, options: Options) => explain(document, options, tools));
}

async function explain(document: string, options: Options, { explain: explainDocument, readDeployment, stdout }: Tools): Promise<void> {
  const query = await readNamed('document', document);
  const caller = await readNamedJson('--as', options.as);
  const facts = options.facts === undefined ? undefined : await readNamedJson('--facts', options.facts);
  const variables = options.variables === undefined ? undefined : await readNamedJson('--variables', options.variables);
  if (variables !== undefined && !isObject(variables.value)) throw wrongCommandLine(`--variables: ${variables.name}: expected an object`);
  const deployment = await readDeployment(options.config);
  const purposes = [...deployment.config.purposes.keys()];
  if (options.purpose !== undefined && !purposes.includes(options.purpose)) {
    throw wrongCommandLine(`--purpose: expected one of ${purposes.join(', ')}, got ${JSON.stringify(options.purpose)}`);
  }
  const granted = options.granted?.split(',') ?? [];
  const unknown = granted.filter((field) => !(deployment.model.classes as ReadonlyMap<string, string>).has(field));
  if (unknown.length > 0) throw wrongCommandLine(`--granted: the schema has no governed field ${unknown.map((field) => JSON.stringify(field)).join(', ')}`);
  const explained = await explainDocument(deployment, {
    query, caller, facts, granted, purpose: options.purpose, operationName: options.operation,
    variables: variables?.value as Readonly<Record<string, unknown>> | undefined,
  });
  const explanation = explanationOf(explained, document);
  if (options.json) return stdout.write(`${JSON.stringify(explanation)}\n`);
  print(stdout, explanation, facts !== undefined);
}

function explanationOf(explained: Explained, document: string): Explanation {
  switch (explained.kind) {
    case 'explained': return explained.explanation;
    case 'faults': throw wrongCommandLine(explained.faults.map(faultLine).join('\n'));
    case 'errors': throw new CommandError(explained.errors.map(({ message, locations = [], extensions = {} }) =>
      `${document}${locations.slice(0, 1).map(({ line, column }) => `:${line}:${column}`).join('')}: ${String(extensions['code'])}: ${message}`).join('\n'));
  }
}

function print(output: Output, { purpose, cost, fields, refused, waves }: Explanation, assumed: boolean): void {
  if (fields.length === 0 && refused.length === 0) return output.write('the schema alone answers this; nothing is decided\n');
  output.write(`${paint(output, 'green', `for ${purpose}`)}\ncost ${cost.got} of ${cost.allowed}\n`);
  printTable(output, ['field', 'decision', ...(assumed ? ['this customer'] : []), 'policies', 'ask'], fields.map((one) => [
    one.path === undefined ? `(${one.action} ${one.field})` : one.path,
    decisionText(one),
    ...(assumed ? [one.assumed === undefined ? '' : decisionText({ decision: one.assumed, best: one.assumedBest })] : []),
    policiesOf(one).join(', '),
    askOf(one).join(', '),
  ]));
  for (const one of fields) {
    for (const { policy, was, would } of one.trials) {
      output.write(`${paint(output, 'yellow', `on trial: ${policy} would make ${one.path ?? `${one.action} ${one.field}`} ${outcomeName(would)}, now ${outcomeName(was)}`)}\n`);
    }
  }
  for (const { path, message, extensions } of refused) output.write(`${paint(output, 'red', `${path} is refused: ${String(extensions['code'])}: ${message}`)}\n`);
  if (waves.length === 0) output.write('no source is asked\n');
  for (const [place, { name, calls }] of waves.entries()) {
    output.write(`${paint(output, 'green', `wave ${place + 1}: ${name}`)}\n`);
    printTable(output, ['source', 'entity', 'by', 'when', 'paths'], calls.map(({ source, entity, by, when, paths }) => [source, entity, by, when, paths.join(' ')]));
  }
}

function decisionText({ decision, best }: Pick<ExplainedField, 'decision' | 'best'>): string {
  if (decision === undefined) return 'structure';
  if (decision.kind !== 'open') return outcomeText(decision);
  if (best === undefined) return 'depends on the customer';
  return best.needs.length === 0 ? outcomeText(best.decision) : `${outcomeText(best.decision)} if ${best.needs.map(({ words }) => words).join(', ')}`;
}

function outcomeText(decision: Decision): string {
  if (decision.kind === 'deny') return [`deny: ${decision.reason}`, ...(decision.grantable ? ['a grant would open it'] : []), ...(decision.inEmergency ? ['an emergency would open it'] : [])].join('; ');
  return decision.mask === undefined ? 'allow' : `mask ${decision.mask}`;
}

function policiesOf({ decision, best, assumed }: ExplainedField): readonly string[] {
  if (assumed !== undefined) return assumed.policies;
  if (decision?.kind !== 'open') return decision?.policies ?? [];
  return [...new Set([...(best?.decision.policies ?? []), ...decision.policies])];
}

function askOf({ decision, best, assumed }: ExplainedField): readonly string[] {
  const told = assumed ?? (decision?.kind === 'open' ? best?.decision : decision);
  return told?.kind === 'deny' ? told.ask : [];
}
