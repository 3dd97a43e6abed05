import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>>;
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly dev?: boolean }>> };

test('each dependency is justified in a decision, and has an exact version', () => {
  const decisions = globSync('docs/decisions/*.md', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const all = { ...dependencies, ...devDependencies };
  expect(Object.keys(all).filter((name) => !decisions.includes(`\`${name}\``))).toEqual([]);
  expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('the lock names no host that packages are to be fetched from', () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test('`npm run sbom` lists what is delivered, and nothing that only tests need', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' }, maxBuffer: 64 * 1024 * 1024 });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const bom = JSON.parse(stdout) as { readonly bomFormat: string; readonly components: readonly { readonly name: string; readonly group?: string; readonly version: string; readonly purl: string }[] };
  expect(bom.bomFormat).toBe('CycloneDX');
  const listed = new Set(bom.components.map(({ purl }) => decodeURIComponent(purl)));
  const purlOf = ([name, version]: readonly [string, string]): string => `pkg:npm/${name}@${version}`;
  expect(Object.entries(dependencies).map(purlOf).filter((purl) => !listed.has(purl))).toEqual([]);
  // Some of them are there all the same, since something that is delivered needs them.
  const forTests = Object.entries(devDependencies).filter(([name]) => packages[`node_modules/${name}`]?.dev === true);
  expect(forTests.length).toBeGreaterThan(10);
  expect(forTests.map(purlOf).filter((purl) => listed.has(purl))).toEqual([]);
  expect(bom.components.length).toBeGreaterThan(200);
}, 60_000);
