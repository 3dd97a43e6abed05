/** Gives waits an end, by a limit of its own. */
export type InTime = <Value>(wait: Promise<Value>) => Promise<Value>;

/** What comes of a wait, or the error that `late` makes once so many milliseconds are over. What was waited for goes on, and nobody hears of it. */
export async function inTime<Value>(wait: Promise<Value>, milliseconds: number, late: () => Error): Promise<Value> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), milliseconds);
  try {
    return await Promise.race([wait, over]);
  } finally {
    clearTimeout(timer);
  }
}
