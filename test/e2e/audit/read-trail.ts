import { readFile } from 'node:fs/promises';
import { expect } from '@jest/globals';
import type { AuditEntry } from '../../../src/audit/entry.ts';
import type { CommandLine } from '../cli/command-line.ts';

/** A line of an export. */
export interface ExportedEntry {
  readonly chain: string;
  readonly seq: number;
  readonly kind: string;
  readonly at: string;
  readonly entry: AuditEntry | null;
}

/** What `audit export` writes, line by line. */
export async function readTrail(line: CommandLine, ...options: readonly string[]): Promise<readonly ExportedEntry[]> {
  expect(await line.run('audit', 'export', '--out', line.path('trail.jsonl'), ...options)).toMatchObject({ code: 0, err: '' });
  const text = await readFile(line.path('trail.jsonl'), 'utf8');
  return text.split('\n').filter((one) => one !== '').map((one) => JSON.parse(one) as ExportedEntry);
}
