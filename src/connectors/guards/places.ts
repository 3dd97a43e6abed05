/** A number of places and a queue for them, first come, first served. */
export interface Places {
  /** Takes a place, or waits for one; false when the queue is full. An abort ends the wait, with the signal's reason. */
  take(signal: AbortSignal): Promise<boolean>;
  /** Gives a place back. */
  free(): void;
  taken(): number;
  waiting(): number;
}

/**
 * Opens `count` places with a queue of `queue`.
 *
 * Not cockatiel's bulkhead, in whose queue an aborted call stays until its turn: after a wave of calls that nobody waits
 * for any more, the queue would be full of them and refuse those that somebody does.
 */
export function openPlaces({ count, queue }: { readonly count: number; readonly queue: number }): Places {
  const turns = new Set<() => void>();
  let taken = 0;

  const wait = async (signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      turns.delete(resolve);
      reject(signal.reason);
    };
    turns.add(resolve);
    signal.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };

  return {
    take: async (signal) => {
      signal.throwIfAborted();
      if (taken < count) {
        taken += 1;
        return true;
      }
      if (turns.size >= queue) return false;
      await wait(signal);
      return true;
    },
    free: () => {
      const [next] = turns;
      if (next === undefined) {
        taken -= 1;
        return;
      }
      // The place passes on without being free in between, so that nobody overtakes the queue.
      turns.delete(next);
      next();
    },
    taken: () => taken,
    waiting: () => turns.size,
  };
}
