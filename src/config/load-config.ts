import { basename } from 'node:path';
import type { z } from 'zod';
import type { ConnectorKind } from '../connectors/connector.ts';
import { readListenerTls, type ListenerTls } from '../http/settings.ts';
import { limitsFor, type OperationLimits } from '../operation/limits.ts';
import type { Faults } from '../parse/faults.ts';
import { parse } from '../parse/parse.ts';
import { parseRedis, type RedisSettings } from '../redis/settings.ts';
import { parseStore, type StoreSettings } from '../store/settings.ts';
import { readDeployment, type TextFile } from './deployment.ts';
import { gatewayFile, ownAudiences, type GatewaySettings } from './gateway-file.ts';
import { purposesFile, type PurposeRegistry } from './purposes-file.ts';
import { readYaml } from './read-yaml.ts';
import { parseSourceFile, type SourceSettings } from './source-file.ts';
import type { Environment } from './substitute.ts';
import { pageLanguages, textsFile, type DeploymentTexts } from './texts-file.ts';

/** A deployment, understood file by file. What only makes sense together (mapping, policies) is compiled from it. */
export interface Config {
  readonly folder: string;
  readonly gateway: Omit<GatewaySettings, 'store' | 'redis'>;
  readonly store: StoreSettings;
  /** Undefined where each process keeps for itself what several could share. */
  readonly redis: RedisSettings | undefined;
  /** What one operation may be; the same object for one audience. */
  readonly limitsOf: (audience: string) => OperationLimits;
  /** Undefined where the gateway listens in the clear. */
  readonly tls: ListenerTls | undefined;
  /** In the declared order. */
  readonly sources: readonly SourceSettings[];
  /** The one among them through which customers are listed and first met. */
  readonly lead: SourceSettings;
  readonly purposes: PurposeRegistry;
  /** What pages for customers call things, by language. */
  readonly texts: ReadonlyMap<string, DeploymentTexts>;
  readonly policies: readonly TextFile[];
  readonly sdl: readonly TextFile[];
}

/** What could be understood of a deployment. Where `config` is undefined, faults say why, and the parts serve to find the others. */
export interface ReadConfig extends Pick<Config, 'sources' | 'policies' | 'sdl'> {
  readonly config: Config | undefined;
  /** True when each source that is listed was understood. */
  readonly allSources: boolean;
  readonly gateway: GatewaySettings | undefined;
  /** The words that policies may use, even of a file with faults elsewhere. */
  readonly roles: readonly string[] | undefined;
  readonly purposes: readonly string[] | undefined;
}

/** Reads a deployment and notes every fault of its files. */
export async function loadConfig(input: {
  readonly folder: string;
  readonly schemaFolder: string;
  readonly env: Environment;
  readonly kinds: readonly ConnectorKind[];
  readonly faultsOf: (file: string) => Faults;
}): Promise<ReadConfig> {
  const { folder, env, kinds, faultsOf } = input;
  const { policies, sdl, ...files } = await readDeployment(folder, input.schemaFolder, faultsOf);
  // A file that is no YAML is one fault; that everything is missing in it only follows from that.
  const documentOf = (file: TextFile | undefined): unknown => file && readYaml(file.text, env, faultsOf(file.name));
  const understood = <Shape extends z.ZodType>(shape: Shape, document: unknown, name: string): z.output<Shape> | undefined =>
    document === undefined ? undefined : parse(shape, document, faultsOf(name));

  const gatewayDocument = documentOf(files.gateway);
  const purposesDocument = documentOf(files.purposes);
  const gateway = understood(gatewayFile, gatewayDocument, 'customer360.yaml');
  const store = gateway && parseStore(gateway.store, folder, faultsOf('customer360.yaml').at('store'));
  const redis = gateway?.redis && parseRedis(gateway.redis, folder, faultsOf('customer360.yaml').at('redis'));
  const tls = gateway && readListenerTls(gateway.server.tls, folder, faultsOf('customer360.yaml').at('server.tls'));
  const registry = understood(purposesFile, purposesDocument, 'purposes.yaml');
  const parsed = new Map(files.sources.map((file) => {
    const name = basename(file.name, '.yaml');
    const document = documentOf(file);
    return [name, document === undefined ? undefined : parseSourceFile({ name, file: file.name, document, folder, kinds, faults: faultsOf(file.name) })];
  }));
  const texts = new Map(files.texts.flatMap((file) => {
    const language = basename(file.name, '.yaml');
    if (!(pageLanguages as readonly string[]).includes(language)) faultsOf(file.name).add('', `expected the name of a language out of ${pageLanguages.join(', ')}, got "${language}"`);
    const own = understood(textsFile, documentOf(file), file.name);
    return own === undefined ? [] : [[language, own] as const];
  }));
  if (gateway !== undefined) checkNames(gateway, parsed, faultsOf('customer360.yaml'));
  if (gateway !== undefined && registry !== undefined) checkTokenPurposes(gateway, Object.keys(registry), faultsOf('customer360.yaml').at('tokens.audiences'));
  const sources = (gateway?.sources ?? [...parsed.keys()]).flatMap((name) => parsed.get(name) ?? []);
  const lead = sources.find(({ name }) => name === gateway?.lead);
  const purposes = registry && new Map(Object.entries(registry));
  return {
    config: gateway && store && purposes && lead && Object.freeze({ folder, gateway, store, redis, limitsOf: limitsByAudience(gateway), tls, sources, lead, purposes, texts, policies, sdl }),
    allSources: gateway !== undefined && gateway.sources.every((name) => parsed.get(name) !== undefined),
    sources, policies, sdl, gateway,
    roles: gatewayFile.shape.roles.safeParse(membersOf(gatewayDocument)['roles']).data,
    purposes: purposesDocument === undefined ? undefined : Object.keys(membersOf(purposesDocument)),
  };
}

function limitsByAudience({ audiences, limits }: GatewaySettings): Config['limitsOf'] {
  const known = new Map(Object.entries(audiences).map(([audience, own]) => [audience, limitsFor(!ownAudiences.has(audience), own.limits, limits)]));
  return (audience) => {
    const found = known.get(audience);
    if (found === undefined) throw new Error(`there is no audience "${audience}"`);
    return found;
  };
}

function checkTokenPurposes({ tokens }: GatewaySettings, known: readonly string[], faults: Faults): void {
  for (const [audience, { purposes }] of Object.entries(tokens?.audiences ?? {})) {
    purposes.forEach((purpose, index) => {
      if (!known.includes(purpose)) faults.add(`${audience}.purposes[${index}]`, `expected one of ${known.join(', ')}, got "${purpose}"`);
    });
  }
}

function membersOf(document: unknown): Readonly<Record<string, unknown>> {
  return document !== null && typeof document === 'object' ? (document as Readonly<Record<string, unknown>>) : {};
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
