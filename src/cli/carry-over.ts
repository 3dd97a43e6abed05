import type { Archive, ArchiveRecord } from '../store/archive.ts';
import { CommandError } from './command-error.ts';
import { countKinds, differenceOf, type Counts } from './backup/count-kinds.ts';
import { pause, within } from './within.ts';

/** Refuses a store that has something in it, unless it is what a run before this one left there. */
export async function checkEmpty(archive: Archive, resume: boolean, name: string): Promise<void> {
  if (resume || await within(archive.isEmpty(), 'looking into the store')) return;
  throw new CommandError(`${name} is not empty, and only an empty store may be filled; --resume completes a run that was cut off`);
}

/** Adds one part to a store. */
export async function restorePart(archive: Archive, records: readonly ArchiveRecord[], signal: AbortSignal): Promise<void> {
  await pause(signal);
  await within(archive.restore(records), 'writing to the store');
}

/** Reads a store to its end and refuses it when it has not what was expected. */
export async function checkCounts(archive: Archive, expected: Counts, input: { readonly name: string; readonly signal: AbortSignal }): Promise<void> {
  const counter = countKinds();
  for await (const part of archive.records()) {
    counter.add(part);
    await pause(input.signal);
  }
  const difference = differenceOf(counter.counts(), expected);
  if (difference !== undefined) {
    throw new CommandError(`${input.name} has not what was carried over (${difference}): it was used meanwhile, or was not empty before`);
  }
}
