import { join } from 'node:path';
import { loadedCustomers } from './company.ts';
import { numbersOf } from './load.ts';
import { startOurs } from './ours.ts';
import { startPinned } from './processes.ts';
import { federated, flat, plain, type Dialect } from './queries.ts';

/** A gateway that runs, and how it is asked. */
export interface Contestant {
  readonly name: string;
  readonly pid: number;
  /** Where requests are posted. */
  readonly url: string;
  readonly dialect: Dialect;
  /** The headers of the request at a turn, which tell who asks. */
  headers(turn: number): Readonly<Record<string, string>>;
  /** What is to be checked of this one alone. */
  readonly ownGate?: () => Promise<void>;
  end(): Promise<void>;
}

/** What contestants are started with. */
export interface Ring {
  /** The core that they run on. */
  readonly core: number;
  /** The core of sources and load generator. */
  readonly otherCore: number;
  /** Where a second process of ours and the sources go while two processes are measured; undefined with less than four cores. */
  readonly spareCores: { readonly gateway: number; readonly sources: number } | undefined;
  /** A file that says where everything is: `{ rest, subgraphs, supergraph, links }`, the last two as paths. */
  readonly company: string;
  /** A folder for what they write. */
  readonly work: string;
  readonly rest: Readonly<Record<'crm' | 'billing' | 'support', string>>;
  /** The CSV of `customer360 link import`. */
  readonly links: string;
  /** Further options of Node's for ours. */
  readonly nodeOptions: string | undefined;
}

const peers: Readonly<Record<string, Dialect>> = { floor: plain, naive: flat, mercurius: federated, apollo: federated, hive: federated };

/** Ours as it is deployed, and with settings that are measured apart, by what they change in the files of its sources. */
const ownForms: Readonly<Record<string, (source: string) => string>> = {
  'ours': (source) => source,
  /** What concurrent requests ask for at the same time is asked for by each. */
  'ours-apart': (source) => source.replace('limits: {', 'limits: { coalesce: false,'),
  /** With rows that are kept of everybody before the first turn. */
  'ours-cached': (source) => source.replaceAll(/^( {2}\w+:\n {4}key: id\n)/gm, '$1    cache: { maxAge: 1h }\n'),
};

/** Their names, in the order in which they are told. */
export const contestantNames: readonly string[] = [...Object.keys(peers), ...Object.keys(ownForms)];

/** The folder of what a contestant is made of. */
export function folderOf(name: string): string {
  return join(import.meta.dirname, 'contestants', name);
}

/** Starts one, and waits until it answers. */
export async function startContestant(name: string, ring: Ring): Promise<Contestant> {
  const dialect = peers[name];
  if (dialect === undefined) {
    const started = await startOurs(name, ring, ownForms[name] ?? ((source) => source));
    if (name === 'ours-cached') await askForAll(started);
    return started;
  }
  const child = await startPinned({ core: ring.core, script: join(folderOf(name), 'serve.js'), args: [ring.company] });
  return { name, pid: child.pid, url: (child.told as { readonly url: string }).url, dialect, headers: () => ({}), end: () => child.end() };
}

/** Asks for every customer once, with what is asked for later. */
async function askForAll({ url, headers, dialect }: Contestant): Promise<void> {
  for (let turn = 0; turn * 50 < loadedCustomers; turn += 1) {
    const response = await fetch(url, {
      method: 'POST', headers: { 'content-type': 'application/json', ...headers(turn) }, body: JSON.stringify(dialect.ask(numbersOf(turn, 50), 'all')),
    });
    dialect.read(await response.json());
  }
}
