import { join } from 'node:path';
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

/**
 * Their names, in the order in which they are told.
 *
 * The gateway does not join the reads of concurrent requests yet. Once it does, and a setting keeps them apart, 'ours, reads apart' is one more name here: `startOurs` is given it, and
 * starts the same deployment with that setting.
 */
export const contestantNames: readonly string[] = [...Object.keys(peers), 'ours'];

/** The folder of what a contestant is made of. */
export function folderOf(name: string): string {
  return join(import.meta.dirname, 'contestants', name);
}

/** Starts one, and waits until it answers. */
export async function startContestant(name: string, ring: Ring): Promise<Contestant> {
  const dialect = peers[name];
  if (dialect === undefined) return startOurs(name, ring);
  const child = await startPinned({ core: ring.core, script: join(folderOf(name), 'serve.js'), args: [ring.company] });
  return { name, pid: child.pid, url: (child.told as { readonly url: string }).url, dialect, headers: () => ({}), end: () => child.end() };
}
