import type { Command } from 'commander';
import { issueToken } from '../tokens/issue.ts';
import { CommandError } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import { timeOrderedId } from './time-ordered-id.ts';
import { readCustomers } from './token/read-customers.ts';
import { plainText, readOrder, type OrderOptions } from './token/read-order.ts';
import { useDeskOnRecord } from './token/use-desk.ts';
import type { Tools } from './tools.ts';
import { within } from './within.ts';

interface Options extends Common, OrderOptions {
  readonly customer: readonly string[];
  readonly customers: string | undefined;
  readonly actor: string | undefined;
}

/** `token issue`: a token for a partner. It is printed once and kept nowhere. */
export function addTokenIssue(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('issue')))
    .description('issue a token to a partner: the token alone goes to standard output, all else to standard error')
    .requiredOption('--audience <name>', 'the audience of the schema, out of tokens.audiences')
    .requiredOption('--subject <name>', 'whose token it is')
    .requiredOption('--purpose <name...>', 'what it may be used for')
    .requiredOption('--expires <when>', 'a duration like 30d, or a time in RFC 3339')
    .option('--scope <name...>', 'what it may do', [])
    .option('--customer <number...>', 'customers whom it may see', [])
    .option('--customers <file>', 'a file with their numbers, one a line')
    .option('--not-before <time>', 'from when it holds, in RFC 3339; now by default')
    .option('--rate <requests/time>', 'fewer requests than its audience has, like 60/1m; counted by each process')
    .option('--quota <requests/time>', 'fewer requests than its audience has, like 5000/1d; counted by all together')
    .option('--actor <name>', 'who issues it; the user of the operating system by default')
    .action((options: Options) => issue(options, tools));
}

async function issue(options: Options, { load, stdout, stderr, user }: Tools): Promise<void> {
  const config = await load(options.config);
  const actor = plainText('--actor', options.actor ?? user());
  await useDeskOnRecord({ config, command: 'token issue', stderr }, async (desk, trail) => {
    const now = desk.clock();
    const customers = await readCustomers(options);
    const order = readOrder(options, { tokens: desk.settings, audiences: config.gateway.audiences, customers, id: timeOrderedId(now), now });
    const { id, subject, audience, expiresAt } = order;
    const grantable = desk.settings.audiences[audience]?.scopes ?? [];
    const record = (keyId: string): Promise<string> => trail.append({
      kind: 'administration', actor, action: 'token.issue',
      about: { issuer: desk.trust.issuer, id, subject, audience, scopes: order.scopes.join(' '), purposes: order.purposes.join(' '), customers: order.customers.length, expires: new Date(expiresAt).toISOString(), key: keyId },
    });
    const issued = await within(issueToken(desk, order, { actor, record }), 'issuing the token');
    switch (issued.kind) {
      case 'tooLong':
        throw new CommandError(`the token would have ${issued.characters} characters, and the gateway takes at most 8192: name fewer customers; others can be recorded as the partner's (relation import)`);
      case 'cannotOpenKey':
        throw new CommandError(`the signing key ${issued.keyId} was not sealed with one of the deployment's key secrets: put the one before into tokens.earlierKeySecrets, or make a new key (token rotate-keys)`);
      case 'issued':
        stdout.write(`${issued.token}\n`);
        printSummary(stderr, {
          title: 'issued; the token is shown this once', good: true,
          facts: {
            id: order.id, subject: order.subject, audience: order.audience, scopes: order.scopes.join(' '), purposes: order.purposes.join(' '), customers: order.customers.length,
            notBefore: new Date(order.notBefore).toISOString(), expires: new Date(order.expiresAt).toISOString(), key: issued.keyId,
          },
        }, options.json);
        if (order.scopes.length === 0 && grantable.length > 0 && !options.json) stderr.write(`it has no scope, so it may do nothing for which policies ask one; --scope gives it some of ${grantable.join(', ')}\n`);
    }
  });
}
