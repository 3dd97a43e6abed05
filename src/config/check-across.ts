import type { Faults } from '../parse/faults.ts';
import type { Config } from './load-config.ts';

/** Notes what in a deployment contradicts itself across files: purposes against data classes, settings against purposes and schemas. */
export function checkAcross(config: Config, known: {
  readonly dataClasses: readonly string[];
  /** By audience, the fields of `Query` that it has. */
  readonly roots: ReadonlyMap<string, ReadonlySet<string>>;
}, faultsOf: (file: string) => Faults): void {
  const faults = faultsOf('customer360.yaml');
  checkPurposes(config, known.dataClasses, faultsOf('purposes.yaml'));
  checkRetention(config, faults.at('audit'));
  checkReports(config, known.roots, faults);
  for (const [language, { purposes }] of config.texts) {
    for (const purpose of Object.keys(purposes)) {
      if (!config.purposes.has(purpose)) faultsOf(`texts/${language}.yaml`).add(`purposes.${purpose}`, 'there is no such purpose in purposes.yaml');
    }
  }
}

function checkPurposes({ purposes }: Config, known: readonly string[], faults: Faults): void {
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

/** A report is made by operations that ask for a customer, and at the command line in the name of roles that policies may know. */
function checkReports({ gateway: { accessReport, roles }, purposes }: Config, roots: ReadonlyMap<string, ReadonlySet<string>>, faults: Faults): void {
  for (const [audience, fields] of roots) {
    if (fields.has('accessReport') && !fields.has('customer')) faults.at('audiences').add(`${audience}.fields`, 'Query.accessReport needs Query.customer beside it');
  }
  const { commandLine } = accessReport;
  if (commandLine === undefined) return;
  const own = faults.at('accessReport.commandLine');
  if (purposes.get(commandLine.purpose)?.dataClasses.includes('report') !== true) own.add('purpose', `expected a purpose of purposes.yaml that covers "report", got "${commandLine.purpose}"`);
  for (const [index, role] of commandLine.roles.entries()) if (!roles.includes(role)) own.add(`roles[${index}]`, `expected one of ${roles.join(', ')}, got "${role}"`);
}
