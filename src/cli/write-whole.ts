import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Transform } from 'node:stream';
import { messageOf } from '../thrown.ts';
import { CommandError } from './command-error.ts';

/**
 * Writes a file that is there whole or not at all: under another name beside it, synced to the disk, then renamed over what
 * was there. Only its owner may read it.
 */
export async function writeWhole(path: string, content: AsyncIterable<string>, through: Transform, signal: AbortSignal): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await pipeline(content, through, createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true }), { signal });
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    if (signal.aborted) throw new CommandError(`interrupted; ${path} was not written`, 1, error);
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${path} cannot be written: ${messageOf(error)}`, 1, error);
  }
}

/** Without it, a crash of the machine could take the new name back. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
