import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkAcross } from './config/check-across.ts';
import { fingerprint } from './config/fingerprint.ts';
import { loadConfig, type Config, type ReadConfig } from './config/load-config.ts';
import type { Environment } from './config/substitute.ts';
import { graphqlKind } from './connectors/graphql/kind.ts';
import { httpKind } from './connectors/http/kind.ts';
import { mongodbKind } from './connectors/mongodb/kind.ts';
import { sqlKind } from './connectors/sql/kind.ts';
import { collectFaults, ConfigError, type Fault, type Faults } from './parse/faults.ts';

/** The protocols that sources may speak. */
const kinds = [httpKind, graphqlKind, sqlKind, mongodbKind];

const schemaFolder = fileURLToPath(new URL('../schema/', import.meta.url));

/** What a deployment's files and variables are at the moment, as a digest. Variables that cannot be read are one, too. */
export async function lookAtDeployment(folder: string, env: () => Environment): Promise<string> {
  return fingerprint({ folder: resolve(folder), schemaFolder, env });
}

/**
 * Reads a deployment's settings, sources and purposes. What its schema and its policies say is not looked at, so that a token can be revoked and a
 * trail proven whatever is wrong with these. Throws one `ConfigError` with every fault.
 */
export async function loadSettings(folder: string, env: Environment): Promise<Config> {
  const faults: Fault[] = [];
  const { config } = await readSettings(folder, env, (file) => collectFaults(file, /^(policies|(canonical )?schema)\//.test(file) ? [] : faults));
  if (faults.length > 0 || config === undefined) throw new ConfigError(faults);
  return config;
}

/** Reads the same, and notes the faults. */
export async function readSettings(folder: string, env: Environment, faultsOf: (file: string) => Faults): Promise<ReadConfig> {
  const read = await loadConfig({ folder: resolve(folder), schemaFolder, env, kinds, faultsOf });
  if (read.config !== undefined) checkAcross(read.config, faultsOf);
  return read;
}
