import { setTimeout as pause } from 'node:timers/promises';

/** Looks after something that may change. */
export interface Watch {
  /** What there is now is taken over: it is no change any more. */
  take(): Promise<void>;
  /** Looks no more; resolves once nothing runs. Twice is safe. */
  close(): Promise<void>;
}

/**
 * Looks every so many milliseconds, and tells of a change once it is the same at two looks in a row: what is half written is let be. A
 * change is told again only after `take`, and after it has changed again; whoever is told takes it, whether it is of use or not.
 */
export function openWatch({ look, first, every, changed }: {
  readonly look: () => Promise<string>;
  /** What was there when it was taken over first. */
  readonly first: string;
  readonly every: number;
  /** Must not reject. */
  readonly changed: () => Promise<unknown>;
}): Watch {
  const closing = new AbortController();
  const { signal } = closing;
  let taken = first;
  const run = async (): Promise<void> => {
    let before = first;
    for (;;) {
      await pause(every, undefined, { signal, ref: false });
      const now = await look();
      if (now !== taken && now === before && !signal.aborted) await changed();
      before = now;
    }
  };
  const running = run().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return {
    async take() {
      taken = await look();
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
