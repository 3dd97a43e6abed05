import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { NewEntry } from '../../../src/audit/entry.ts';
import { openAuditKeys, type AuditKeys } from '../../../src/audit/keys.ts';
import { recordEntry, writeDown } from '../../../src/audit/record.ts';
import { findExpired } from '../../../src/audit/retention.ts';
import { openTrail } from '../../../src/audit/trail.ts';
import { verifyTrail } from '../../../src/audit/verify-trail.ts';
import type { Verification } from '../../../src/audit/findings.ts';
import { secret } from '../../../src/secret.ts';
import type { AuditHead, AuditRecord } from '../../../src/store/audit-log.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { aDisclosure } from '../../fixtures/audit.ts';

const configured = { id: 'k', key: secret('x'.repeat(32)) } as const;
const keys = openAuditKeys([configured]);
let now = 0;
let store: Store;
beforeEach(() => {
  now = 0;
  store = openSqliteStore({ path: ':memory:', clock: () => now, newId: () => 'x' });
});
afterEach(() => store.close());

/** Writes a chain: what opens it, these entries and what closes it. */
async function write(chain: string, entries: readonly NewEntry[], by: AuditKeys = keys): Promise<AuditHead | undefined> {
  let minted = 0;
  const trail = openTrail({ log: store.audit, key: by.current, process: 'test', clock: () => now, newId: () => (minted++ === 1 ? chain : `${chain}-${minted}`), warn: () => undefined });
  for (const entry of entries) await trail.append(entry);
  await trail.close();
  return trail.head();
}

async function records(): Promise<readonly AuditRecord[]> {
  const all: AuditRecord[] = [];
  for await (const part of store.audit.read({})) all.push(...part);
  return all;
}

/** The trail as somebody with the store's password leaves it. */
async function verify(tamper: (records: readonly AuditRecord[]) => readonly AuditRecord[] = (all) => all, more: { readonly bound?: readonly AuditHead[]; readonly keys?: AuditKeys } = {}): Promise<Verification> {
  const left = [...tamper(await records())].sort((a, b) => (a.chain === b.chain ? a.seq - b.seq : a.chain < b.chain ? -1 : 1));
  const log = { async *read() { yield* left.map((record) => [record]); } };
  return verifyTrail({ log, byCustomer: { misfiled: async () => [] }, keys, bound: [], onPart: () => undefined, ...more });
}
const found = ({ findings }: Verification): readonly string[] => findings.map(({ kind, chain, from, to }) => `${kind} ${chain}${from}-${to}`);
const at = (chain: string, seq: number) => (record: AuditRecord): boolean => record.chain === chain && record.seq === seq;
/** Puts something else in the place of one record. */
const change = (chain: string, seq: number, edit: (record: AuditRecord) => AuditRecord) => (all: readonly AuditRecord[]): readonly AuditRecord[] =>
  all.map((record) => (at(chain, seq)(record) ? edit(record) : record));

const five = [1, 2, 3, 4, 5].map((number) => aDisclosure({ requestId: `r${number}` }));

describe('a trail that nobody touched', () => {
  test('is as it was written, whatever keys it was written with', async () => {
    const other = { id: 'new', key: secret('y'.repeat(32)) } as const;
    const bound = [await write('a', five), await write('b', five, openAuditKeys([other, configured]))].flatMap((head) => head ?? []);
    expect(await verify(undefined, { bound, keys: openAuditKeys([other, configured]) })).toEqual({ chains: 2, entries: 14, open: 0, emptied: 0, dropped: 0, findings: [] });
  });

  test('may have a chain that goes on', async () => {
    await write('a', five);
    expect(await verify((all) => all.slice(0, -1))).toMatchObject({ open: 1, findings: [] });
  });
});

describe('told apart is', () => {
  const edits: readonly (readonly [string, (record: AuditRecord) => AuditRecord])[] = [
    ['what an entry says', (record) => ({ ...record, entry: record.entry?.replace('"r2"', '"r9"') })],
    ['what an entry says, with its digest', (record) => ({ ...record, entry: '{}', digest: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' })],
    ['when it was', (record) => ({ ...record, at: record.at + 1 })],
    ['its purpose, so that it goes sooner', (record) => ({ ...record, purpose: 'marketing.email' })],
    ['whom it is found under', (record) => ({ ...record, customers: [] })],
    ['its code', (record) => ({ ...record, mac: record.mac.replace(/./, (digit) => (digit === '0' ? '1' : '0')) })],
  ];
  test.each(edits)('an edit of %s', async (_, edit) => {
    await write('a', five);
    expect(found(await verify(change('a', 3, edit)))).toEqual(['edited a3-3']);
  });

  test('a deletion, of one or of several, also at the beginning', async () => {
    await write('a', five);
    await write('b', five);
    expect(found(await verify((all) => all.filter((record) => !at('a', 3)(record) && !(record.chain === 'b' && record.seq < 4))))).toEqual(['deleted a3-3', 'deleted b1-3']);
  });

  test('another order', async () => {
    await write('a', five);
    const swapped = (all: readonly AuditRecord[]): readonly AuditRecord[] => all.map((record) => ({ ...record, seq: record.seq === 3 ? 5 : record.seq === 5 ? 3 : record.seq }));
    expect(found(await verify(swapped))).toEqual(['reordered a3-3', 'reordered a5-5']);
  });

  test('an entry that was moved into the place of another one', async () => {
    await write('a', five);
    const moved = (all: readonly AuditRecord[]): readonly AuditRecord[] => all.filter((record) => record.seq !== 3).map((record) => (record.seq === 6 ? { ...record, seq: 3 } : record));
    expect(found(await verify(moved))).toEqual(['reordered a3-3', 'deleted a6-6']);
  });

  test('a truncation, once a checkpoint binds what is missing', async () => {
    const head = await write('a', five);
    const cut = (all: readonly AuditRecord[]): readonly AuditRecord[] => all.filter((record) => record.seq < 5);
    expect(found(await verify(cut))).toEqual([]);
    expect(found(await verify(cut, { bound: head === undefined ? [] : [head] }))).toEqual(['truncated a5-7']);
    expect(found(await verify(() => [], { bound: head === undefined ? [] : [head] }))).toEqual(['truncated a1-7']);
  });

  test('an entry that says nothing although nothing was due', async () => {
    await write('a', five);
    expect(found(await verify(change('a', 3, (record) => ({ ...record, entry: undefined, customers: [] }))))).toEqual(['emptied a3-3']);
  });

  test('a chain that somebody with the key wrote again', async () => {
    const head = await write('a', five);
    const again = (all: readonly AuditRecord[]): readonly AuditRecord[] => {
      let before: AuditRecord | undefined;
      return all.map((record) => {
        const entry = JSON.parse(record.entry ?? '{}') as Parameters<typeof writeDown>[0];
        before = recordEntry(writeDown(record.seq === 3 && entry.kind === 'disclosure' ? { ...entry, requestId: 'other' } : entry), { chain: 'a', before, key: keys.current });
        return before;
      });
    };
    expect(found(await verify(again))).toEqual([]);
    expect(found(await verify(again, { bound: head === undefined ? [] : [head] }))).toEqual(['rewritten a7-7']);
  });

  test('an entry that somebody with the key put in the place of another one', async () => {
    await write('a', five);
    const put = change('a', 3, (record) => recordEntry(writeDown({ ...aDisclosure({ requestId: 'other' }), id: 'x', at: 0 }), { chain: 'a', before: { chain: 'a', seq: 2, mac: record.previous }, key: keys.current }));
    expect(found(await verify(put))).toEqual(['rewritten a3-3']);
  });

  test('what was made with a key that is not known', async () => {
    await write('a', five);
    expect(found(await verify(undefined, { keys: openAuditKeys([{ id: 'other', key: configured.key }]) }))).toHaveLength(7);
    expect((await verify(undefined, { keys: openAuditKeys([{ id: 'other', key: configured.key }]) })).findings[0]).toMatchObject({ kind: 'unproven', detail: expect.stringContaining('"k"') });
    expect(new Set((await verify(undefined, { keys: openAuditKeys([{ id: 'k', key: secret('z'.repeat(32)) }]) })).findings.map(({ kind }) => kind))).toEqual(new Set(['edited']));
  });
});

describe('retention', () => {
  const day = 86_400_000;
  const rules = { default: 10 * day, purposes: { 'service.billing': 2 * day } };
  let pruned = 0;
  /** Takes out of the trail what was kept for long enough, as the command does. */
  async function prune(): Promise<number> {
    const { dropped, erased, entries } = await findExpired(store.audit, rules, now);
    await write(`p${pruned += 1}`, [{ kind: 'retention', actor: 'ada', days: {}, dropped, erased }]);
    await store.audit.erase(erased);
    await store.audit.drop(dropped.map(({ chain, seq }) => ({ chain, from: 1, to: seq })));
    return entries;
  }

  test('empties what stands between others, and drops beginnings; what is left proves itself', async () => {
    const head = await write('a', [aDisclosure(), aDisclosure({ purpose: 'service.billing' }), aDisclosure({ purpose: 'service.billing' }), aDisclosure()]);
    const bound = head === undefined ? [] : [head];
    now = 2 * day;
    expect(await prune()).toBe(2);
    expect(await verify(undefined, { bound })).toMatchObject({ emptied: 2, dropped: 0, findings: [] });
    expect((await records()).filter(({ entry }) => entry === undefined).map(({ seq }) => seq)).toEqual([3, 4]);
    await write('b', [aDisclosure()]);
    now = 10 * day;
    expect(await prune()).toBe(6);
    expect(await verify(undefined, { bound })).toMatchObject({ emptied: 0, dropped: 6, findings: [] });
    expect(new Set((await records()).map(({ chain }) => chain))).not.toContain('a');
    expect(await prune()).toBe(0);
  });

  test('is no excuse for what was deleted besides', async () => {
    await write('a', [aDisclosure(), aDisclosure({ purpose: 'service.billing' }), aDisclosure(), aDisclosure()]);
    now = 2 * day;
    await prune();
    expect(found(await verify((all) => all.filter((record) => !at('a', 3)(record))))).toEqual(['deleted a3-3']);
    expect(found(await verify(change('a', 4, (record) => ({ ...record, entry: undefined, customers: [] }))))).toEqual(['emptied a4-4']);
    expect(found(await verify((all) => all.filter((record) => record.chain !== 'a' || record.seq > 4)))).toEqual(['deleted a1-4']);
  });

  test('that is being carried out, or was cut off, is no deletion', async () => {
    await write('a', five);
    now = 10 * day;
    const { dropped, erased } = await findExpired(store.audit, rules, now);
    await write('p', [{ kind: 'retention', actor: 'ada', days: {}, dropped, erased }]);
    await store.audit.drop([{ chain: 'a', from: 1, to: 2 }]);
    expect((await verify()).findings).toEqual([]);
    expect(found(await verify((all) => all.filter((record) => !at('a', 5)(record))))).toEqual(['deleted a5-5']);
  });

  test('that nobody put on record is a deletion', async () => {
    await write('a', five);
    await store.audit.drop([{ chain: 'a', from: 1, to: 3 }]);
    expect(found(await verify())).toEqual(['deleted a1-3']);
  });
});
