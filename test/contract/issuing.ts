import { describe, expect, test } from '@jest/globals';
import type { ArchiveRecord } from '../../src/store/archive.ts';
import type { QuotaGrant, QuotaOrder } from '../../src/store/quotas.ts';
import type { SigningKey } from '../../src/store/signing-keys.ts';
import type { Store } from '../../src/store/store.ts';
import { anIssuedToken, aSigningKey } from '../fixtures/issued.ts';

const issuer = 'https://own.example';
const odd = ['\u0000', '$where', 'a.b', '__proto__', '{"$ne":1}', "'; DROP TABLE signing_key; --", '\u{1f600}'];

/** The laws of `SigningKeys`, `IssuedTokens` and `Quotas`. `connect` gives another connection to the same store, `elsewhere` one to another, empty one. */
export function describeIssuing({ connect, elsewhere }: { readonly connect: () => Promise<Store>; readonly elsewhere: <Result>(work: (store: Store) => Promise<Result>) => Promise<Result> }): void {
  describe('signing keys', () => {
    const only = async (store: Store): Promise<SigningKey | undefined> => (await store.signingKeys.list(issuer))[0];
    const order = { issuer, id: 'key-1', at: 2_000, actor: 'bob' };

    test('are an issuer`s, oldest first, and stay as they were added', async () => {
      const [store, other] = [await connect(), await connect()];
      const keys = [aSigningKey({ id: 'b', madeAt: 2 }), aSigningKey({ id: 'c', madeAt: 1 }), aSigningKey({ id: 'a', madeAt: 2 }), aSigningKey({ id: 'd', issuer: 'i' })];
      for (const key of keys) await store.signingKeys.add(key);
      await other.signingKeys.add(aSigningKey({ id: 'b', sealed: 'another' }));
      expect(await other.signingKeys.list(issuer)).toEqual([keys[1], keys[2], keys[0]]);
      expect(await other.signingKeys.list('nobody')).toEqual([]);
    });

    test('note until when what they sign lives: the longest counts', async () => {
      const store = await connect();
      await store.signingKeys.add(aSigningKey());
      const until = async (time: number): Promise<number | undefined> => {
        expect(await store.signingKeys.reserve({ issuer, id: 'key-1', until: time })).toBe(true);
        return (await only(store))?.lastExpiry;
      };
      expect([await until(5_000), await until(9_000), await until(7_000)]).toEqual([5_000, 9_000, 9_000]);
      expect(await store.signingKeys.reserve({ issuer, id: 'unknown', until: 1 })).toBe(false);
    });

    test.each(['retire', 'withdraw'] as const)('sign nothing after %s, which erases the private part and is done once', async (method) => {
      const [store, other] = [await connect(), await connect()];
      await store.signingKeys.add(aSigningKey());
      await store.signingKeys.reserve({ issuer, id: 'key-1', until: 5_000 });
      expect(await store.signingKeys[method](order)).toBe(true);
      expect(await other.signingKeys[method]({ ...order, at: 3_000, actor: 'eve' })).toBe(false);
      expect(await other.signingKeys.reserve({ issuer, id: 'key-1', until: 9_000 })).toBe(false);
      const act = { at: 2_000, actor: 'bob' };
      expect(await only(other)).toEqual(aSigningKey({ sealed: undefined, lastExpiry: 5_000, ...(method === 'retire' ? { retired: act } : { withdrawn: act }) }));
      expect(await store.signingKeys[method]({ ...order, id: 'unknown' })).toBe(false);
    });

    test('are withdrawn also once they are retired', async () => {
      const store = await connect();
      await store.signingKeys.add(aSigningKey());
      expect([await store.signingKeys.retire(order), await store.signingKeys.withdraw({ ...order, at: 3_000 })]).toEqual([true, true]);
      expect(await only(store)).toMatchObject({ retired: { at: 2_000 }, withdrawn: { at: 3_000 }, sealed: undefined });
    });

    test('that sign over one connection while they are retired over another: what was reserved before is noted', async () => {
      const [one, other] = [await connect(), await connect()];
      for (let round = 0; round < 5; round += 1) {
        const id = `key-${round}`;
        await one.signingKeys.add(aSigningKey({ id, madeAt: round }));
        const reserving = Array.from({ length: 8 }, (_, nth) => one.signingKeys.reserve({ issuer, id, until: nth + 1 }));
        const [retired, ...reserved] = await Promise.all([other.signingKeys.retire({ ...order, id }), ...reserving]);
        const key = (await other.signingKeys.list(issuer)).find((candidate) => candidate.id === id);
        expect(retired).toBe(true);
        expect(key?.lastExpiry ?? 0).toBeGreaterThanOrEqual(reserved.lastIndexOf(true) + 1);
      }
    });
  });

  describe('the register of issued tokens', () => {
    test('has each as it was first added, by name', async () => {
      const [store, other] = [await connect(), await connect()];
      const token = anIssuedToken({ subject: odd.join(''), scopes: odd, limits: {} });
      await store.issuedTokens.add(token);
      await other.issuedTokens.add({ ...token, subject: 'another' });
      expect(await other.issuedTokens.find([{ issuer, id: 'unknown' }, token, { issuer: 'i', id: token.id }])).toEqual([undefined, token, undefined]);
    });

    test('gives an issuer`s by id, in parts', async () => {
      const store = await connect();
      const ids = ['01', '02', '03', '04', '05'];
      for (const id of ids.toReversed()) await store.issuedTokens.add(anIssuedToken({ id }));
      await store.issuedTokens.add(anIssuedToken({ id: '011', issuer: 'i' }));
      const page = async (after: string | undefined): Promise<readonly string[]> => (await store.issuedTokens.page({ issuer, after, size: 2 })).map(({ id }) => id);
      expect([await page(undefined), await page('02'), await page('04'), await page('05')]).toEqual([['01', '02'], ['03', '04'], ['05'], []]);
    });
  });

  describe('a quota', () => {
    const anOrder = (given: Partial<QuotaOrder> = {}): QuotaOrder => ({ issuer, holder: 'token-1', rule: 'quota', period: 7, wanted: 4, limit: 10, ...given });
    const take = async (store: Store, given: Partial<QuotaOrder> = {}): Promise<QuotaGrant> => store.quotas.take(anOrder(given));

    test('is given away until nothing is left, over whatever connection', async () => {
      const [one, other] = [await connect(), await connect()];
      expect([await take(one), await take(other), await take(one), await take(other)]).toEqual([
        { granted: 4, used: 4 }, { granted: 4, used: 8 }, { granted: 2, used: 10 }, { granted: 0, used: 10 },
      ]);
    });

    test('is each holder`s own, and each rule`s', async () => {
      const store = await connect();
      await take(store, { wanted: 10 });
      for (const other of [{ holder: 'token-2' }, { rule: 'other' }, { issuer: 'i' }, { holder: odd.join('') }]) expect(await take(store, other)).toEqual({ granted: 4, used: 4 });
    });

    test('is whole again in the next period, and an earlier one has nothing left', async () => {
      const store = await connect();
      await take(store, { wanted: 10 });
      expect(await take(store, { period: 8 })).toEqual({ granted: 4, used: 4 });
      expect(await take(store, { period: 7 })).toMatchObject({ granted: 0 });
      expect(await take(store, { period: 8 })).toEqual({ granted: 4, used: 8 });
    });

    test('gives nothing when its limit was lowered below what is used', async () => {
      const store = await connect();
      await take(store, { wanted: 8 });
      expect(await take(store, { limit: 5 })).toMatchObject({ granted: 0 });
    });

    test('is never overdrawn by many who take at once', async () => {
      const stores = await Promise.all([connect(), connect(), connect()]);
      const grants = await Promise.all(Array.from({ length: 18 }, (_, nth) => take(stores[nth % 3] ?? stores[0], { wanted: 3, limit: 40, period: 9 })));
      expect(grants.reduce((sum, { granted }) => sum + granted, 0)).toBe(40);
      expect(grants.filter(({ granted }) => granted === 0)).toHaveLength(4);
    });
  });

  test('keys and tokens are in the archive, and in a store that is made of it', async () => {
    const store = await connect();
    const keys = [aSigningKey(), aSigningKey({ id: 'key-2', sealed: undefined, lastExpiry: 5, retired: { at: 3, actor: 'a' }, withdrawn: { at: 4, actor: 'b' } })];
    for (const key of keys) await store.signingKeys.add(key);
    await store.issuedTokens.add(anIssuedToken());
    expect(await store.archive.isEmpty()).toBe(false);
    const records: ArchiveRecord[] = [];
    for await (const part of store.archive.records()) records.push(...part);
    expect(records.map(({ kind }) => kind).sort()).toEqual(['issuedToken', 'signingKey', 'signingKey']);
    await elsewhere(async (copy) => {
      for (const _ of [1, 2]) await copy.archive.restore(JSON.parse(JSON.stringify(records)) as readonly ArchiveRecord[]);
      expect(await copy.signingKeys.list(issuer)).toEqual(keys);
      expect(await copy.issuedTokens.find([anIssuedToken()])).toEqual([anIssuedToken()]);
    });
  });
}
