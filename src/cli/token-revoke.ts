import type { Command } from 'commander';
import { onRecord } from './audit/on-record.ts';
import { wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { within } from './within.ts';

interface Options extends Common {
  readonly issuer: string | undefined;
  readonly id: string;
  readonly actor: string | undefined;
}

/** `token revoke`: a token is no longer believed, whatever its date. */
export function addTokenRevoke(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('revoke')))
    .description('no longer believe one token; revoking it again changes nothing')
    .option('--issuer <iss>', "the token's iss: one of the deployment's issuers; the gateway itself by default, where it issues tokens")
    .requiredOption('--id <jti>', "the token's jti")
    .option('--actor <name>', 'who revokes it; the user of the operating system by default')
    .action((options: Options) => revoke(options, tools));
}

async function revoke(options: Options, { load, stdout, stderr, user }: Tools): Promise<void> {
  const config = await load(options.config);
  const { gateway } = config;
  const { id, json, actor = user() } = options;
  const own = gateway.tokens?.issuer;
  const issuers = [...(own === undefined ? [] : [own]), ...gateway.issuers.map((known) => known.issuer)];
  const issuer = options.issuer ?? own;
  if (issuer === undefined) throw wrongCommandLine(`--issuer: expected ${issuers.join(' or ')}, got nothing; this deployment issues no tokens itself`);
  if (!issuers.includes(issuer)) throw wrongCommandLine(`--issuer: expected ${issuers.join(' or ')}, got ${JSON.stringify(issuer)}`);
  if (id.trim() === '') throw wrongCommandLine('--id: expected the jti of a token, got an empty text');
  const before = await useStore({ settings: config.store }, async (store) => {
    const { revocations, issuedTokens } = store;
    const [registered] = issuer === own ? await within(issuedTokens.find([{ issuer, id }]), 'reading the store') : [];
    // Revoked all the same: the register may be of a backup that is older than the token.
    if (issuer === own && registered === undefined) stderr.write(`there is no token ${JSON.stringify(id)} in the register; see \`token list\`, it may be misspelt\n`);
    const [known = false] = await within(revocations.revoked([{ issuer, id }]), 'reading the store');
    if (known) return true;
    await onRecord({ config, store, command: 'token revoke', stderr }, async (trail) => {
      await trail.append({ kind: 'administration', actor, action: 'token.revoke', about: { issuer, id } });
      await within(revocations.revoke({ issuer, id, at: Date.now(), actor }), 'writing to the store');
    });
    return false;
  });
  const title = before ? 'this token was revoked before' : 'revoked';
  printSummary(stdout, { title, good: true, facts: { issuer, id, alreadyRevoked: before } }, json);
}
