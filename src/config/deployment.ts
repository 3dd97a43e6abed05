import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Faults } from '../parse/faults.ts';
import { codeOf } from '../thrown.ts';

/** A text of the deployment, under its name relative to the deployment's folder. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** Everything that makes up a deployment, as text. */
export interface Deployment {
  readonly folder: string;
  readonly gateway: TextFile | undefined;
  readonly purposes: TextFile | undefined;
  readonly sources: readonly TextFile[];
  readonly policies: readonly TextFile[];
  /** What pages for customers call things, a file a language. */
  readonly texts: readonly TextFile[];
  /** The canonical schema first, then the deployment's own additions. */
  readonly sdl: readonly TextFile[];
}

/** Names of what looks like a text of a deployment and is not one: another ending, or a folder that is not a hidden one. */
const misplaced = /\.(cedar|ya?ml|graphqls?|gql)$|^[^.].*\/$/i;

/** Reads a deployment's folder and the canonical schema. A missing required file is a fault, and so is the folder itself where it is not there; one within it is an empty one. */
export async function readDeployment(folder: string, schemaFolder: string, faultsOf: (file: string) => Faults): Promise<Deployment> {
  const isThere = await isFolder(folder);
  if (!isThere) faultsOf(folder).add('', 'there is no such folder');
  const file = async (name: string): Promise<TextFile | undefined> => {
    // That every file is missing only follows from that the folder is.
    const text = isThere ? await readText(join(folder, name), faultsOf(name)) : undefined;
    return text === undefined ? undefined : { name, text };
  };
  const filesIn = async (base: string, below: string, ending: string, shown: string): Promise<readonly TextFile[]> => {
    const all = await listed(join(base, below));
    for (const name of all) {
      // A policy that is not read may be one that forbids.
      if (!name.endsWith(ending) && misplaced.test(name)) faultsOf(join(shown, name)).add('', `is not read; expected files that end in ${ending}, in ${below === '' ? 'this folder' : below} itself`);
    }
    const names = all.filter((name) => name.endsWith(ending)).sort();
    const texts = await Promise.all(names.map((name) => readText(join(base, below, name), faultsOf(join(shown, name)))));
    return names.flatMap((name, index) => {
      const text = texts[index];
      return text === undefined ? [] : [{ name: join(shown, name), text }];
    });
  };
  const [gateway, purposes, sources, policies, texts, canonical, added] = await Promise.all([
    file('customer360.yaml'),
    file('purposes.yaml'),
    filesIn(folder, 'sources', '.yaml', 'sources'),
    filesIn(folder, 'policies', '.cedar', 'policies'),
    filesIn(folder, 'texts', '.yaml', 'texts'),
    filesIn(schemaFolder, '', '.graphql', 'canonical schema'),
    filesIn(folder, 'schema', '.graphql', 'schema'),
  ]);
  return { folder, gateway, purposes, sources, policies, texts, sdl: [...canonical, ...added] };
}

async function readText(path: string, faults: Faults): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    faults.add('', `cannot be read in ${dirname(path)} (${codeOf(error) || 'unknown reason'})`);
    return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  // One that may not be looked at is told with its files.
  return stat(path).then((found) => found.isDirectory(), (error: unknown) => codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR');
}

async function listed(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  } catch {
    return [];
  }
}
