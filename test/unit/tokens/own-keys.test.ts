import { beforeEach, describe, expect, test } from '@jest/globals';
import { openKeyMint, type KeyMint } from '../../../src/caller/signing-key.ts';
import { secret } from '../../../src/secret.ts';
import type { SigningKey } from '../../../src/store/signing-keys.ts';
import { openOwnKeys, type OwnKeys } from '../../../src/tokens/own-keys.ts';

const issuer = 'https://own.example';
const mint = openKeyMint(issuer, [secret('s'.repeat(32))]);
const record = (by: KeyMint = mint, given: Partial<SigningKey> = {}): SigningKey =>
  ({ issuer, ...by.make(), madeAt: 0, madeBy: 'ada', lastExpiry: undefined, retired: undefined, withdrawn: undefined, ...given });

let stored: readonly SigningKey[];
let reads: number;
let now: number;
let warned: string[];
let keys: OwnKeys;
beforeEach(() => {
  [stored, reads, now, warned] = [[], 0, 1_000_000, []];
  keys = openOwnKeys({
    load: async () => {
      reads += 1;
      return stored;
    },
    mint, clock: () => now, warn: (message) => void warned.push(message),
  });
});
const finds = async (id: string | undefined): Promise<boolean> => (await keys.find(id, 'ES256')) !== undefined;
const publishedIds = async (): Promise<readonly unknown[]> => (await keys.published()).keys.map(({ kid }) => kid);

describe('the gateway`s own keys', () => {
  test('are found as soon as they are there, without reading for each token', async () => {
    const [one, two] = [record(), record()];
    stored = [one];
    for (let nth = 0; nth < 5; nth += 1) expect(await finds(one.id)).toBe(true);
    expect(reads).toBe(1);
    stored = [one, two];
    expect(await finds(two.id)).toBe(true);
    expect(reads).toBe(2);
  });

  test('are not looked for by ids that nobody with the secret has made', async () => {
    stored = [record()];
    const foreign = openKeyMint(issuer, [secret('x'.repeat(32))]).make().id;
    const elsewhere = openKeyMint('https://other.example', [secret('s'.repeat(32))]).make().id;
    for (const id of [undefined, '', 'f'.repeat(40), 'x', foreign, elsewhere, mint.make().id.toUpperCase(), `${mint.make().id}0`]) expect(await finds(id)).toBe(false);
    expect(reads).toBe(0);
  });

  test('that are gone are looked for once, however often they are asked for at once', async () => {
    const gone = mint.make().id;
    await Promise.all(Array.from({ length: 50 }, () => finds(gone)));
    const before = reads;
    for (let nth = 0; nth < 50; nth += 1) expect(await finds(gone)).toBe(false);
    expect([before <= 3, reads]).toEqual([true, before]);
  });

  test('are found when one was made while others were being read', async () => {
    const young = record();
    const { promise, resolve } = Promise.withResolvers<readonly SigningKey[]>();
    let first = true;
    const slow = openOwnKeys({
      load: async () => {
        if (!first) return [young];
        first = false;
        return promise;
      },
      mint, clock: () => now, warn: () => undefined,
    });
    const before = slow.published();
    const found = slow.find(young.id, 'ES256');
    resolve([]);
    await before;
    expect(await found).toBeDefined();
  });

  test('vanish once the last token that they signed has expired', async () => {
    const old = record(mint, { sealed: undefined, retired: { at: 0, actor: 'ada' }, lastExpiry: now + 60_000 });
    const unused = record(mint, { sealed: undefined, retired: { at: 0, actor: 'ada' } });
    stored = [old, unused, record(mint, { withdrawn: { at: 0, actor: 'ada' } })];
    expect([await publishedIds(), await finds(old.id), await finds(unused.id)]).toEqual([[old.id], true, false]);
    now += 60_000 + 29_999;
    expect(await finds(old.id)).toBe(true);
    now += 1;
    expect([await publishedIds(), await finds(old.id)]).toEqual([[], false]);
  });

  test('that others have retired are known as such after ten seconds', async () => {
    const key = record();
    stored = [key];
    expect(await finds(key.id)).toBe(true);
    stored = [{ ...key, sealed: undefined, retired: { at: now, actor: 'ada' } }];
    now += 10_000;
    expect(await finds(key.id)).toBe(false);
  });

  test('are published without their private part', async () => {
    stored = [record()];
    expect((await keys.published()).keys).toEqual([{ kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String), kid: stored[0]?.id, alg: 'ES256', use: 'sig' }]);
  });

  test('of another secret are not believed, which is told; of an older one they are', async () => {
    const older = openKeyMint(issuer, [secret('o'.repeat(32))]);
    stored = [record(older), record()];
    expect(await publishedIds()).toEqual([stored[1]?.id]);
    expect(warned).toEqual([`the signing key ${stored[0]?.id} is not believed: none of the deployment's key secrets has made it`]);
    const both = openOwnKeys({ load: async () => stored, mint: openKeyMint(issuer, [secret('s'.repeat(32)), secret('o'.repeat(32))]), clock: () => now, warn: () => undefined });
    expect((await both.published()).keys).toHaveLength(2);
  });

  test('cannot be had while the store does not answer', async () => {
    const broken = openOwnKeys({ load: () => Promise.reject(new Error('gone')), mint, clock: () => now, warn: () => undefined });
    await expect(broken.find(mint.make().id, 'ES256')).rejects.toThrow('gone');
    await expect(broken.published()).rejects.toThrow('gone');
  });
});

describe('a sealed key', () => {
  test('is opened by its secret alone, and only as it was', () => {
    const kept = record();
    expect(mint.privateKey(kept)?.type).toBe('private');
    expect(openKeyMint(issuer, [secret('o'.repeat(32))]).privateKey(kept)).toBeUndefined();
    const other = record();
    const flipped = `${kept.sealed?.startsWith('A') === true ? 'B' : 'A'}${kept.sealed?.slice(1) ?? ''}`;
    for (const changed of [{ sealed: other.sealed }, { sealed: flipped }, { sealed: '' }, { sealed: undefined }, { id: other.id }, { publicKey: other.publicKey }, { proof: other.proof }, { proof: '' }]) {
      expect(mint.privateKey({ ...kept, ...changed })).toBeUndefined();
    }
  });
});
