import { describe, expect, test } from '@jest/globals';
import { remoteKeys } from '../../../src/caller/remote-keys.ts';
import type { PublishedKey } from '../../../src/caller/keys.ts';
import { ecPair } from './fixtures.ts';

const minute = 60_000;
const first = ecPair().publicKey;
const second = ecPair().publicKey;
const published = (keyId: string, key = first): PublishedKey => ({ keyId, algorithm: undefined, key });

/** Keys with ten minutes of cache and an hour of grace; `publish(undefined)` is an address that can't be reached. */
function someKeys() {
  let now = 0;
  let fetches = 0;
  let set: readonly PublishedKey[] | undefined = [published('a')];
  const warnings: unknown[] = [];
  const keys = remoteKeys({
    load: async () => {
      fetches += 1;
      if (set === undefined) throw new Error('unreachable');
      return set;
    },
    cache: 10 * minute,
    grace: 60 * minute,
    clock: () => now,
    warn: (error) => void warnings.push(error),
  });
  return {
    find: (keyId: string | undefined) => keys.find(keyId, 'ES256'),
    close: () => keys.close(),
    publish: (next: readonly PublishedKey[] | undefined) => void (set = next),
    pass: (milliseconds: number) => void (now += milliseconds),
    fetches: () => fetches,
    warnings,
  };
}

describe('remote keys', () => {
  test('are not fetched before the first token needs them', async () => {
    const { find, fetches } = someKeys();
    expect(fetches()).toBe(0);
    expect(await find('a')).toBe(first);
    expect(fetches()).toBe(1);
  });

  test('are fetched once for all that wait for them', async () => {
    const { find, fetches } = someKeys();
    await Promise.all([find('a'), find('a'), find('b'), find(undefined)]);
    expect(fetches()).toBe(1);
  });

  test('are kept for the cache time, then fetched again', async () => {
    const { find, fetches, pass } = someKeys();
    await find('a');
    pass(10 * minute - 1);
    await find('a');
    expect(fetches()).toBe(1);
    pass(1);
    await find('a');
    expect(fetches()).toBe(2);
  });

  test('are refused after the cache time once they are withdrawn', async () => {
    const { find, publish, pass } = someKeys();
    await find('a');
    publish([published('b', second)]);
    pass(10 * minute - 1);
    expect(await find('a')).toBe(first);
    pass(1);
    expect(await find('a')).toBeUndefined();
    expect(await find('b')).toBe(second);
  });

  test('are all refused after the cache time once the set is empty', async () => {
    const { find, publish, pass } = someKeys();
    await find('a');
    publish([]);
    pass(10 * minute);
    expect(await find('a')).toBeUndefined();
  });

  test('are fetched early for an unknown key, at most once in 30 seconds', async () => {
    const { find, publish, pass, fetches } = someKeys();
    await find('a');
    publish([published('a'), published('b', second)]);
    for (let attempt = 0; attempt < 100; attempt += 1) await find(`invented-${attempt}`);
    expect(fetches()).toBe(1);
    pass(30_000);
    expect(await find('b')).toBe(second);
    for (let attempt = 0; attempt < 100; attempt += 1) await find(`invented-${attempt}`);
    expect(fetches()).toBe(2);
  });

  test('do not wait for each other: a known key is found while an unknown one is looked for', async () => {
    let answer: (keys: readonly PublishedKey[]) => void = () => {};
    let now = 0;
    const keys = remoteKeys({
      load: () => new Promise((resolve) => void (answer = resolve)),
      cache: 10 * minute,
      grace: 0,
      clock: () => now,
      warn: () => {},
    });
    const waiting = keys.find('a', 'ES256');
    answer([published('a')]);
    await waiting;
    now += 30_000;
    const unknown = keys.find('b', 'ES256');
    expect(await keys.find('a', 'ES256')).toBe(first);
    answer([published('b', second)]);
    expect(await unknown).toBe(second);
  });

  test('stay good for the grace while the address gives none, and no longer', async () => {
    const { find, publish, pass } = someKeys();
    await find('a');
    publish(undefined);
    pass(70 * minute - 1);
    expect(await find('a')).toBe(first);
    pass(1);
    expect(await find('a')).toBeUndefined();
    publish([published('a')]);
    pass(5000);
    expect(await find('a')).toBe(first);
  });

  test('are asked for every 5 seconds, not more often, while the address gives none; operators are told', async () => {
    const { find, publish, pass, fetches, warnings } = someKeys();
    publish(undefined);
    await find('a');
    pass(4999);
    await find('a');
    expect(fetches()).toBe(1);
    pass(1);
    await find('a');
    expect(fetches()).toBe(2);
    expect(warnings).toHaveLength(2);
  });

  test('are not fetched any more after closing', async () => {
    const { find, close, fetches } = someKeys();
    close();
    close();
    expect(await find('a')).toBeUndefined();
    expect(fetches()).toBe(0);
  });
});
