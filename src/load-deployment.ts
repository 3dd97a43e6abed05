import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GraphQLSchema } from 'graphql';
import { checkSyntax, loadPolicies } from './authorization/load-policies.ts';
import { checkAcross } from './config/check-across.ts';
import { fingerprint } from './config/fingerprint.ts';
import { loadConfig } from './config/load-config.ts';
import type { GatewaySettings } from './config/gateway-file.ts';
import type { Environment } from './config/substitute.ts';
import { graphqlKind } from './connectors/graphql/kind.ts';
import { httpKind } from './connectors/http/kind.ts';
import { mongodbKind } from './connectors/mongodb/kind.ts';
import { sqlKind } from './connectors/sql/kind.ts';
import type { Deployment } from './explain/deployment.ts';
import { collectFaults, ConfigError, type Fault, type Faults } from './parse/faults.ts';
import { audienceSchema } from './schema/audience-schema.ts';
import { compileModel } from './schema/compile-model.ts';
import type { Model } from './schema/model.ts';
import { asSubgraph } from './schema/subgraph.ts';

/** The protocols that sources may speak. */
const kinds = [httpKind, graphqlKind, sqlKind, mongodbKind];

const schemaFolder = fileURLToPath(new URL('../schema/', import.meta.url));

/** What a deployment's files and variables are at the moment, as a digest. Variables that cannot be read are one, too. */
export async function lookAtDeployment(folder: string, env: () => Environment): Promise<string> {
  return fingerprint({ folder: resolve(folder), schemaFolder, env });
}

/** Reads and checks a deployment's folder. Throws one `ConfigError` with every fault of all files. */
export async function loadDeployment(folder: string, env: Environment): Promise<Deployment> {
  const faults: Fault[] = [];
  const faultsOf = (file: string): Faults => collectFaults(file, faults);
  const read = await loadConfig({ folder: resolve(folder), schemaFolder, env, kinds, faultsOf });
  const { config, gateway, roles, purposes } = read;
  const model = compileModel({ ...read, order: gateway?.order ?? {}, lead: gateway?.lead, purposes: config?.purposes }, faultsOf);
  const vocabulary = model && roles && purposes && {
    classes: model.classes, scalars: model.scalars, dataClasses: model.dataClasses, roles, purposes,
    // Of a file with faults it is not known, and that is told already.
    canHash: gateway === undefined || gateway.masks.hashKeys.length > 0,
  };
  const policySet = vocabulary && loadPolicies(read.policies, vocabulary, faultsOf);
  if (vocabulary === undefined) checkSyntax(read.policies, faultsOf);
  const schemas = model && gateway && audienceSchemas(model, gateway.audiences, faultsOf('customer360.yaml').at('audiences'));
  if (model && config && schemas) checkAcross(config, { dataClasses: model.dataClasses, roots: new Map([...schemas].map(([audience, schema]) => [audience, rootsOf(schema)])) }, faultsOf);
  if (faults.length > 0 || !config || !model || !vocabulary || !policySet || !schemas) throw new ConfigError(faults);
  return { config, model, vocabulary, policySet, schemas };
}

function audienceSchemas(model: Model, audiences: GatewaySettings['audiences'], faults: Faults): ReadonlyMap<string, GraphQLSchema> {
  return new Map(Object.entries(audiences).map(([name, { fields, subgraph }]) => {
    const schema = audienceSchema(model, fields, faults.at(name).at('fields'));
    return [name, subgraph ? asSubgraph(schema, faults.at(name).at('subgraph')) : schema];
  }));
}

function rootsOf(schema: GraphQLSchema): ReadonlySet<string> {
  return new Set(Object.keys(schema.getQueryType()?.getFields() ?? {}));
}
