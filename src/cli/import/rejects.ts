import { closeSync, openSync, writeSync } from 'node:fs';
import { messageOf } from '../../thrown.ts';
import { CommandError } from '../command-error.ts';
import { paint } from '../print.ts';
import type { Output } from '../tools.ts';

/** Where rows that were not taken are listed. */
export interface Rejects {
  readonly add: (line: number, reason: string) => void;
  readonly count: () => number;
  readonly close: () => void;
}

/** So many are shown without a file; more would push what matters off the screen. */
const shown = 1000;

/** Lists rejected rows on standard error. */
export function listRejects(output: Output, file: string): Rejects {
  let count = 0;
  return {
    add(line, reason) {
      count += 1;
      if (count <= shown) output.write(`${file}: line ${line}: ${reason}\n`);
    },
    count: () => count,
    close() {
      if (count > shown) output.write(`${paint(output, 'yellow', `… and ${count - shown} more; --rejects FILE lists all`)}\n`);
    },
  };
}

/** Lists rejected rows in a CSV file, which only its owner may read. */
export function writeRejects(path: string): Rejects {
  const file = attempt(path, () => openSync(path, 'w', 0o600));
  const write = (text: string): void => attempt(path, () => void writeSync(file, text));
  let count = 0;
  write('line,reason\n');
  return {
    add(line, reason) {
      count += 1;
      write(`${line},"${reason.replaceAll('"', '""')}"\n`);
    },
    count: () => count,
    close: () => closeSync(file),
  };
}

function attempt<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new CommandError(`${path} cannot be written: ${messageOf(error)}`, 1, error);
  }
}
