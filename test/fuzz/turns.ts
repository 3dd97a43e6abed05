/** Work that is done beside other work, and work that is done while nothing else is. */
export interface Turns {
  beside<T>(work: () => Promise<T>): Promise<T>;
  /** Never from within other work, which would be waited for. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** Lets what runs at the same time step aside for one. */
export function openTurns(): Turns {
  const running = new Set<Promise<unknown>>();
  let quiet: Promise<unknown> | undefined;
  return {
    async beside(work) {
      while (quiet !== undefined) await quiet;
      const own = work();
      running.add(own);
      return own.finally(() => running.delete(own));
    },
    async alone(work) {
      while (quiet !== undefined) await quiet;
      const own = Promise.allSettled(running).then(work);
      quiet = own.then(() => undefined, () => undefined).finally(() => {
        quiet = undefined;
      });
      return own;
    },
  };
}
