/** What a pool must be able to do for `borrow`. */
export interface Lender<Connection> {
  acquire(): Promise<Connection>;
  release(connection: Connection): void;
  /** Ends what the connection is doing and throws it away. Must not throw. */
  destroy(connection: Connection): void;
}

/**
 * Uses one connection of a pool and gives it back. An aborted signal rejects at once with its reason, wherever the call
 * stands: a connection that arrives late goes straight back, one that is at work is destroyed.
 */
export async function borrow<Connection, Result>(
  lender: Lender<Connection>,
  signal: AbortSignal,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const acquired = lender.acquire();
  const connection = await Promise.race([acquired, aborted(signal)]).catch((reason: unknown) => {
    acquired.then((late) => lender.release(late), () => undefined);
    throw reason;
  });
  try {
    return await Promise.race([use(connection), aborted(signal)]);
  } finally {
    if (signal.aborted) lender.destroy(connection);
    else lender.release(connection);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
