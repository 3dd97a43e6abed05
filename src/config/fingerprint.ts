import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { collectFaults } from '../parse/faults.ts';
import { codeOf } from '../thrown.ts';
import { readDeployment, type Deployment } from './deployment.ts';
import { readYaml } from './read-yaml.ts';
import type { Environment } from './substitute.ts';

/**
 * A digest of all that a deployment is read from: its texts, the certificates and keys that they name, and the variables. It is about what
 * the files say and not about what they are, so that it is the same whether an editor wrote a file, put another in its place, or the folder
 * is a link that now leads elsewhere, as in Kubernetes; and whatever the file system tells of changes.
 */
export async function fingerprint({ folder, schemaFolder, env }: { readonly folder: string; readonly schemaFolder: string; readonly env: () => Environment }): Promise<string> {
  const hash = createHash('sha256');
  const add = (...parts: readonly unknown[]): void => void hash.update(JSON.stringify(parts));
  let variables: Environment = {};
  try {
    variables = env();
    add('variables', Object.entries(variables).sort(([one], [other]) => (one < other ? -1 : 1)));
  } catch (error) {
    add('no variables', codeOf(error));
  }
  const deployment = await readDeployment(folder, schemaFolder, ignored);
  const { gateway, purposes, sources, policies, texts, sdl } = deployment;
  add(gateway, purposes, sources, policies, texts, sdl);
  for (const file of namedFiles(deployment, variables)) {
    add(file, await readFile(resolve(folder, file), 'base64').catch(codeOf));
  }
  return hash.digest('hex');
}

/** Faults are for whoever reads the deployment to go by it. */
const ignored = (file: string): ReturnType<typeof collectFaults> => collectFaults(file, []);

/** The files that the texts name: certificates and keys of `tls`, and keys of token issuers. */
function namedFiles({ gateway, sources }: Deployment, env: Environment): readonly string[] {
  const files = new Set<string>();
  const look = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'tls') textsIn(inner, ['ca', 'cert', 'key']).forEach((file) => files.add(file));
      else if (name === 'keys') textsIn(inner, ['jwksFile', 'publicKeyFile']).forEach((file) => files.add(file));
      look(inner);
    }
  };
  for (const file of [gateway, ...sources]) if (file !== undefined) look(readYaml(file.text, env, ignored(file.name)));
  return [...files].sort();
}

function textsIn(value: unknown, names: readonly string[]): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  // A value may be the PEM text itself.
  return Object.entries(value).flatMap(([name, text]) => (names.includes(name) && typeof text === 'string' && !text.includes('\n') ? [text] : []));
}
