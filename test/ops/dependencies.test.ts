import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>>;
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string; readonly dev?: boolean }>> };

test('each dependency is justified in a decision, and has an exact version', () => {
  const decisions = globSync('docs/decisions/*.md', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const all = { ...dependencies, ...devDependencies };
  expect(Object.keys(all).filter((name) => !decisions.includes(`\`${name}\``))).toEqual([]);
  expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('the lock names no host that packages are to be fetched from', () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly 'bom-ref': string } };
  readonly components: readonly { readonly 'bom-ref': string; readonly purl: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

test('`npm run sbom` lists what is delivered, and nothing that only tests need', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' }, maxBuffer: 64 * 1024 * 1024 });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const bom = JSON.parse(stdout) as Bom;
  expect(bom.bomFormat).toBe('CycloneDX');
  const listed = new Set(bom.components.map(({ purl }) => decodeURIComponent(purl)));
  const purlOf = ([name, version]: readonly [string, string]): string => `pkg:npm/${name}@${version}`;
  expect(Object.entries(dependencies).map(purlOf).filter((purl) => !listed.has(purl))).toEqual([]);
  // The explorer page is made of these, which brings others along; the editor is one.
  const inPage = ['graphiql', 'react', 'react-dom'];
  const versionOf = (name: string): readonly [string, string] => [name, packages[`node_modules/${name}`]?.version ?? ''];
  expect([...inPage, 'monaco-editor', 'monaco-graphql', '@graphiql/react', 'markdown-it'].map((name) => purlOf(versionOf(name))).filter((purl) => !listed.has(purl))).toEqual([]);
  // Some of them are there all the same, since something that is delivered needs them.
  const forTests = Object.entries(devDependencies).filter(([name]) => packages[`node_modules/${name}`]?.dev === true && !inPage.includes(name));
  expect(forTests.length).toBeGreaterThan(10);
  expect(forTests.map(purlOf).filter((purl) => listed.has(purl))).toEqual([]);
  expect(bom.components.length).toBeGreaterThan(300);
  // A graph of nothing but what is listed.
  const refs = new Set([bom.metadata.component, ...bom.components].map((component) => component['bom-ref']));
  expect(bom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !refs.has(ref))).toEqual([]);
}, 120_000);
