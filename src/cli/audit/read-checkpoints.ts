import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readCheckpoint } from '../../audit/checkpoint.ts';
import type { AuditKeys } from '../../audit/keys.ts';
import type { AuditHead } from '../../store/audit-log.ts';
import { messageOf } from '../../thrown.ts';
import { CommandError } from '../command-error.ts';

export interface ReadCheckpoints {
  readonly count: number;
  readonly bound: readonly AuditHead[];
  /** Lines that bind nothing, and why. */
  readonly faults: readonly string[];
}

/** A file of checkpoints: the one that the deployment writes, or another that was named. */
export interface CheckpointFile {
  readonly file: string;
  readonly isOwn: boolean;
}

/** Reads files of checkpoints, one a line, and proves each. */
export async function readCheckpoints(files: readonly CheckpointFile[], keys: AuditKeys): Promise<ReadCheckpoints> {
  const bound = new Map<string, AuditHead>();
  const faults: string[] = [];
  let count = 0;
  for (const { file, isOwn } of files) {
    let line = 0;
    const wrong = new Map<string, { readonly first: number; count: number }>();
    try {
      for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
        line += 1;
        if (text.trim() === '') continue;
        count += 1;
        const read = readCheckpoint(text.trim(), keys);
        if (read.kind === 'sound') for (const end of read.checkpoint.ends) bound.set(`${end.chain} ${end.seq} ${end.mac}`, end);
        else {
          const why = read.kind === 'unknown key' ? `its key "${read.key}" is not among the configured ones` : said[read.kind];
          const alike = wrong.get(why) ?? { first: line, count: 0 };
          alike.count += 1;
          wrong.set(why, alike);
        }
      }
    } catch (error) {
      const hint = isOwn ? '; the first checkpoint comes with the first interval or stop of a gateway, and --no-checkpoints goes without' : '';
      throw new CommandError(`${file} cannot be read: ${messageOf(error)}${hint}`, 1, error);
    }
    for (const [why, { first, count }] of wrong) faults.push(`${file}: ${count === 1 ? `line ${first}` : `${count} lines, the first of them ${first}`}: ${why}`);
  }
  return { count, bound: [...bound.values()], faults };
}

const said = { malformed: 'expected a signed checkpoint', forged: 'its signature is not the one of what it says' } as const;
