import { Option, type Command } from 'commander';
import { requestsIn, requestStates, type AccessRequest, type RequestState } from '../access/request-state.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printRecords } from './table.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { within } from './within.ts';

interface Options extends Common {
  readonly state?: RequestState;
}

/** `access list`: who asked to read what, and what became of it. */
export function addAccessList(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('list')))
    .description('list requests for access and emergencies, the latest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(requestStates))
    .action((options: Options) => list(options, tools));
}

async function list({ config: folder, state, json }: Options, { load, stdout }: Tools): Promise<void> {
  const { store: settings } = await load(folder);
  const records = await useStore({ settings, mustExist: true }, ({ access }) => within(access.read({}), 'reading the store'));
  const requests = requestsIn(records, Date.now()).filter((request) => (state ?? request.state) === request.state);
  const rows = requests.map(describe);
  if (json) stdout.write(`${JSON.stringify(rows)}\n`);
  else if (rows.length === 0) stdout.write('no requests\n');
  else printRecords(stdout, columns, rows);
}

const columns = ['id', 'state', 'holder', 'purpose', 'opens', 'until', 'reason', 'decidedBy', 'reviewedBy'];

function describe({ asked, state, fields, until, decided, reviewed }: AccessRequest): Readonly<Record<string, string | undefined>> {
  return {
    id: asked.request, state, holder: asked.holder.subject, issuer: asked.holder.issuer, purpose: asked.purpose,
    opens: asked.kind === 'emergency' ? `emergency of ${asked.customer}` : fields.join(' '),
    askedAt: new Date(asked.at).toISOString(), until: new Date(until).toISOString(), reason: asked.reason,
    decidedBy: decided?.actor, note: decided?.note, reviewedBy: reviewed?.actor, review: reviewed?.note,
  };
}
