import type { GraphQLSchema } from 'graphql';
import { checkSyntax, loadPolicies } from './authorization/load-policies.ts';
import { checkAgainstSchema } from './config/check-across.ts';
import type { GatewaySettings } from './config/gateway-file.ts';
import type { Environment } from './config/substitute.ts';
import type { Deployment } from './explain/deployment.ts';
import { collectFaults, ConfigError, type Fault, type Faults } from './parse/faults.ts';
import { readSettings } from './load-settings.ts';
import { audienceSchema } from './schema/audience-schema.ts';
import { compileModel } from './schema/compile-model.ts';
import type { Model } from './schema/model.ts';
import { asSubgraph } from './schema/subgraph.ts';

/** Reads and checks a deployment's folder. Throws one `ConfigError` with every fault of all files. */
export async function loadDeployment(folder: string, env: Environment): Promise<Deployment> {
  const faults: Fault[] = [];
  const faultsOf = (file: string): Faults => collectFaults(file, faults);
  const read = await readSettings(folder, env, faultsOf);
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
  if (model && config && schemas) checkAgainstSchema(config, { dataClasses: model.dataClasses, roots: new Map([...schemas].map(([audience, schema]) => [audience, rootsOf(schema)])) }, faultsOf);
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
