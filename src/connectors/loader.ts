import DataLoader from 'dataloader';
import { inChunks } from '../in-chunks.ts';
import type { Soon } from '../soon.ts';

/**
 * Loads by key. What is asked for in the same tick travels together, as many keys in a call as may; a key that is asked for twice is loaded once, and
 * is there at once when its call has ended.
 */
export interface Loader<Result> {
  load(key: string): Soon<Result>;
  /** Is fulfilled when all of them are there. */
  loadAll(keys: readonly string[]): Promise<unknown>;
}

/** Opens one; `ask` gives a result for each of at most `most` keys, in their order. */
export function openLoader<Result>(most: number, ask: (keys: readonly string[]) => Promise<readonly Result[]>): Loader<Result> {
  const results = new Map<string, Result>();
  /** By key, what is fulfilled when its result has come. */
  const coming = new Map<string, Promise<unknown>>();

  const call = async (keys: readonly string[]): Promise<void> => {
    let at = 0;
    for (const result of await ask(keys)) results.set(keys[at++] as string, result);
  };
  // Of lists of keys, so that what a page of customers needs is one promise, and not one for each of them. A list waits for its own calls alone.
  const lists = new DataLoader<readonly string[], unknown>(async (asked) => {
    const keys = asked.flat();
    const calls = inChunks(keys, most).map(call);
    let end = 0;
    return asked.map((list) => {
      const first = Math.floor(end / most);
      end += list.length;
      return Promise.all(calls.slice(first, Math.ceil(end / most)));
    });
  }, { cache: false });

  const loadAll = (keys: readonly string[]): Promise<unknown> => {
    const awaited = new Set<Promise<unknown>>();
    // It is loaded in the next tick, and is filled until then.
    const fresh: string[] = [];
    for (const key of keys) {
      let come = coming.get(key);
      if (come === undefined) {
        fresh.push(key);
        come = coming.get(fresh[0] as string) ?? lists.load(fresh);
        coming.set(key, come);
      }
      awaited.add(come);
    }
    const [only = Promise.resolve()] = awaited;
    return awaited.size < 2 ? only : Promise.all(awaited);
  };
  return {
    loadAll,
    load(key) {
      const result = results.get(key);
      return result ?? loadAll([key]).then(() => results.get(key) as Result);
    },
  };
}
