import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerId } from '../../src/ids.ts';
import { migrations } from '../../src/store/sqlite/migrations.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { anAuditRecord } from '../fixtures/audit.ts';
import { describeStore } from './store.ts';

for (const bulk of [false, true]) describeStore(bulk ? 'SQLite, for work that can be repeated' : 'SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'customer360-store-'));
  const path = join(folder, 'new', 'store.sqlite');
  return {
    open: async (deps) => openSqliteStore({ path, bulk, ...deps }),
    remove: () => rm(folder, { recursive: true }),
  };
});

describe('a file of the SQLite store', () => {
  let folder: string;
  const open = (): ReturnType<typeof openSqliteStore> => openSqliteStore({ path: join(folder, 'store.sqlite'), clock: () => 0, newId: () => 'x' });
  const meddle = (sql: string): readonly Readonly<Record<string, unknown>>[] => {
    const db = new DatabaseSync(join(folder, 'store.sqlite'));
    try {
      return db.prepare(sql).all();
    } finally {
      db.close();
    }
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'customer360-store-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('that a newer version made is not touched', async () => {
    await open().close();
    meddle('PRAGMA user_version = 999');
    expect(open).toThrow(/made by a newer version \(schema 999/);
    expect(meddle('PRAGMA user_version')).toEqual([{ user_version: 999 }]);
  });

  test('survives a crash of the machine: every commit waits for the disk, in a write-ahead log', async () => {
    const store = open();
    expect(meddle('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    await store.close();
  });

  test('of the first version is brought up to date, with all that it had', async () => {
    const db = new DatabaseSync(join(folder, 'store.sqlite'));
    db.exec(`${migrations[0] ?? ''} PRAGMA user_version = 1;
      INSERT INTO customer VALUES ('a', 1); INSERT INTO link VALUES ('crm', '1', 'a', 'FIRST_SEEN', 1, 1, 2); INSERT INTO absence VALUES ('a', 'billing', 9000);`);
    db.close();
    const store = open();
    try {
      expect(await store.links.read([{ kind: 'name', namespace: 'crm', value: '1' }])).toEqual([{
        id: 'a',
        members: [{
          id: 'a', barred: [], facts: [],
          links: [{ namespace: 'crm', value: '1', method: 'FIRST_SEEN', verified: true, firstSeenAt: 1, lastSeenAt: 2 }],
          unlinked: [{ customer: 'a', source: 'billing', reason: 'NO_MATCH', candidates: [], notedAt: 9000, until: 9000 }],
        }],
      }]);
    } finally {
      await store.close();
    }
  });

  test('whose links lay by name has all of them afterwards, with whatever they say', async () => {
    const before = migrations.findIndex((step) => step.includes('link_by_customer'));
    const db = new DatabaseSync(join(folder, 'store.sqlite'));
    db.exec(`${migrations.slice(0, before).join('\n')} PRAGMA user_version = ${before};
      INSERT INTO customer VALUES ('a', 1, NULL), ('b', 1, NULL);
      INSERT INTO link VALUES ('crm', '1', 'a', 'EMAIL', 1, 5, 6, 'billing', '7', 'e-mail of billing 7', 'jo'), ('billing', '7', 'a', 'IMPORTED', 0, 3, 4, NULL, NULL, NULL, NULL),
        ('crm', '2', 'b', 'IMPORTED', 1, 1, 2, NULL, NULL, NULL, NULL);`);
    db.close();
    const store = open();
    try {
      const found = await store.links.read([{ kind: 'name', namespace: 'crm', value: '1' }, { kind: 'id', id: customerId('b') }]);
      expect(found.map((customer) => customer?.members[0].links)).toEqual([
        [
          { namespace: 'billing', value: '7', method: 'IMPORTED', verified: false, firstSeenAt: 3, lastSeenAt: 4 },
          { namespace: 'crm', value: '1', method: 'EMAIL', verified: true, from: { namespace: 'billing', value: '7' }, evidence: 'e-mail of billing 7', actor: 'jo', firstSeenAt: 5, lastSeenAt: 6 },
        ],
        [{ namespace: 'crm', value: '2', method: 'IMPORTED', verified: true, firstSeenAt: 1, lastSeenAt: 2 }],
      ]);
      expect(() => meddle("INSERT INTO link SELECT namespace, value, 'b', method, verified, 0, 0, NULL, NULL, NULL, NULL FROM link WHERE value = '7'")).toThrow(/UNIQUE/);
    } finally {
      await store.close();
    }
  });

  test('that is damaged, with merges in a ring, has nobody there, and an end', async () => {
    await open().close();
    meddle("INSERT INTO customer VALUES ('a', 1, 'b'), ('b', 1, 'a'), ('c', 1, NULL)");
    const store = open();
    try {
      expect(await store.links.read(['a', 'b', 'c'].map((id) => ({ kind: 'id', id: customerId(id) })))).toMatchObject([undefined, undefined, { id: 'c' }]);
    } finally {
      await store.close();
    }
  });

  test('of a version that found the audit trail by customer alone finds it by time, too', async () => {
    const db = new DatabaseSync(join(folder, 'store.sqlite'));
    db.exec(`${migrations.slice(0, 5).join('\n')} PRAGMA user_version = 5;`);
    const insert = db.prepare("INSERT INTO audit_entry VALUES ('a', ?, 'disclosure', ?, NULL, 'k', '', 'd', 'm', '[\"c\"]', '{}')");
    for (const [seq, at] of [[1, 300], [2, 100]] as const) {
      insert.run(seq, at);
      db.prepare("INSERT INTO audit_customer VALUES ('c', 'a', ?)").run(seq);
    }
    db.close();
    const store = open();
    try {
      expect((await store.auditByCustomer.latest({ customers: ['c'], kind: 'disclosure', before: undefined, size: 5 })).map(({ seq }) => seq)).toEqual([1, 2]);
    } finally {
      await store.close();
    }
  });

  test('of a version that kept the audit trail by its key has all of it, what was not listed yet and what comes after', async () => {
    const db = new DatabaseSync(join(folder, 'store.sqlite'));
    const before = migrations.findIndex((step) => step.includes('audit_entry_by_key'));
    db.exec(`${migrations.slice(0, before).join('\n')} PRAGMA user_version = ${before};`);
    const insert = db.prepare("INSERT INTO audit_entry VALUES ('a', ?, 'disclosure', ?, NULL, 'k', '', 'd', 'm', '[\"c\"]', '{}')");
    for (const seq of [1, 2, 3]) insert.run(seq, 100 * seq);
    db.exec("INSERT INTO audit_customer VALUES ('c', 100, 'a', 1); INSERT INTO audit_unlisted VALUES ('a', 2), ('a', 3);");
    db.close();
    const store = open();
    try {
      await store.audit.append([anAuditRecord('a', 4, { at: 400, customers: ['c'] })]);
      expect((await store.auditByCustomer.latest({ customers: ['c'], kind: 'disclosure', before: undefined, size: 5 })).map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
      const read = [];
      for await (const part of store.audit.read({})) read.push(...part);
      expect(read.slice(0, 3)).toEqual([1, 2, 3].map((seq) => ({ chain: 'a', seq, kind: 'disclosure', at: 100 * seq, purpose: undefined, customers: ['c'], key: 'k', previous: '', digest: 'd', mac: 'm', entry: '{}' })));
    } finally {
      await store.close();
    }
  });

  test('has nothing left in it of what was erased', async () => {
    const store = open();
    await store.links.claim([{ member: undefined, links: [{ namespace: 'crm', value: 'a-key-to-be-forgotten', method: 'NUMBER', verified: true }] }]);
    const text = async (): Promise<string> => (await Promise.all(['store.sqlite', 'store.sqlite-wal'].map(async (name) => readFile(join(folder, name), 'latin1').catch(() => '')))).join('');
    expect(await text()).toContain('a-key-to-be-forgotten');
    await store.erasure.erase(customerId('x'), 1);
    expect(await text()).not.toContain('a-key-to-be-forgotten');
    await store.close();
  });

  test('that is no database is refused', async () => {
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'store.sqlite'), 'this is a letter, not a database; it is long enough to be looked at '.repeat(20));
    expect(open).toThrow(expect.objectContaining({ code: 'ERR_SQLITE_ERROR' }));
  });
});
