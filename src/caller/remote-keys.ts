import { findKey, type KeySource, type PublishedKey } from './keys.ts';

const second = 1000;
// Anyone can send tokens with invented key ids; they must not make the gateway a load on the issuer.
const pauseForUnknownKey = 30 * second;
const pauseAfterFailure = 5 * second;

/**
 * Keys that are fetched when first needed and again once they are older than `cache`. While they can't be fetched, the
 * last ones stay good for `grace` more. A `kid` that is not among them makes them be fetched early, since the issuer may
 * have changed its keys; at most once in 30 seconds.
 *
 * jwks-rsa can cache and limit by itself, but key by key and by its own clock: there, invented key ids use up the
 * fetches that a change of keys needs, and a key that was withdrawn outlives its set.
 */
export function remoteKeys(deps: {
  readonly load: (signal: AbortSignal) => Promise<readonly PublishedKey[]>;
  readonly cache: number;
  readonly grace: number;
  readonly clock: () => number;
  /** Told of each failed fetch. */
  readonly warn: (error: unknown) => void;
}): KeySource {
  const { load, cache, grace, clock, warn } = deps;
  const closing = new AbortController();
  let keys: readonly PublishedKey[] = [];
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let loading: Promise<void> | undefined;

  const age = (): number => clock() - fetchedAt;

  const fetchAgain = async (): Promise<void> => {
    const startedAt = clock();
    triedAt = startedAt;
    try {
      keys = await load(closing.signal);
      fetchedAt = startedAt;
    } catch (error) {
      // What was fetched before stays, for as long as the grace lasts.
      if (!closing.signal.aborted) warn(error);
    } finally {
      loading = undefined;
    }
  };

  const refresh = async (pause: number): Promise<void> => {
    if (loading === undefined && clock() - triedAt >= pause && !closing.signal.aborted) loading = fetchAgain();
    await loading;
  };

  return {
    find: async (keyId, algorithm) => {
      const find = () => (age() < cache + grace ? findKey(keys, keyId, algorithm) : undefined);
      if (age() >= cache) await refresh(pauseAfterFailure);
      const found = find();
      if (found !== undefined) return found;
      await refresh(pauseForUnknownKey);
      return find();
    },
    close: () => closing.abort(),
  };
}
