import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const linesOf = (file: string): readonly string[] => readFileSync(join(root, file), 'utf8').replaceAll('\\\n', ' ').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));

/** The instructions of each stage, by their words. */
const stages: (readonly string[])[][] = [];
for (const line of linesOf('ops/Dockerfile')) {
  const words = line.split(/\s+/);
  if (words[0] === 'FROM') stages.push([]);
  stages.at(-1)?.push(words);
}
const [building = [], running = []] = stages;

/** What does not reach the build: the last line that names a file, or a folder that it is in, decides. Of patterns only `*` is known here. */
const rules = linesOf('ops/Dockerfile.dockerignore').map((line) => ({ name: line.replace(/^!/, ''), reaches: line.startsWith('!') }));
function reachesBuild(file: string): boolean {
  return rules.findLast(({ name }) => name === '*' || file === name || file.startsWith(`${name}/`))?.reaches ?? true;
}

interface Copied {
  readonly from: string;
  readonly to: string;
}

/** The files that a COPY takes out of the repository. As Docker does, it fails where there are none. */
function copiedBy(words: readonly string[]): readonly Copied[] {
  const paths = words.slice(1);
  const target = paths.at(-1) ?? '';
  if (paths[0]?.startsWith('--')) return [];
  return paths.slice(0, -1).flatMap((source) => {
    const isFolder = statSync(join(root, source)).isDirectory();
    const files = (isFolder ? globSync(`${source}/**/*`, { cwd: root }).filter((file) => statSync(join(root, file)).isFile()) : [source]).filter(reachesBuild);
    if (files.length === 0) throw new Error(`COPY ${source}: ops/Dockerfile.dockerignore keeps it out`);
    return files.map((from) => ({ from, to: join(target, isFolder ? relative(source, from) : basename(from)) }));
  });
}

describe('the image', () => {
  test('is built from what it copies', () => {
    const folder = mkdtempSync(join(tmpdir(), 'image-'));
    try {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      const ran: string[] = [];
      for (const words of building) {
        if (words[0] === 'COPY') for (const { from, to } of copiedBy(words)) cpSync(join(root, from), join(folder, to));
        if (words[0] !== 'RUN') continue;
        // The packages are there already.
        for (const command of words.slice(1).join(' ').split(' && ').filter((one) => !one.startsWith('npm ci '))) {
          ran.push(command);
          const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });
          expect({ command, status, said: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ command, status: 0, said: '' });
        }
      }
      expect(ran).toEqual(['npm run build']);
      expect(['dist/main.js', 'dist/explorer/manifest.json'].filter((file) => !existsSync(join(folder, file)))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 180_000);

  test('has the schema', () => {
    const copied = running.filter(([instruction]) => instruction === 'COPY').flatMap(copiedBy).map(({ to }) => to);
    expect(copied.sort()).toEqual(globSync('schema/**/*.*', { cwd: root }).sort());
  });

  test.each(['.env', 'data/sample/gateway.env', 'dist/main.js', 'node_modules/graphql/package.json', 'test/ops/docker.test.ts'])('is built without %s', (file) => {
    expect(reachesBuild(file)).toBe(false);
  });
});
