import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const unit = readFileSync(join(import.meta.dirname, '../../ops/systemd/customer360.service'), 'utf8');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

(hasSystemd ? test : test.skip)('the unit is one that systemd takes, and leaves little open (needs systemd-analyze)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unit-'));
  try {
    // Where Node lies is not the same everywhere.
    writeFileSync(join(folder, 'customer360.service'), unit.replace('/usr/bin/node', process.execPath));
    const verified = spawnSync('systemd-analyze', ['verify', join(folder, 'customer360.service')], { encoding: 'utf8' });
    expect({ status: verified.status, said: verified.stderr.split('\n').filter((line) => line.includes('customer360')) }).toEqual({ status: 0, said: [] });
    // Tenths of its scale from 0 to 10.
    const { status, stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', join(folder, 'customer360.service')], { encoding: 'utf8' });
    expect({ status, said: status === 0 ? '' : stdout }).toEqual({ status: 0, said: '' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
