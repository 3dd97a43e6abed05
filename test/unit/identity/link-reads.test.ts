import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { customerId } from '../../../src/ids.ts';
import { openLinkReads, type LinkReads } from '../../../src/identity/link-reads.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import type { CustomerRef } from '../../../src/store/links.ts';
import type { Store } from '../../../src/store/store.ts';

let store: Store;
let reads: LinkReads;
beforeEach(async () => {
  let minted = 0;
  store = openSqliteStore({ path: ':memory:', clock: () => 1, newId: () => `c${(minted += 1)}` });
  await store.links.adopt(Array.from({ length: 250 }, (_, at) => [{ namespace: 'number', value: String(at + 1), method: 'IMPORTED', verified: true }]));
  reads = openLinkReads(store.links);
});
afterEach(() => store.close());

const number = (value: string): CustomerRef => ({ kind: 'name', namespace: 'number', value });

test('who was read ahead is there at once, and read anew the next time', async () => {
  await reads.ahead([number('1'), { kind: 'id', id: customerId('c2') }, number('999')]);
  expect(reads.customer(number('1'))).toMatchObject({ id: 'c1' });
  expect(reads.customer({ kind: 'id', id: customerId('c2') })).toMatchObject({ id: 'c2' });
  expect(reads.customer(number('999'))).toBeUndefined();
  const again = reads.customer(number('1'));
  expect(again).toBeInstanceOf(Promise);
  expect(await again).toMatchObject({ id: 'c1' });
});

test('many are read ahead, in whatever order they are asked for', async () => {
  const all = Array.from({ length: 250 }, (_, at) => number(String(at + 1)));
  await reads.ahead(all);
  expect(all.toReversed().map((ref) => reads.customer(ref))).toEqual(Array.from({ length: 250 }, (_, at) => expect.objectContaining({ id: `c${250 - at}` })));
});

test.each(['number\n1', '\nnumber\n1', 'number 1'])('no id is taken for a name: %j', async (id) => {
  await reads.ahead([number('1'), { kind: 'id', id: customerId(id) }]);
  expect(reads.customer({ kind: 'id', id: customerId(id) })).toBeUndefined();
  expect(reads.customer(number('1'))).toMatchObject({ id: 'c1' });
});
