import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';

const source = join(import.meta.dirname, '../../src');
/** They begin to work when they are loaded. */
const programs: ReadonlySet<string> = new Set(['main.ts', 'store/sqlite/audit-thread.ts']);

test('every module is loaded by Node itself, which finds fewer names in packages of CommonJS than the test runner does', () => {
  const modules = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !programs.has(name));
  expect(modules.length).toBeGreaterThan(500);
  const urls = modules.map((name) => pathToFileURL(join(source, name)).href);
  const script = `for (const url of ${JSON.stringify(urls)}) await import(url).catch((error) => console.log(url, error.message)); process.exit()`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});
