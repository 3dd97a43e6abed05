import type { Command } from 'commander';
import { wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { within } from './within.ts';

interface Options extends Common {
  readonly issuer: string;
  readonly id: string;
  readonly actor: string | undefined;
}

/** `token revoke`: a token is no longer believed, whatever its date. */
export function addTokenRevoke(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('revoke')))
    .description('no longer believe one token; revoking it again changes nothing')
    .requiredOption('--issuer <iss>', "the token's iss: one of the deployment's issuers")
    .requiredOption('--id <jti>', "the token's jti")
    .option('--actor <name>', 'who revokes it; the user of the operating system by default')
    .action((options: Options) => revoke(options, tools));
}

async function revoke(options: Options, { load, stdout, user }: Tools): Promise<void> {
  const { store, gateway } = await load(options.config);
  const { issuer, id, json, actor = user() } = options;
  const issuers = gateway.issuers.map((known) => known.issuer);
  if (!issuers.includes(issuer)) throw wrongCommandLine(`--issuer: expected ${issuers.join(' or ')}, got ${JSON.stringify(issuer)}`);
  if (id.trim() === '') throw wrongCommandLine('--id: expected the jti of a token, got an empty text');
  const before = await useStore({ settings: store }, async ({ revocations }) => {
    const [known = false] = await within(revocations.revoked([{ issuer, id }]), 'reading the store');
    if (!known) await within(revocations.revoke({ issuer, id, at: Date.now(), actor }), 'writing to the store');
    return known;
  });
  const title = before ? 'this token was revoked before' : 'revoked';
  printSummary(stdout, { title, good: true, facts: { issuer, id, alreadyRevoked: before } }, json);
}
