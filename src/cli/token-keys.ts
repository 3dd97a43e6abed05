import type { Command } from 'commander';
import { stateOf } from '../tokens/key-states.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printRecords } from './table.ts';
import { useDesk } from './token/use-desk.ts';
import type { Tools } from './tools.ts';
import { within } from './within.ts';

/** `token keys`: the signing keys, what each is for, and who did what to it. */
export function addTokenKeys(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('keys')))
    .description('list the keys that sign tokens, the oldest first; nothing of a private key is shown')
    .action((options: Common) => listKeys(options, tools));
}

async function listKeys({ config, json }: Common, { load, stdout }: Tools): Promise<void> {
  const keys = await useDesk(await load(config), async ({ store, trust, clock }) =>
    (await within(store.signingKeys.list(trust.issuer), 'reading the store')).map((key) => ({
      id: key.id, state: stateOf(key, clock()), madeAt: time(key.madeAt), madeBy: key.madeBy, lastExpiry: time(key.lastExpiry),
      retiredAt: time(key.retired?.at), retiredBy: key.retired?.actor, withdrawnAt: time(key.withdrawn?.at), withdrawnBy: key.withdrawn?.actor,
    })));
  if (json) return stdout.write(`${JSON.stringify(keys)}\n`);
  if (keys.length === 0) return stdout.write('no keys; the first token makes one\n');
  printRecords(stdout, ['id', 'state', 'madeAt', 'madeBy', 'lastExpiry', 'retiredAt', 'retiredBy', 'withdrawnAt', 'withdrawnBy'], keys);
}

function time(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}
