import { basename } from 'node:path';
import type { z } from 'zod';
import type { ConnectorKind } from '../connectors/connector.ts';
import { collectFaults, ConfigError, type Fault, type Faults } from '../parse/faults.ts';
import { parse } from '../parse/parse.ts';
import { readDeployment, type TextFile } from './deployment.ts';
import { gatewayFile, type GatewaySettings } from './gateway-file.ts';
import { purposesFile, type PurposeRegistry } from './purposes-file.ts';
import { readYaml } from './read-yaml.ts';
import { parseSourceFile, type SourceSettings } from './source-file.ts';
import type { Environment } from './substitute.ts';

/** A deployment, understood file by file. What only makes sense together (mapping, policies) is compiled from it. */
export interface Config {
  readonly folder: string;
  readonly gateway: GatewaySettings;
  /** In the declared order. */
  readonly sources: readonly SourceSettings[];
  readonly purposes: PurposeRegistry;
  readonly policies: readonly TextFile[];
  readonly sdl: readonly TextFile[];
}

/** Reads and checks a deployment. Throws one `ConfigError` with every fault of all files. */
export async function loadConfig(input: {
  readonly folder: string;
  readonly schemaFolder: string;
  readonly env: Environment;
  readonly kinds: readonly ConnectorKind[];
}): Promise<Config> {
  const list: Fault[] = [];
  const faultsOf = (file: string): Faults => collectFaults(file, list);
  const deployment = await readDeployment(input.folder, input.schemaFolder, faultsOf);
  const document = (file: TextFile): unknown => readYaml(file.text, input.env, faultsOf(file.name));
  // A file that is no YAML is one fault; that everything is missing in it only follows from that.
  const understood = <Shape extends z.ZodType>(shape: Shape, file: TextFile | undefined): z.output<Shape> | undefined => {
    const read = file && document(file);
    return file === undefined || read === undefined ? undefined : parse(shape, read, faultsOf(file.name));
  };

  const gateway = understood(gatewayFile, deployment.gateway);
  const purposes = understood(purposesFile, deployment.purposes);
  const parsed = new Map<string, SourceSettings | undefined>();
  for (const file of deployment.sources) {
    const name = basename(file.name, '.yaml');
    const read = document(file);
    parsed.set(name, read === undefined ? undefined : parseSourceFile({
      name, file: file.name, document: read, folder: deployment.folder, kinds: input.kinds, faults: faultsOf(file.name),
    }));
  }
  if (gateway !== undefined) checkNames(gateway, parsed, faultsOf('customer360.yaml'));
  if (list.length > 0 || gateway === undefined || purposes === undefined) throw new ConfigError(list);
  return Object.freeze({
    folder: deployment.folder,
    gateway,
    sources: gateway.sources.flatMap((name) => parsed.get(name) ?? []),
    purposes: new Map(Object.entries(purposes)),
    policies: deployment.policies,
    sdl: deployment.sdl,
  });
}

function checkNames(gateway: GatewaySettings, files: ReadonlyMap<string, unknown>, faults: Faults): void {
  gateway.sources.forEach((name, index) => {
    if (!files.has(name)) faults.add(`sources[${index}]`, `there is no file sources/${name}.yaml`);
    if (['number', 'email', 'phone'].includes(name)) faults.add(`sources[${index}]`, `"${name}" is the name of an identifier; call the source otherwise`);
    if (gateway.sources.indexOf(name) !== index) faults.add(`sources[${index}]`, `"${name}" is listed twice`);
  });
  for (const name of files.keys()) {
    if (!gateway.sources.includes(name)) faults.add('sources', `sources/${name}.yaml is there but "${name}" is not listed`);
  }
  if (!gateway.sources.includes(gateway.lead)) faults.add('lead', `expected one of ${gateway.sources.join(', ')}, got "${gateway.lead}"`);
  for (const [field, names] of Object.entries(gateway.order)) {
    for (const name of names) {
      if (!gateway.sources.includes(name)) faults.add(`order.${field}`, `expected names out of ${gateway.sources.join(', ')}, got "${name}"`);
    }
  }
}
