/** Gives waits an end, by a limit of its own. */
export type InTime = <Value>(wait: Promise<Value>) => Promise<Value>;

/** In so many parts the time is counted. */
const parts = 4;

/**
 * What comes of a wait, or the error that `late` makes once so many milliseconds are over. What was waited for goes on, and nobody hears of it.
 *
 * A moment in which the process itself came to nothing else counts as one part at most, however long it was: what came meanwhile, or could not even
 * be asked for, is not late for that.
 */
export async function inTime<Value>(wait: Promise<Value>, milliseconds: number, late: () => Error): Promise<Value> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  let left = parts;
  const timer = setInterval(() => {
    left -= 1;
    if (left === 0) reject(late());
  }, milliseconds / parts);
  try {
    return await Promise.race([wait, over]);
  } finally {
    clearInterval(timer);
  }
}
