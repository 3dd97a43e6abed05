import { expect, test } from '@jest/globals';
import { watchAppends } from '../../../src/audit/watch-appends.ts';
import type { AuditLog } from '../../../src/store/audit-log.ts';

const full = new Error('the disk is full');
let now = 0;
let isFull = false;
const log: AuditLog = {
  append: () => (isFull ? Promise.reject(full) : Promise.resolve()),
  async *read() {},
  openEnds: () => Promise.resolve([]),
  erase: () => Promise.resolve(),
  drop: () => Promise.resolve(),
};

test('a log fails from an entry that it did not take to one that it takes, or until nobody has tried for a while', async () => {
  const watched = watchAppends(log, () => now);
  expect(watched.failing()).toBeUndefined();
  isFull = true;
  await expect(watched.log.append([])).rejects.toBe(full);
  now = 14_999;
  expect(watched.failing()).toMatchObject({ error: full });
  now = 15_000;
  expect(watched.failing()).toBeUndefined();
  await expect(watched.log.append([])).rejects.toBe(full);
  expect(watched.failing()).toMatchObject({ error: full });
  isFull = false;
  await watched.log.append([]);
  expect(watched.failing()).toBeUndefined();
});
