import type { Command } from 'commander';
import { rotateKeys, withdrawKey } from '../tokens/rotate.ts';
import { wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import { plainText } from './token/read-order.ts';
import { useDeskOnRecord } from './token/use-desk.ts';
import type { Tools } from './tools.ts';
import { within } from './within.ts';

interface Options extends Common {
  readonly retireNow: string | undefined;
  readonly actor: string | undefined;
}

/** `token rotate-keys`: another key signs from now on; or a key that leaked takes all its tokens with it. */
export function addTokenRotateKeys(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('rotate-keys')))
    .description('make a new signing key; tokens of the old ones hold until they expire')
    .option('--retire-now <kid>', 'instead, no longer believe anything that this key has signed: for a key that leaked')
    .option('--actor <name>', 'who does it; the user of the operating system by default')
    .action((options: Options) => rotate(options, tools));
}

async function rotate(options: Options, { load, stdout, stderr, user }: Tools): Promise<void> {
  const config = await load(options.config);
  const actor = plainText('--actor', options.actor ?? user());
  const leaked = options.retireNow;
  await useDeskOnRecord({ config, command: 'token rotate-keys', stderr }, async (desk, trail) => {
    const { issuer } = desk.trust;
    if (leaked === undefined) {
      await trail.append({ kind: 'administration', actor, action: 'token.rotateKeys', about: { issuer } });
      const { added = '', retired, publishedUntil } = await within(rotateKeys(desk, actor), 'rotating the keys');
      const until = publishedUntil === undefined ? {} : { oldTokensUntil: new Date(publishedUntil).toISOString() };
      return printSummary(stdout, { title: 'a new key signs from now on', good: true, facts: { key: added, retired: retired.join(' '), ...until } }, options.json);
    }
    const known = (await within(desk.store.signingKeys.list(issuer), 'reading the store')).map(({ id }) => id);
    if (!known.includes(leaked)) throw wrongCommandLine(`--retire-now: expected ${known.length === 0 ? 'a key, and there is none yet' : known.join(' or ')}, got ${JSON.stringify(leaked)}`);
    await trail.append({ kind: 'administration', actor, action: 'token.withdrawKey', about: { issuer, key: leaked } });
    const { added } = await within(withdrawKey(desk, leaked, actor), 'withdrawing the key');
    printSummary(stdout, {
      title: 'withdrawn: no token of this key is believed', good: true, facts: { withdrawn: leaked, ...(added === undefined ? {} : { newKey: added }) },
    }, options.json);
  });
}
