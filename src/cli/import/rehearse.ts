import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveRecord } from '../../store/archive.ts';
import type { Store } from '../../store/store.ts';
import { showProgress } from '../progress.ts';
import type { Tools } from '../tools.ts';
import { useStore } from '../use-store.ts';
import { pause, within } from '../within.ts';

/**
 * Works with a copy of what a store keeps of some kinds, which is thrown away. Only so does a row see what those before it would
 * have stored, whatever the engine.
 */
export async function withCopy<Result>(from: {
  readonly store: Store;
  readonly kinds: readonly ArchiveRecord['kind'][];
  readonly tools: Tools;
}, work: (copy: Store) => Promise<Result>): Promise<Result> {
  const { store, kinds, tools: { signal, stderr } } = from;
  // Only its owner may look into it.
  const folder = await mkdtemp(join(tmpdir(), 'customer360-dry-run-'));
  const progress = showProgress(stderr, 'records copied', Date.now);
  const fill = async (copy: Store): Promise<void> => {
    let copied = 0;
    for await (const part of store.archive.records()) {
      const needed = part.filter(({ kind }) => kinds.includes(kind));
      await within(copy.archive.restore(needed), 'writing the copy');
      progress.step((copied += needed.length));
      await pause(signal);
    }
    progress.end();
  };
  try {
    return await useStore({ settings: { kind: 'sqlite', path: join(folder, 'copy.sqlite') }, bulk: true }, async (copy) => {
      await fill(copy);
      return work(copy);
    });
  } finally {
    progress.end();
    await rm(folder, { recursive: true, force: true });
  }
}
