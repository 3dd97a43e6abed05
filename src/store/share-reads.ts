import type { Store } from './store.ts';

/** The most customers, or tokens, in one question: the embedded store takes some milliseconds for as many, in which nobody else is answered. */
const most = 200;

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
 * Joins what concurrent requests ask in the same turn of the event loop into questions of at most `largest` items, for a store that answers
 * many at once about as fast as one. There is one question a turn, so that what it takes holds nobody up for longer. Each gets the answers to its own items, in their order; nothing is remembered.
 */
export function shareCalls<Item, Answer>(ask: (items: readonly Item[]) => Promise<readonly Answer[]>, largest: number): (items: readonly Item[]) => Promise<readonly Answer[]> {
  interface Asked {
    readonly items: readonly Item[];
    readonly done: (answers: readonly Answer[]) => void;
    readonly failed: (error: unknown) => void;
  }
  interface Group {
    readonly asked: Asked[];
    size: number;
  }
  const groups: Group[] = [];

  const send = async (asked: readonly Asked[]): Promise<void> => {
    try {
      const answers = await ask(asked.length === 1 ? asked[0]?.items ?? [] : asked.flatMap(({ items }) => items));
      let place = 0;
      for (const { items, done } of asked) done(answers.slice(place, place += items.length));
    } catch (error) {
      for (const { failed } of asked) failed(error);
    }
  };
  const sendNext = (): void => {
    const group = groups.shift();
    if (groups.length > 0) setImmediate(sendNext);
    if (group !== undefined) void send(group.asked);
  };

  return (items) => new Promise((done, failed) => {
    const last = groups.at(-1);
    if (last !== undefined && last.size + items.length <= largest) {
      last.asked.push({ items, done, failed });
      last.size += items.length;
      return;
    }
    if (groups.length === 0) setImmediate(sendNext);
    groups.push({ asked: [{ items, done, failed }], size: items.length });
  });
}
