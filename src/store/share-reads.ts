import type { Store } from './store.ts';

/** The most customers, or tokens, in one question. */
const most = 1000;

/** A store of which concurrent requests read together what every one of them reads: customers with their facts, and which tokens are revoked. */
export function shareReads(store: Store): Store {
  const { links, revocations } = store;
  return {
    ...store,
    links: { ...links, read: shareCalls((refs) => links.read(refs), most) },
    revocations: { ...revocations, revoked: shareCalls((tokens) => revocations.revoked(tokens), most) },
  };
}

/**
 * Joins what concurrent requests ask in the same turn of the event loop into one question of at most `largest` items, for a store that answers
 * many at once about as fast as one. Each gets the answers to its own items, in their order; nothing is remembered.
 */
export function shareCalls<Item, Answer>(ask: (items: readonly Item[]) => Promise<readonly Answer[]>, largest: number): (items: readonly Item[]) => Promise<readonly Answer[]> {
  interface Asked {
    readonly items: readonly Item[];
    readonly done: (answers: readonly Answer[]) => void;
    readonly failed: (error: unknown) => void;
  }
  let waiting: Asked[] = [];
  let size = 0;

  const send = async (asked: readonly Asked[]): Promise<void> => {
    try {
      const answers = await ask(asked.length === 1 ? asked[0]?.items ?? [] : asked.flatMap(({ items }) => items));
      let place = 0;
      for (const { items, done } of asked) done(answers.slice(place, place += items.length));
    } catch (error) {
      for (const { failed } of asked) failed(error);
    }
  };
  const flush = (): void => {
    const asked = waiting;
    waiting = [];
    size = 0;
    if (asked.length > 0) void send(asked);
  };

  return (items) => new Promise((done, failed) => {
    if (size + items.length > largest) flush();
    if (waiting.length === 0) setImmediate(flush);
    waiting.push({ items, done, failed });
    size += items.length;
  });
}
