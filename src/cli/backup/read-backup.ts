import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { ArchiveRecord } from '../../store/archive.ts';
import { messageOf } from '../../thrown.ts';
import { CommandError } from '../command-error.ts';
import { jsonOf } from '../../parse/json.ts';
import { splitLines } from '../split-lines.ts';
import { countKinds, differenceOf, type Counts } from './count-kinds.ts';
import { backupFormat, backupVersion, endShape, headerShape, type BackupHeader } from './ends.ts';
import { recordOf } from './record-shape.ts';

const partSize = 1000;
/** Bytes. An audit entry of the largest operation is far smaller; a longer line is no backup's, and must not fill the memory. */
const longestLine = 16 * 1024 ** 2;

/** What a backup that was read to its end turned out to be. */
export interface VerifiedBackup {
  readonly header: BackupHeader;
  readonly counts: Counts;
}

/**
 * Reads a backup and hands on its records in parts. Rejects at the first line that is not a backup's, and at the end when the
 * last line is missing or what it says of the lines before it is not true; so only who has read to the end knows the file whole.
 */
export async function readBackup(path: string, onPart: (records: readonly ArchiveRecord[]) => Promise<void>): Promise<VerifiedBackup> {
  const refuse = (line: number, message: string): CommandError => new CommandError(`${path}: line ${line}: ${message}; nothing of it can be trusted`);
  const hash = createHash('sha256');
  const counter = countKinds();
  let header: BackupHeader | undefined;
  let end: ReturnType<typeof endShape.parse> | undefined;
  let part: ArchiveRecord[] = [];

  for await (const { number, bytes, complete } of linesOf(path)) {
    if (end !== undefined) throw refuse(number, 'expected nothing after the last line');
    const value = complete ? jsonOf(bytes.toString()) : undefined;
    if (header === undefined) {
      const first = headerShape.safeParse(value);
      if (!first.success) throw refuse(number, `expected the first line of a backup ({"format":"${backupFormat}",…})`);
      if (first.data.version !== backupVersion) throw refuse(number, `expected version ${backupVersion}, got ${first.data.version}`);
      header = first.data;
    } else {
      const record = recordOf(value);
      if (record !== undefined) part.push(record);
      else {
        const last = endShape.safeParse(value);
        if (!last.success) throw refuse(number, 'expected a record or the last line');
        end = last.data;
        continue;
      }
    }
    hash.update(bytes).update('\n');
    if (part.length < partSize) continue;
    counter.add(part);
    await onPart(part);
    part = [];
  }
  if (header === undefined) throw refuse(1, 'expected the first line of a backup, got an empty file');
  if (end === undefined) throw new CommandError(`${path}: the last line is missing, so the file was cut; nothing of it can be trusted`);
  counter.add(part);
  const difference = differenceOf(counter.counts(), end.counts);
  if (difference !== undefined) throw new CommandError(`${path}: has other records than its last line says (${difference}); nothing of it can be trusted`);
  if (hash.digest('hex') !== end.sha256) throw new CommandError(`${path}: is not as it was written: its SHA-256 is another; nothing of it can be trusted`);
  await onPart(part);
  return { header, counts: counter.counts() };
}

async function* linesOf(path: string): ReturnType<typeof splitLines> {
  const file = createReadStream(path);
  const unzipped = createGunzip();
  // A gunzip that is left waiting would hold the file open; what fails in the file has to be seen by who reads.
  file.once('error', (error) => unzipped.destroy(error));
  try {
    yield* splitLines(file.pipe(unzipped) as AsyncIterable<Buffer>, longestLine);
  } catch (error) {
    throw new CommandError(`${path}: cannot be read as a backup: ${messageOf(error)}`, 1, error);
  } finally {
    unzipped.destroy();
    file.destroy();
  }
}
