import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagesInExplorer } from './explorer/bundle.ts';

/**
 * Prints what is delivered as a software bill of materials: CycloneDX, by the lock, of the packages that production installs and of those
 * that are in the explorer page.
 *
 * `npm sbom --omit=dev` alone leaves out every package that something for tests depends on as well, `graphql` among them, and all that is
 * in the page. So npm is given a project that depends on what the page is made of and has nothing for tests. Of what npm lists then, only
 * what is installed or in the page stays: the page's packages depend on some of which nothing is in it.
 */

const root = join(import.meta.dirname, '..');

type Versions = Readonly<Record<string, string>>;
interface Project {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
}
interface Bill {
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const nameOf = (place: string): string => place.replace(/^.*node_modules\//, '');

const bundled = new Set(await packagesInExplorer());
const project = read('package.json') as Project;
const lock = read('package-lock.json') as Lock;
const inPage = Object.entries(project.devDependencies).filter(([name, version]) => bundled.has(`${name}@${version}`));
const delivering = ({ devDependencies: _, overrides: __, ...rest }: Project & { readonly overrides?: unknown }): unknown => ({ ...rest, dependencies: { ...rest.dependencies, ...Object.fromEntries(inPage) } });
const installed = Object.entries(lock.packages).flatMap(([place, { version, dev }]) => (place === '' || dev === true ? [] : [`${nameOf(place)}@${version}`]));
const delivered = new Set([...installed, ...bundled]);

const bill = list();
const listed = new Set(bill.components.map((component) => component['bom-ref']));
const missing = [...bundled].filter((one) => !listed.has(one));
if (missing.length > 0) throw new Error(`the explorer page has packages that the lock does not: ${missing.join(', ')}`);
const self = bill.dependencies.filter(({ ref }) => !listed.has(ref));
process.stdout.write(`${JSON.stringify({
  ...bill,
  components: bill.components.filter((component) => delivered.has(component['bom-ref'])),
  dependencies: [...self, ...bill.dependencies.filter(({ ref }) => delivered.has(ref))].map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => delivered.has(one)) })),
}, undefined, 2)}\n`);

/** What npm lists of all that the project and the page depend on. */
function list(): Bill {
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  try {
    const packages = Object.fromEntries(Object.entries(lock.packages).map(([place, { dev: _, ...one }]) => [place, one]));
    writeFileSync(join(folder, 'package.json'), JSON.stringify(delivering(project)));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages: { ...packages, '': delivering(project) } }));
    const { status, stdout } = spawnSync('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'], {
      cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (status !== 0) throw new Error('npm gives no list of the packages');
    return JSON.parse(stdout) as Bill;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
