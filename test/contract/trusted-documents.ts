import { describe, expect, test } from '@jest/globals';
import type { ArchiveRecord } from '../../src/store/archive.ts';
import type { Store } from '../../src/store/store.ts';
import type { TrustedDocument } from '../../src/store/trusted-documents.ts';

const aDocument = (given: Partial<TrustedDocument> = {}): TrustedDocument =>
  ({ audience: 'acme', id: 'one', hash: 'a'.repeat(64), text: '{ customer { number } }', publishedAt: 1_000, publishedBy: 'ada', ...given });
const odd = ['\u0000', '$where', 'a.b', '__proto__', '{"$ne":1}', "'; DROP TABLE trusted_document; --", '\u{1f600}'];

/** The laws of `TrustedDocuments`. `connect` gives another connection to the same store, `elsewhere` one to another, empty one. */
export function describeTrustedDocuments({ connect, elsewhere }: { readonly connect: () => Promise<Store>; readonly elsewhere: <Result>(work: (store: Store) => Promise<Result>) => Promise<Result> }): void {
  describe('trusted documents', () => {
    test('are found by id and by hash, in their audience alone, over every connection', async () => {
      const [store, other] = [await connect(), await connect()];
      expect(await store.trustedDocuments.publish([aDocument(), aDocument({ id: 'two', hash: 'b'.repeat(64), text: '{ a }' })])).toEqual([]);
      expect(await other.trustedDocuments.find('acme', 'one')).toEqual(aDocument());
      expect(await other.trustedDocuments.find('acme', 'b'.repeat(64))).toMatchObject({ id: 'two' });
      for (const [audience, key] of [['globex', 'one'], ['acme', 'three'], ['acme', ''], ['', 'one']] as const) expect(await other.trustedDocuments.find(audience, key)).toBeUndefined();
    });

    test('keep the text that an id has, and tell of another one', async () => {
      const store = await connect();
      await store.trustedDocuments.publish([aDocument()]);
      const changed = aDocument({ hash: 'c'.repeat(64), text: '{ customer { email } }', publishedBy: 'eve' });
      expect(await store.trustedDocuments.publish([aDocument({ publishedAt: 9, publishedBy: 'bob' }), changed, aDocument({ id: 'new' }), { ...changed, audience: 'globex' }])).toEqual(['one']);
      expect(await store.trustedDocuments.find('acme', 'one')).toEqual(aDocument());
      expect(await store.trustedDocuments.find('acme', 'new')).toMatchObject({ id: 'new' });
      expect(await store.trustedDocuments.find('globex', 'one')).toMatchObject({ text: changed.text });
    });

    test('are gone for every connection once they are withdrawn, and may come back', async () => {
      const [store, other] = [await connect(), await connect()];
      await store.trustedDocuments.publish([aDocument(), aDocument({ audience: 'globex' })]);
      expect([await other.trustedDocuments.withdraw('acme', 'one'), await other.trustedDocuments.withdraw('acme', 'one')]).toEqual([true, false]);
      expect(await store.trustedDocuments.find('acme', 'one')).toBeUndefined();
      expect(await store.trustedDocuments.find('acme', 'a'.repeat(64))).toBeUndefined();
      expect(await store.trustedDocuments.find('globex', 'one')).toBeDefined();
      expect(await store.trustedDocuments.publish([aDocument({ hash: 'd'.repeat(64), text: '{ b }' })])).toEqual([]);
      expect(await other.trustedDocuments.find('acme', 'one')).toMatchObject({ text: '{ b }' });
    });

    test('are listed by id, page by page', async () => {
      const store = await connect();
      await store.trustedDocuments.publish(['c', 'a', 'b'].map((id) => aDocument({ id })));
      const page = async (after: string | undefined, audience = 'acme'): Promise<readonly string[]> => (await store.trustedDocuments.page({ audience, after, size: 2 })).map(({ id }) => id);
      expect([await page(undefined), await page('b'), await page('c'), await page(undefined, 'globex')]).toEqual([['a', 'b'], ['c'], [], []]);
    });

    test.each(odd)('may be called anything: %j', async (id) => {
      const store = await connect();
      expect(await store.trustedDocuments.find('acme', id)).toBeUndefined();
      await store.trustedDocuments.publish([aDocument({ id, text: id })]);
      expect(await store.trustedDocuments.find('acme', id)).toEqual(aDocument({ id, text: id }));
      expect(await store.trustedDocuments.withdraw('acme', id)).toBe(true);
    });

    test('are in an archive, and restored from it', async () => {
      const store = await connect();
      await store.trustedDocuments.publish([aDocument(), aDocument({ id: 'two' })]);
      const records: ArchiveRecord[] = [];
      for await (const part of store.archive.records()) records.push(...part);
      expect(records).toEqual([{ kind: 'trustedDocument', ...aDocument() }, { kind: 'trustedDocument', ...aDocument({ id: 'two' }) }]);
      await elsewhere(async (empty) => {
        expect(await empty.archive.isEmpty()).toBe(true);
        await empty.archive.restore(records);
        await empty.archive.restore(records);
        expect(await empty.archive.isEmpty()).toBe(false);
        expect(await empty.trustedDocuments.find('acme', 'two')).toEqual(aDocument({ id: 'two' }));
      });
    });
  });
}
