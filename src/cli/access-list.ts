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
  if (json) stdout.write(`${JSON.stringify(requests.map(describe))}\n`);
  else if (requests.length === 0) stdout.write('no requests\n');
  else printRecords(stdout, columns, requests.map((request) => ({ ...textsOf(request), opens: opensOf(request) })));
}

const columns = ['id', 'state', 'holder', 'purpose', 'opens', 'until', 'reason', 'decidedBy', 'revokedBy', 'reviewedBy'];

function opensOf({ asked, fields }: AccessRequest): string {
  return asked.kind === 'emergency' ? `emergency of ${asked.customer}` : fields.join(' ');
}

/** As the API tells it, with the gateway's own ids. */
function describe(request: AccessRequest) {
  const { asked, fields } = request;
  return { ...textsOf(request), fields, customer: asked.kind === 'emergency' ? asked.customer : undefined };
}

function textsOf({ asked, state, until, decided, revoked, reviewed }: AccessRequest): Readonly<Record<string, string | undefined>> {
  return {
    id: asked.request, kind: asked.kind === 'emergency' ? 'EMERGENCY' : 'ON_APPROVAL', state, holder: asked.holder.subject, issuer: asked.holder.issuer,
    purpose: asked.purpose, askedAt: new Date(asked.at).toISOString(), until: new Date(until).toISOString(), reason: asked.reason,
    decidedBy: decided?.actor, note: decided?.note, revokedBy: revoked?.actor, revokedFor: revoked?.note, reviewedBy: reviewed?.actor, finding: reviewed?.note,
  };
}
