import type { Command } from 'commander';
import { accessEntry } from '../access/access-entry.ts';
import { decideRequest, saidOfVerdict, type Verdict } from '../access/decide-request.ts';
import { requestsIn } from '../access/request-state.ts';
import { onRecord } from './audit/on-record.ts';
import { CommandError, wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import { timeOf } from './time-of.ts';
import { timeOrderedId } from './time-ordered-id.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { within } from './within.ts';

interface Options extends Common {
  readonly fields?: string;
  readonly until?: string;
  readonly note?: string;
  readonly actor?: string;
}

/** `access approve|refuse|revoke|review`: what becomes of a request. Who has the store may decide, but not on what she asked for herself. */
export function addAccessDecisions(parent: Command, tools: Tools): void {
  const add = (name: Verdict['kind'], description: string): Command => withJson(withConfig(parent.command(name)))
    .description(description)
    .argument('<id>', 'the id of the request, as `access list` shows it')
    .option('--actor <name>', 'who decides; the user of the operating system by default')
    .action((id: string, options: Options) => decide(id, verdictOf(name, options), options, tools));
  add('approve', 'say yes to a request, to all of it or to less; it holds from the next request on')
    .option('--fields <fields>', 'fewer fields than were asked for, with commas between them')
    .option('--until <time>', 'an earlier end, such as 2026-01-31')
    .option('--note <text>', 'words for whoever asked');
  add('refuse', 'say no to a request').requiredOption('--note <text>', 'why');
  add('revoke', 'take a yes back, or end an emergency; it holds from the next request on').requiredOption('--note <text>', 'why');
  add('review', 'put on record that you looked at what an emergency was used for').requiredOption('--note <text>', 'what you found');
}

function verdictOf(kind: Verdict['kind'], { fields, until, note = '' }: Options): Verdict {
  if (kind === 'approve') return { kind, fields: fields?.split(',').map((field) => field.trim()), until: timeOf('--until', until), note: note === '' ? undefined : note };
  if (note.trim() === '') throw wrongCommandLine('--note: expected some words, got an empty text');
  return { kind, note };
}

async function decide(id: string, verdict: Verdict, options: Options, { load, stdout, stderr, user }: Tools): Promise<void> {
  const config = await load(options.config);
  const actor = options.actor ?? user();
  const facts = await useStore({ settings: config.store, mustExist: true }, async (store) => {
    const read = async (): Promise<ReturnType<typeof requestsIn>[number] | undefined> => requestsIn(await within(store.access.read({ request: id }), 'reading the store'), Date.now())[0];
    const request = await read();
    if (request === undefined) throw new CommandError(`there is no request ${JSON.stringify(id)}; access list shows all`);
    const now = Date.now();
    const made = decideRequest(request, verdict, { actor: `${actor} (command line)`, isHolder: request.asked.holder.subject === actor, id: timeOrderedId(now), now });
    if (typeof made === 'string') throw new CommandError(saidOfVerdict[made]);
    await onRecord({ config, store, command: `access ${verdict.kind}`, stderr }, async (trail) => {
      await trail.append(accessEntry(made, request, { requestId: undefined, seal: trail.seal }));
      await within(store.access.append(made), 'writing to the store');
    });
    const { state, fields, until } = await read() ?? request;
    const { asked } = request;
    return { id, state, ...(asked.kind === 'emergency' ? { customer: asked.customer } : { fields: fields.join(' ') }), until: new Date(until).toISOString() };
  });
  printSummary(stdout, { title: said[verdict.kind], good: true, facts }, options.json);
}

const said: Readonly<Record<Verdict['kind'], string>> = { approve: 'approved', refuse: 'refused', revoke: 'revoked', review: 'reviewed' };
