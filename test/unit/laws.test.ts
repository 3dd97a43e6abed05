import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
/** The program takes two seconds, and several times that where the machine is busy with other tests. */
const patience = 60_000;

/** Every broken law in a folder, as `law: file`. */
async function brokenLaws(folder: string, ...parts: readonly string[]): Promise<readonly string[]> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [program, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', ...parts];
  const text = await new Promise<string>((resolve) => {
    // Its exit code is the number of errors; what it found stands in the output.
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 ** 2 }, (_error, stdout) => resolve(stdout));
  });
  const { summary } = JSON.parse(text) as { readonly summary: { readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[] } };
  return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`).sort();
}

test('the tree keeps the laws of .dependency-cruiser.cjs', async () => {
  expect(await brokenLaws(root, 'src', 'sample')).toEqual([]);
}, patience);

describe('the laws', () => {
  let folder = '';
  const files: Readonly<Record<string, string>> = {
    'src/errors.ts': 'export const code = 1;',
    'src/caller/token.ts': "import { run } from '../cli/run.ts';\nexport const token = run;",
    'src/cli/run.ts': "import { parse } from 'csv-parse/sync';\nexport const run = parse;",
    'src/config/file.ts': "import { code } from '../errors.ts';\nexport interface Settings { readonly code: number }\nexport const settings: Settings = { code };",
    'src/connectors/guards/deadline.ts': "import { code } from '../../errors.ts';\nexport const deadline = code;",
    'src/connectors/http/open.ts': "import { deadline } from '../guards/deadline.ts';\nexport const open = deadline;",
    'src/connectors/sql/open.ts': "import { open } from '../http/open.ts';\nexport const sql = open;",
    'src/consent/rule.ts': "import { readFileSync } from 'node:fs';\nimport { port } from '../store/facts.ts';\nimport { execute } from '../operation/execute.ts';\nexport const rule = [readFileSync, port, execute];",
    'src/federation/plan/plan.ts': "import { readFileSync } from 'node:fs';\nexport const plan = readFileSync;",
    'src/federation/plan/permissions.ts': "import { DatabaseSync } from 'node:sqlite';\nexport const permissions = DatabaseSync;",
    'src/http/serve.ts': "import { settings } from '../config/file.ts';\nexport const serve = settings;",
    'src/identity/link.ts': "import pg from 'pg';\nimport type { Settings } from '../config/file.ts';\nexport const link = (settings: Settings): unknown => [pg, settings];",
    'src/operation/execute.ts': "import { settings } from '../config/file.ts';\nimport { helper } from '../../test/helper.ts';\nexport const execute = [settings, helper];",
    'src/schema/index.ts': "import fc from 'fast-check';\nexport const index = fc;",
    'src/schema/one.ts': "import { two } from './two.ts';\nimport { index } from './index.ts';\nexport const one = [two, index];",
    'src/schema/two.ts': "import type { one } from './one.ts';\nexport const two = (value: typeof one): unknown => value;",
    'src/store/facts.ts': "import { code } from '../errors.ts';\nexport const port = code;",
    'src/store/left-over.ts': 'export const leftOver = 1;',
    'src/store/links.ts': "import { links } from './sqlite/links.ts';\nexport const port = links;",
    'src/store/sqlite/links.ts': 'export const links = 1;',
    'src/main.ts': "import { execute } from './operation/execute.ts';\nexport const main = execute;",
    'test/helper.ts': 'export const helper = 1;',
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'laws-'));
    await Promise.all(Object.entries(files).map(async ([name, text]) => {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }));
    for (const name of ['package.json', 'tsconfig.json']) await cp(join(root, name), join(folder, name));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('are told by name when they are broken, and types may come from the configuration', async () => {
    expect(await brokenLaws(folder, 'src')).toEqual([
      'caller-knows-only-its-own: src/caller/token.ts',
      'config-gives-types: src/operation/execute.ts',
      'consent-knows-only-its-own: src/consent/rule.ts',
      'consent-knows-shapes: src/consent/rule.ts',
      'engine-of-sqlite: src/federation/plan/permissions.ts',
      'guards-stay-outside: src/connectors/http/open.ts',
      'http-knows-only-its-own: src/http/serve.ts',
      'main-only-composes: src/main.ts',
      'no-barrels: src/schema/one.ts',
      'no-rings: src/schema/one.ts',
      'nothing-dead: src/store/left-over.ts',
      'nothing-serves-by-commands: src/caller/token.ts',
      'place-of-csv-parse: src/cli/run.ts',
      'place-of-kysely-oracledb-mysql2-oracledb-pg-tarn-tedious: src/identity/link.ts',
      'ports-know-no-engine: src/store/links.ts',
      'protocols-are-apart: src/connectors/sql/open.ts',
      'pure: src/consent/rule.ts',
      'pure: src/federation/plan/permissions.ts',
      'pure: src/federation/plan/plan.ts',
      'src-needs-no-dev-dependency: src/schema/index.ts',
      'src-stands-alone: src/operation/execute.ts',
    ]);
  }, patience);
});
