import type { KeyObject } from 'node:crypto';
import { findKey, type KeySource } from '../caller/keys.ts';
import type { KeyMint } from '../caller/signing-key.ts';
import type { SigningKey } from '../store/signing-keys.ts';
import type { Store } from '../store/store.ts';
import { mintOf } from './desk.ts';
import { isBelieved } from './key-states.ts';
import type { TokenSettings } from './settings.ts';

/** Milliseconds for which what was read of the store is used. A withdrawn key is known at once all the same: it is looked for with revoked tokens. */
const freshFor = 10_000;

/** The gateway's own keys, as it believes and publishes them. `find` and `published` reject while the store cannot answer. */
export interface OwnKeys extends KeySource {
  /** The key set (RFC 7517). */
  published(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>;
}

interface Known {
  readonly key: KeyObject;
  readonly record: SigningKey;
}

/** The own keys of a deployment that issues tokens. */
export function openKeysOf(settings: TokenSettings, { signingKeys }: Pick<Store, 'signingKeys'>, deps: { readonly clock: () => number; readonly warn: (message: string) => void }): OwnKeys {
  return openOwnKeys({ load: () => signingKeys.list(settings.issuer), mint: mintOf(settings), ...deps });
}

/**
 * Keys that are read from the store, at most every ten seconds, and at once for a `kid` that is new: a token may be signed by a key
 * that was made a moment ago elsewhere. Only a `kid` that was made with the deployment's secret is worth a look, and one that was
 * looked for in vain none before the next regular one; so nobody's invented ones reach the store.
 */
export function openOwnKeys(deps: {
  readonly load: () => Promise<readonly SigningKey[]>;
  readonly mint: KeyMint;
  readonly clock: () => number;
  /** Told of each record that was not made with the deployment's secret. */
  readonly warn: (message: string) => void;
}): OwnKeys {
  const { load, mint, clock, warn } = deps;
  let known: ReadonlyMap<string, Known> = new Map();
  let missing = new Set<string>();
  let readAt = -Infinity;
  let reading: Promise<void> | undefined;

  const readNow = async (): Promise<void> => {
    const startedAt = clock();
    const records = await load();
    const opened = records.flatMap((record) => {
      const key = known.get(record.id)?.key ?? mint.publicKey(record);
      if (key === undefined) warn(`the signing key ${record.id} is not believed: none of the deployment's key secrets has made it`);
      return key === undefined ? [] : [[record.id, { key, record }] as const];
    });
    known = new Map(opened);
    missing = new Set();
    readAt = startedAt;
  };
  const read = async (): Promise<void> => {
    reading ??= readNow().finally(() => {
      reading = undefined;
    });
    await reading;
  };
  const refresh = async (): Promise<void> => {
    if (clock() - readAt >= freshFor) await read();
  };
  const believed = (): readonly Known[] => [...known.values()].filter(({ record }) => isBelieved(record, clock()));

  return {
    async find(keyId, algorithm) {
      if (keyId === undefined || !mint.isOurs(keyId)) return undefined;
      await refresh();
      // What is being read may have been on its way before the key was made, so that it may take a second look.
      for (let look = 0; look < 2 && !known.has(keyId) && !missing.has(keyId); look += 1) await read();
      if (!known.has(keyId)) missing.add(keyId);
      return findKey(believed().map(({ key, record }) => ({ keyId: record.id, algorithm: 'ES256', key })), keyId, algorithm);
    },
    async published() {
      await refresh();
      return { keys: believed().map(({ key, record }) => ({ ...key.export({ format: 'jwk' }), kid: record.id, alg: 'ES256', use: 'sig' })) };
    },
    close: () => {},
  };
}
