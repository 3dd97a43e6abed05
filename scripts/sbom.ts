import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Prints what is delivered as a software bill of materials: CycloneDX, of the packages that production installs, by the lock.
 *
 * `npm sbom --omit=dev` alone leaves out every package that something for tests depends on as well, `graphql` among them. So npm is given a
 * project that has nothing for tests.
 */

const root = join(import.meta.dirname, '..');

interface Lock {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const withoutDev = ({ devDependencies: _, overrides: __, ...rest }: Readonly<Record<string, unknown>>): unknown => rest;

const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
try {
  const lock = read('package-lock.json') as Lock;
  const packages = Object.entries(lock.packages).flatMap(([place, one]) => (one['dev'] === true ? [] : [[place, place === '' ? withoutDev(one) : one] as const]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(withoutDev(read('package.json') as Readonly<Record<string, unknown>>)));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }));
  const { status, stdout } = spawnSync('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'], {
    cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.stdout.write(stdout);
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
