import type { Command } from 'commander';
import type { Config } from '../config/load-config.ts';
import { customerId } from '../ids.ts';
import type { Held } from '../store/erasure.ts';
import type { Store } from '../store/store.ts';
import { onRecord } from './audit/on-record.ts';
import { CommandError, wrongCommandLine } from './command-error.ts';
import { findDue, totalOf } from './erasure/find-due.ts';
import { readErased } from './erasure/read-erased.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary, type Summary } from './print.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { pause, within } from './within.ts';

interface Options extends Common {
  readonly customer?: string;
  readonly again?: string;
  readonly reason?: string;
  readonly yes: boolean;
  readonly actor?: string;
}

/** `erase`: what the gateway holds on a customer leaves its store. */
export function addErase(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('erase')))
    .description('erase what the gateway itself holds on a customer (GDPR Art. 17); without --yes, say what that is')
    .option('--customer <id>', "the gateway's id of the customer; who was merged with her is erased with her")
    .option('--again <file>', 'instead, those whom a file of lines from `erase --json` or `erased --json` names: for a store that was restored from an older backup')
    .option('--reason <text>', 'such as the number of the case; it stays on record, so nothing that names her')
    .option('--yes', 'do it: what is erased cannot be brought back', false)
    .option('--actor <name>', 'who does it; the user of the operating system by default')
    .addHelpText('after', `
What sources hold stays there; who is found there afterwards is somebody new here. Her objections and withdrawals end, too, since nothing leads to her any more.
The audit trail keeps her id, which then means nothing. Cut off halfway, the same command completes it.`)
    .action((options: Options) => erase(options, tools));
}

async function erase(options: Options, { load, stdout, stderr, signal, user, exitWith }: Tools): Promise<void> {
  const { customer, again, reason, yes, json } = options;
  if ((customer === undefined) === (again === undefined)) throw wrongCommandLine('expected either --customer or --again');
  const wanted = again === undefined ? [customerId(customer ?? '')] : await readErased(again);
  const config = await load(options.config);
  await useStore({ settings: config.store, mustExist: true }, async (store) => {
    const { held, spared } = await findDue(store.erasure, { wanted, alone: again !== undefined, signal });
    for (const { root, others } of spared) stderr.write(`${root} is not erased: here she is one with ${others.join(' and ')}, who was not erased before; split them first\n`);
    if (spared.length > 0) exitWith(3);
    if (again === undefined && held.length === 0) throw new CommandError(`there is no customer ${JSON.stringify(customer)}`);
    const left = held.filter((one) => one.erasedAt === undefined || totalOf([one]) > 0);
    const facts = again === undefined ? factsOf(held) : { named: wanted.length, toErase: left.length, records: totalOf(left) };
    const tell = (title: string, erased: boolean): void => printSummary(stdout, { title, good: erased, facts: json ? { ...facts, erased } : facts }, json);
    if (left.length === 0) return tell('erased before; nothing is left of it', true);
    if (!json || !yes) tell('what is held, and is erased for good:', false);
    if (!yes) throw wrongCommandLine('nothing was erased: expected --yes, since what is erased cannot be brought back');
    await eraseAll(left, { config, store, stderr, signal, actor: options.actor ?? user(), reason });
    if (json) tell('', true);
    else stdout.write('erased\n');
  });
}

/** On record before it is done, each by itself. */
async function eraseAll(left: readonly Held[], about: Pick<Tools, 'stderr' | 'signal'> & {
  readonly config: Config;
  readonly store: Store;
  readonly actor: string;
  readonly reason: string | undefined;
}): Promise<void> {
  const { config, store, stderr, signal, actor, reason } = about;
  await onRecord({ config, store, command: 'erase', stderr }, async (trail) => {
    for (const { root, ids, counts } of left) {
      await pause(signal);
      await trail.append({ kind: 'administration', actor, action: 'customer.erase', about: { customer: root, ids: ids.join(' '), ...(reason === undefined ? {} : { reason }), ...counts } });
      await within(store.erasure.erase(root, Date.now()), 'writing to the store');
    }
  });
}

function factsOf([held]: readonly Held[]): Summary['facts'] {
  if (held === undefined) return {};
  return { customer: held.root, ids: held.ids.join(' '), ...held.counts, ...(held.erasedAt === undefined ? {} : { erasedAt: new Date(held.erasedAt).toISOString() }) };
}
