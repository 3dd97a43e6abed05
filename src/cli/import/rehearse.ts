import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../store/store.ts';
import { useStore } from '../use-store.ts';
import { pause, within } from '../within.ts';

/**
 * Works with a copy of a store's customers, links and bars, which is thrown away. Only so does a row see what those before it
 * would have stored, whatever the engine.
 */
export async function withCopy<Result>(store: Store, signal: AbortSignal, work: (copy: Store) => Promise<Result>): Promise<Result> {
  // Only its owner may look into it.
  const folder = await mkdtemp(join(tmpdir(), 'customer360-dry-run-'));
  try {
    return await useStore({ settings: { sqlite: 'copy.sqlite' }, folder, bulk: true }, async (copy) => {
      for await (const part of store.archive.records()) {
        await within(copy.archive.restore(part.filter(({ kind }) => kind === 'customer' || kind === 'link' || kind === 'bar')), 'writing the copy');
        await pause(signal);
      }
      return work(copy);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
