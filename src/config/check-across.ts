import type { Faults } from '../parse/faults.ts';
import type { Config } from './load-config.ts';

/** Notes where settings contradict the registry of purposes. */
export function checkAcross(config: Config, faultsOf: (file: string) => Faults): void {
  const faults = faultsOf('customer360.yaml');
  checkRetention(config, faults.at('audit'));
  checkCommandLine(config, faults.at('accessReport.commandLine'));
  for (const [language, { purposes }] of config.texts) {
    for (const purpose of Object.keys(purposes)) {
      if (!config.purposes.has(purpose)) faultsOf(`texts/${language}.yaml`).add(`purposes.${purpose}`, 'there is no such purpose in purposes.yaml');
    }
  }
}

/** Notes what contradicts the schema: purposes its data classes, settings the fields that audiences have. */
export function checkAgainstSchema({ purposes }: Config, known: {
  readonly dataClasses: readonly string[];
  /** By audience, the fields of `Query` that it has. */
  readonly roots: ReadonlyMap<string, ReadonlySet<string>>;
}, faultsOf: (file: string) => Faults): void {
  checkPurposes(purposes, known.dataClasses, faultsOf('purposes.yaml'));
  // A report is made by operations that ask for a customer.
  for (const [audience, fields] of known.roots) {
    if (fields.has('accessReport') && !fields.has('customer')) faultsOf('customer360.yaml').at('audiences').add(`${audience}.fields`, 'Query.accessReport needs Query.customer beside it');
  }
}

function checkPurposes(purposes: Config['purposes'], known: readonly string[], faults: Faults): void {
  for (const [purpose, { dataClasses }] of purposes) {
    for (const [index, name] of dataClasses.entries()) {
      if (!known.includes(name)) faults.add(`${purpose}.dataClasses[${index}]`, `expected one of ${known.join(', ')}, got "${name}"`);
    }
  }
}

function checkRetention({ gateway, purposes }: Config, faults: Faults): void {
  for (const purpose of Object.keys(gateway.audit.retention?.purposes ?? {})) {
    if (!purposes.has(purpose)) faults.add(`retention.purposes.${purpose}`, 'there is no such purpose in purposes.yaml');
  }
}

/** A report is made at the command line in the name of roles that policies may know. */
function checkCommandLine({ gateway: { accessReport: { commandLine }, roles }, purposes }: Config, faults: Faults): void {
  if (commandLine === undefined) return;
  if (purposes.get(commandLine.purpose)?.dataClasses.includes('report') !== true) faults.add('purpose', `expected a purpose of purposes.yaml that covers "report", got "${commandLine.purpose}"`);
  for (const [index, role] of commandLine.roles.entries()) if (!roles.includes(role)) faults.add(`roles[${index}]`, `expected one of ${roles.join(', ')}, got "${role}"`);
}
