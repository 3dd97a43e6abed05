import type { Command } from 'commander';
import type { IssuedToken } from '../store/issued-tokens.ts';
import { revokedKeyId } from '../tokens/key-states.ts';
import type { Desk } from '../tokens/desk.ts';
import { wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printRecords } from './table.ts';
import { useDesk } from './token/use-desk.ts';
import type { Tools } from './tools.ts';
import { pause, within } from './within.ts';

const states = ['active', 'pending', 'expired', 'revoked'] as const;
type State = (typeof states)[number];

interface Options extends Common {
  readonly id: string | undefined;
  readonly audience: string | undefined;
  readonly subject: string | undefined;
  readonly state: string | undefined;
  readonly issuedBy: string | undefined;
}

interface Listed extends IssuedToken {
  readonly state: State;
}

/** How many are read together. */
const pageSize = 500;

/** `token list`: what is known of the tokens that the gateway has issued. */
export function addTokenList(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('list')))
    .description('list the tokens that the gateway has issued, the oldest first; the tokens themselves are kept nowhere')
    .option('--id <jti>', 'only this one')
    .option('--audience <name>', 'only those for this audience')
    .option('--subject <name>', 'only those of this subject')
    .option('--state <state>', `only those that are ${states.join(', ')}`)
    .option('--issued-by <name>', 'only those that this person issued')
    .action((options: Options) => list(options, tools));
}

async function list(options: Options, { load, stdout, signal }: Tools): Promise<void> {
  if (options.state !== undefined && !states.includes(options.state as State)) {
    throw wrongCommandLine(`--state: expected ${states.join(' or ')}, got ${JSON.stringify(options.state)}`);
  }
  const config = await load(options.config);
  const found = await useDesk(config, async (desk) => {
    const all: Listed[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await within(desk.store.issuedTokens.page({ issuer: desk.trust.issuer, after, size: pageSize }), 'reading the store');
      all.push(...(await within(withStates(desk, page), 'reading the store')).filter((token) => fits(token, options)));
      after = page.at(-1)?.id;
      more = page.length === pageSize;
      await pause(signal);
    }
    return all;
  });
  if (options.json) return stdout.write(`${JSON.stringify(found.map(told))}\n`);
  if (found.length === 0) return stdout.write('no tokens\n');
  const rows = found.map((token) => ({
    id: token.id, subject: token.subject, audience: token.audience, state: token.state, issued: time(token.issuedAt), expires: time(token.expiresAt), by: token.issuedBy,
    customers: String(token.customers.length), purposes: token.purposes.join(' '), scopes: token.scopes.join(' '),
  }));
  printRecords(stdout, ['id', 'subject', 'audience', 'state', 'issued', 'expires', 'by', 'customers', 'purposes', 'scopes'], rows);
}

async function withStates({ store, trust: { issuer }, clock }: Desk, tokens: readonly IssuedToken[]): Promise<readonly Listed[]> {
  const keyIds = [...new Set(tokens.map(({ keyId }) => keyId))];
  const ids = [...tokens.map(({ id }) => id), ...keyIds.map(revokedKeyId)];
  const answers = await store.revocations.revoked(ids.map((id) => ({ issuer, id })));
  const revoked = new Set(ids.filter((_, index) => answers[index] !== false));
  const now = clock();
  const stateOf = ({ id, keyId, expiresAt, notBefore }: IssuedToken): State => {
    if (revoked.has(id) || revoked.has(revokedKeyId(keyId))) return 'revoked';
    if (expiresAt <= now) return 'expired';
    return notBefore > now ? 'pending' : 'active';
  };
  return tokens.map((token) => ({ ...token, state: stateOf(token) }));
}

function fits(token: Listed, { id, audience, subject, state, issuedBy }: Options): boolean {
  const same = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === value;
  return same(id, token.id) && same(audience, token.audience) && same(subject, token.subject) && same(state, token.state) && same(issuedBy, token.issuedBy);
}

function told({ issuedAt, notBefore, expiresAt, issuer: _, ...token }: Listed): unknown {
  return { ...token, issuedAt: time(issuedAt), notBefore: time(notBefore), expiresAt: time(expiresAt) };
}

function time(at: number): string {
  return new Date(at).toISOString();
}
