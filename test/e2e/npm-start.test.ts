import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** All processes below one, as Linux tells of them. */
function below(pid: number): readonly number[] {
  const parents = globSync('/proc/[0-9]*/stat').flatMap((file) => {
    try {
      const [, own = '', parent = ''] = /^(\d+) \(.*\) \S (\d+)/s.exec(readFileSync(file, 'utf8')) ?? [];
      return [[Number(own), Number(parent)] as const];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
  const children = (of: number): readonly number[] => parents.filter(([, parent]) => parent === of).flatMap(([own]) => [own, ...children(own)]);
  return children(pid);
}

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('SIGTERM to `npm start` ends all that it has started, and npm last (needs Linux)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'npm-start-'));
  const npm = spawn('npm', ['start'], {
    cwd: root, stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', PORT: String(await freePort()), STORE_FILE: join(folder, 'store.sqlite'), CHECKPOINTS_FILE: join(folder, 'checkpoints.jws') },
  });
  const ended = once(npm, 'exit');
  try {
    let said = '';
    for await (const chunk of npm.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      said += chunk;
      if (said.includes('Ctrl-C ends it.')) break;
    }
    const started = below(npm.pid ?? 0);
    // What runs the company, the company's three systems, and the gateway.
    expect(started.length).toBeGreaterThanOrEqual(5);
    npm.kill('SIGTERM');
    await ended;
    expect(started.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  } finally {
    npm.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}, 90_000);

test('`npm run sample` says what it needs where no sample company runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'npm-sample-'));
  try {
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'sample', '--', 'token', 'list'], { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', SAMPLE_KEYS: folder } });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^sample: the sample company does not run here; npm start runs it/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
