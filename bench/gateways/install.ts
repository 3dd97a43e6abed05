import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Installs what a folder's `package-lock.json` names, once. What others need is no part of the product. */
export function installIn(folder: string): void {
  if (!existsSync(join(folder, 'package-lock.json')) || existsSync(join(folder, 'node_modules/.package-lock.json'))) return;
  console.error(`installing ${folder}`);
  const { status, stderr } = spawnSync('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ci --prefix ${folder} ended with ${String(status)}:\n${stderr}`);
}
