import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { BuildOptions, Metafile } from 'esbuild';

const root = join(import.meta.dirname, '../..');
const sources = join(root, 'explorer');
/** Beside what is published, where the gateway looks for it. */
const target = join(root, 'dist/explorer');
/** What the page is made of; it comes last. */
const manifest = join(target, 'manifest.json');

const programs = {
  'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
  'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
};

/** What the page was made of: its own files, the packages that are installed, and this file. */
async function ingredients(): Promise<string> {
  const files = [...(await readdir(sources)).toSorted().map((name) => join(sources, name)), join(root, 'package-lock.json'), import.meta.filename];
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${basename(file)}\n`).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Bundles the explorer page into `dist/explorer`, unless it is there as it would be made. Several processes may do so at once: each writes the
 * same, and what says that it is whole comes last. Gives whether something had to be made.
 */
export async function bundleExplorer(): Promise<boolean> {
  const build = await ingredients();
  if (existsSync(manifest) && (JSON.parse(await readFile(manifest, 'utf8')) as { readonly build?: unknown }).build === build) return false;
  // Loaded only where something is made of it: who starts the gateway for the second time has no use for it.
  const { build: esbuild } = await import('esbuild');
  const common = { bundle: true, minify: true, write: false, metafile: true, outdir: target, absWorkingDir: root, target: 'es2022', legalComments: 'none', logLevel: 'warning' } as const satisfies BuildOptions;
  const made = await Promise.all([
    esbuild({ ...common, entryPoints: { page: join(sources, 'page.ts') }, format: 'esm', splitting: true, loader: { '.ttf': 'file' }, define: { 'process.env.NODE_ENV': '"production"' } }),
    // A worker's own policy lets it fetch nothing, so each is one file.
    esbuild({ ...common, entryPoints: programs, format: 'iife' }),
  ]);
  const files = new Map<string, Uint8Array>(made.flatMap(({ outputFiles }) => outputFiles.map(({ path, contents }) => [basename(path), contents])));
  const packages = await packagesIn(made.map(({ metafile }) => metafile));
  files.set('licenses.txt', Buffer.from(await licenses(packages)));
  const folder = join(target, build);
  await mkdir(folder, { recursive: true });
  for (const [name, contents] of files) {
    await writeWhole(join(folder, name), contents);
    await writeWhole(join(folder, `${name}.gz`), await promisify(gzip)(contents, { level: 9 }));
  }
  await writeWhole(manifest, `${JSON.stringify({ build, files: [...files.keys()].toSorted(), packages: packages.map(({ name, version }) => `${name}@${version}`) })}\n`);
  for (const old of await readdir(target)) if (old !== build && old !== 'manifest.json') await rm(join(target, old), { recursive: true, force: true });
  return true;
}

async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}

/** The packages of which something is in the explorer page, as `name@version`. The page is made where it is not there. */
export async function packagesInExplorer(): Promise<readonly string[]> {
  await bundleExplorer();
  return (JSON.parse(await readFile(manifest, 'utf8')) as { readonly packages: readonly string[] }).packages;
}

interface Bundled {
  /** Where it is installed, from the root. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
}

/** All packages of which something is in a bundle. */
async function packagesIn(metafiles: readonly Metafile[]): Promise<readonly Bundled[]> {
  const folders = new Set(metafiles.flatMap(({ inputs }) => Object.keys(inputs)).flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  return Promise.all([...folders].toSorted().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Omit<Bundled, 'folder'>;
    return { folder, name, version, license };
  }));
}

async function licenses(packages: readonly Bundled[]): Promise<string> {
  const texts = await Promise.all(packages.map(async ({ folder, name, version, license }) => {
    const files = (await readdir(join(root, folder))).filter((file) => /^(licen[cs]e|notice|thirdpartynotices)/i.test(file));
    const said = await Promise.all(files.map((file) => readFile(join(root, folder, file), 'utf8')));
    return [`${name} ${version} (${license ?? 'no license stated'})`, ...said.map((text) => text.trim())].join('\n\n');
  }));
  return `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
