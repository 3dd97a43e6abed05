import { expect, test } from '@jest/globals';
import { parse, type DocumentNode } from 'graphql';
import { openDocumentStore } from '../../../src/http/document-store.ts';

/** A document whose text has this many characters. */
function aDocument(length: number): DocumentNode {
  return parse(`{${'a'.repeat(length - 2)}}`);
}

test('a document is kept until it is deleted', async () => {
  const store = openDocumentStore(1024 ** 2);
  const document = aDocument(10);
  await store.set('one', document);
  expect(await store.get('one')).toBe(document);
  await store.delete('one');
  expect(await store.get('one')).toBeUndefined();
});

test('of more than there is room for, those that were asked for last are kept', async () => {
  // Room for three of a hundred characters each.
  const store = openDocumentStore(70_000);
  for (const name of ['one', 'two', 'three']) await store.set(name, aDocument(100));
  await store.get('one');
  await store.set('four', aDocument(100));
  const kept = await Promise.all(['one', 'two', 'three', 'four'].map(async (name) => (await store.get(name)) !== undefined));
  expect(kept).toEqual([true, false, true, true]);
});

test('room is counted in text, not in documents', async () => {
  const store = openDocumentStore(70_000);
  for (const name of ['one', 'two', 'three']) await store.set(name, aDocument(100));
  await store.set('long', aDocument(300));
  const kept = await Promise.all(['one', 'two', 'three', 'long'].map(async (name) => (await store.get(name)) !== undefined));
  expect(kept).toEqual([false, false, false, true]);
});

test('a document that there is no room for is not kept, and drives out no other', async () => {
  const store = openDocumentStore(70_000);
  await store.set('one', aDocument(100));
  await store.set('huge', aDocument(4000));
  expect([await store.get('one') !== undefined, await store.get('huge')]).toEqual([true, undefined]);
});
