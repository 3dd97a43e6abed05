import { setImmediate } from 'node:timers/promises';
import { allSoon, type Soon } from './soon.ts';

/** Milliseconds for which one request may keep all others waiting. */
const slice = 5;

/** Makes something of each item, one after the other; now and then others come first, so that a long list does not hold them up until its end. */
export async function inTurns<Item, Value>(items: readonly Item[], make: (item: Item) => Soon<Value>): Promise<readonly Value[]> {
  const made: Soon<Value>[] = [];
  let since = performance.now();
  for (const item of items) {
    if (performance.now() - since > slice) {
      await setImmediate();
      since = performance.now();
    }
    const value = make(item);
    // All are waited for at the end, and until then one that fails has nobody to tell.
    if (value instanceof Promise) value.catch(() => undefined);
    made.push(value);
  }
  return allSoon(made);
}
