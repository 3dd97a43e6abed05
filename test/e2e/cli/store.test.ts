import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerId } from '../../../src/ids.ts';
import type { NewLink } from '../../../src/store/links.ts';
import { anAccessRequest, anEmergency, aVerdict } from '../../fixtures/access.ts';
import { anAuditRecord } from '../../fixtures/audit.ts';
import { anIssuedToken, aSigningKey } from '../../fixtures/issued.ts';
import { aConsent, anObjection, aRecord, aRelation } from '../../fixtures/facts.ts';
import { mongodbNeeds, startMongodb, type MongodbServer } from '../../fixtures/mongodb-server.ts';
import { aCommandLine, figuresOf, type CommandLine } from './command-line.ts';

const link = (namespace: string, value: string): NewLink => ({ namespace, value, method: 'IMPORTED', verified: true, evidence: 'x.csv', actor: 'ada' });
const all = { customer: 3, link: 4, unlinked: 1, bar: 1, fact: 5, linkEvent: 2, access: 4, auditEntry: 2, revocation: 1, signingKey: 2, issuedToken: 1, erased: 1 };

let line: CommandLine;
beforeEach(async () => {
  line = await aCommandLine();
  await line.withStore(async (store) => {
    const [a, b] = await store.links.claim([
      { member: undefined, links: [link('crm', '1\u0000é"'), link('number', '10001')] }, { member: undefined, links: [link('crm', '2'), link('support', 's')] },
    ]);
    if (a === undefined || b === undefined) throw new Error('nothing was claimed');
    const change = { actor: 'ada', evidence: 'passport', requestId: 'r' };
    await store.facts.append([
      aRecord(a.id, 'c', aConsent({ channel: 'email', evidence: 'form\u0000 7', notice: { id: 'newsletter', version: '2' }, expiresAt: 5 }), { requestId: 'r' }),
      aRecord(b.id, 'o', anObjection()), aRecord(b.id, 'x', aRelation({ status: 'ENDED' })), aRecord(a.id, 'e', aRelation({ relation: 'REGION', party: 'EU', expiresAt: 9 })),
    ]);
    await store.stewardship.change({ change: { kind: 'merge', into: b.id, customer: a.id }, ...change });
    await store.stewardship.change({ change: { kind: 'separate', customer: b.id, record: { namespace: 'support', value: 's' } }, ...change });
    await store.links.noteUnlinked([{ customer: a.id, source: 'billing', reason: 'AMBIGUOUS', identifier: 'email', candidates: [link('billing', 'b')].map(({ namespace, value }) => ({ namespace, value })), notedAt: 1, until: 2 }]);
    await store.revocations.revoke({ issuer: 'i', id: 't', at: 1, actor: 'ada' });
    const asked = anAccessRequest('r');
    await store.access.append(asked);
    await store.access.append(aVerdict(asked, { kind: 'approved', id: 's', at: 300, fields: ['Customer.phone'], until: 900, note: 'é\u0000' }));
    await store.access.append(aVerdict(asked, { kind: 'revoked', id: 't', at: 400, note: 'x' }));
    await store.access.append(anEmergency('e'));
    await store.audit.append([anAuditRecord('x', 1, { customers: [a.id] }), anAuditRecord('x', 2, { entry: undefined, purpose: undefined })]);
    await store.signingKeys.add(aSigningKey({ lastExpiry: 9 }));
    await store.signingKeys.add(aSigningKey({ id: 'key-2', sealed: undefined, retired: { at: 2, actor: 'ada' }, withdrawn: { at: 3, actor: 'bob' } }));
    await store.issuedTokens.add(anIssuedToken());
    const [gone] = await store.links.claim([{ member: undefined, links: [link('crm', '9')] }]);
    if (gone !== undefined) await store.erasure.erase(gone.id, 500);
  });
});
afterEach(() => line.remove());

/** A deployment whose store is still empty. */
async function elsewhere<Result>(work: (other: CommandLine) => Promise<Result>): Promise<Result> {
  const other = await aCommandLine();
  try {
    return await work(other);
  } finally {
    await other.remove();
  }
}

describe('store backup and store restore', () => {
  test('make another store the same', async () => {
    const backup = await line.run('store', 'backup', '--out', 'all.gz', '--json');
    expect(backup).toMatchObject({ code: 0, err: '' });
    expect(figuresOf(backup)).toEqual({ ...all, bar: 2 });
    expect((await stat(line.path('all.gz'))).mode & 0o777).toBe(0o600);
    await elsewhere(async (other) => {
      const restored = await other.run('store', 'restore', '--in', line.path('all.gz'), '--json');
      expect(restored).toMatchObject({ code: 0, err: '' });
      expect(figuresOf(restored)).toEqual(figuresOf(backup));
      expect(await other.recordsOf()).toEqual(await line.recordsOf());
    });
  });

  test('restore what was backed up before there were facts, and nothing that is no fact', async () => {
    const withEnd = (records: readonly unknown[], counts: object): Buffer => {
      const body = [{ format: 'customer360-store', version: 1, at: '2026-01-01T00:00:00.000Z', engine: 'sqlite' }, ...records].map((one) => `${JSON.stringify(one)}\n`).join('');
      return gzipSync(`${body}${JSON.stringify({ end: 'customer360-store', counts, sha256: createHash('sha256').update(body).digest('hex') })}\n`);
    };
    const customer = { kind: 'customer', id: 'a', createdAt: 1 };
    const fact = { kind: 'fact', ...aRecord(customerId('a'), '1', anObjection()) };
    await elsewhere(async (other) => {
      const wrong = [{ status: 'MAYBE' }, { method: 'RUMOUR' }, { kind: 'wish' }, { purpose: 5 }, { at: '2026' }];
      for (const more of wrong) {
        await other.write('wrong.gz', withEnd([customer, { ...fact, fact: { ...fact.fact, ...more } }], { customer: 1, fact: 1 }));
        expect(await other.run('store', 'restore', '--in', 'wrong.gz')).toMatchObject({ code: 1, err: expect.stringMatching(/line 3: expected a record or the last line/) });
      }
      await other.write('old.gz', withEnd([customer], { customer: 1 }));
      expect(await other.run('store', 'restore', '--in', 'old.gz')).toMatchObject({ code: 0, err: '' });
      await other.write('new.gz', withEnd([customer, fact], { customer: 1, fact: 1 }));
      expect(await other.run('store', 'restore', '--in', 'new.gz', '--resume')).toMatchObject({ code: 0, err: '' });
      expect(await other.withStore(async (store) => (await store.links.read([{ kind: 'id', id: customerId('a') }]))[0]?.members[0].facts)).toEqual([aRecord(customerId('a'), '1', anObjection())]);
    });
  }, 60_000);

  test('leave no other file behind, and replace a backup only by a whole one', async () => {
    const before = (await readdir(line.folder)).length;
    await line.run('store', 'backup', '--out', 'all.gz');
    const { code, out } = await line.run('store', 'backup', '--out', 'all.gz');
    expect({ code, left: (await readdir(line.folder)).filter((name) => name.includes('.part')) }).toEqual({ code: 0, left: [] });
    expect(out).toMatch(/^backed up to .*all\.gz\n {2}customer +3\n/);
    expect((await readdir(line.folder)).length).toBe(before + 1);
  });

  test('write nothing where nothing can be written, and make no store to back up', async () => {
    expect(await line.run('store', 'backup', '--out', 'no/folder/all.gz')).toMatchObject({ code: 1, err: expect.stringMatching(/all\.gz cannot be written: ENOENT/), out: '' });
    await elsewhere(async (other) => {
      expect(await other.run('store', 'backup', '--out', 'all.gz')).toMatchObject({ code: 1, err: expect.stringMatching(/there is no store at .*store\.sqlite\n$/) });
      expect(await readdir(other.folder)).not.toContain('store.sqlite');
    });
  });

  test('fill a store only when it is empty, or to complete what was begun', async () => {
    await line.run('store', 'backup', '--out', 'all.gz');
    const file = line.path('all.gz');
    await elsewhere(async (other) => {
      // A restore that was killed had got as far as this.
      const records = gunzipSync(await readFile(file)).toString().split('\n').slice(1, 6).map((text) => JSON.parse(text));
      await other.withStore((store) => store.archive.restore(records));
      expect(await other.run('store', 'restore', '--in', file)).toMatchObject({ code: 1, err: expect.stringMatching(/is not empty.*--resume/) });
      expect(await other.recordsOf()).toHaveLength(5);
      expect(await other.run('store', 'restore', '--in', file, '--resume')).toMatchObject({ code: 0 });
      expect(await other.recordsOf()).toEqual(await line.recordsOf());
    });
    await elsewhere(async (other) => {
      await other.withStore((store) => store.archive.restore([{ kind: 'customer', id: customerId('stranger'), createdAt: 1, mergedInto: undefined }]));
      expect(await other.run('store', 'restore', '--in', file, '--resume')).toMatchObject({ code: 1, err: expect.stringMatching(/has not what was carried over \(customer: 4 instead of 3\)/) });
    });
  });

  test('refuse a file that is not whole, not unchanged or not a backup, and then restore nothing', async () => {
    await line.run('store', 'backup', '--out', 'all.gz');
    const zipped = await readFile(line.path('all.gz'));
    const text = gunzipSync(zipped).toString();
    const lines = text.trimEnd().split('\n');
    const withEnd = (body: string): string => {
      const end = JSON.parse(lines.at(-1) ?? '');
      return `${body}${JSON.stringify({ ...end, sha256: createHash('sha256').update(body).digest('hex') })}\n`;
    };
    const bad: readonly (readonly [string, Buffer, RegExp])[] = [
      ['cut', zipped.subarray(0, zipped.length - 20), /cannot be read as a backup: unexpected end of file/],
      ['cut and closed again', gzipSync(lines.slice(0, -1).join('\n') + '\n'), /the last line is missing/],
      ['edited', gzipSync(text.replace('10001', '10002')), /SHA-256 is another/],
      ['short of a line', gzipSync([...lines.slice(0, 3), ...lines.slice(4)].join('\n') + '\n'), /other records than its last line says \(customer: 2 instead of 3\)/],
      ['with more after its end', gzipSync(`${text}${lines[1]}\n`), /expected nothing after the last line/],
      ['of a later version', gzipSync(withEnd(text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1).replace('"version":1', '"version":2'))), /line 1: expected version 1, got 2/],
      ['with a strange record', gzipSync([lines[0], '{"kind":"wish"}', ...lines.slice(1)].join('\n') + '\n'), /line 2: expected a record or the last line/],
      ['foreign', gzipSync('{"hello":"world"}\n'), /line 1: expected the first line of a backup/],
      ['no gzip', Buffer.from('number,crm\n1,2\n'), /cannot be read as a backup: incorrect header check/],
      ['empty', gzipSync(''), /got an empty file/],
    ];
    await elsewhere(async (other) => {
      for (const [name, content, reason] of bad) {
        const file = await other.write(`${name}.gz`, content);
        const { code, err, out } = await other.run('store', 'restore', '--in', file);
        expect([name, code, err, out]).toEqual([name, 1, expect.stringMatching(reason), '']);
        expect(err).not.toMatch(/\n {4}at /);
      }
      expect(await other.run('store', 'restore', '--in', 'nowhere.gz')).toMatchObject({ code: 1, err: expect.stringMatching(/nowhere\.gz: cannot be read as a backup: ENOENT/) });
      expect(await other.recordsOf()).toEqual([]);
    });
  }, 60_000);
});

describe('store migrate', () => {
  test('carries everything over, once', async () => {
    const to = `sqlite:${line.path('new/other.sqlite')}`;
    const moved = await line.run('store', 'migrate', '--from', 'config', '--to', to, '--json');
    expect(moved).toMatchObject({ code: 0, err: '' });
    expect(figuresOf(moved)).toMatchObject({ customer: 3, link: 4, revocation: 1 });
    expect(await line.recordsOf('new/other.sqlite')).toEqual(await line.recordsOf());
    expect(await line.run('store', 'migrate', '--from', 'config', '--to', to)).toMatchObject({ code: 1, err: expect.stringMatching(/other\.sqlite is not empty/) });
    expect(await line.run('store', 'migrate', '--from', 'config', '--to', to, '--resume')).toMatchObject({ code: 0 });
  });

  test('says what a store can be', async () => {
    expect(await line.run('store', 'migrate', '--from', 'config', '--to', 'postgres://me:hunter2@db/x')).toEqual({
      code: 2, out: '', err: 'customer360: --to: expected sqlite:PATH, mongodb://HOST/DATABASE or config, got "postgres://db/x"\n',
    });
    expect(await line.run('store', 'migrate', '--from', 'config', '--to', 'sqlite:store.sqlite')).toMatchObject({ code: 2, err: expect.stringMatching(/expected another store/) });
    expect(await line.run('store', 'migrate', '--from', 'sqlite:nowhere.sqlite', '--to', 'sqlite:other.sqlite')).toMatchObject({ code: 1, err: expect.stringMatching(/there is no store at .*nowhere\.sqlite/) });
    expect(await readdir(line.folder)).not.toContain('other.sqlite');
  });
});

test('settings with faults are told as `check` tells them', async () => {
  const broken = await aCommandLine({ 'purposes.yaml': 'service: 5\n' });
  try {
    const fault = 'purposes.yaml: service: expected an object, got 5\n';
    expect(await broken.run('check')).toMatchObject({ code: 1, err: expect.stringContaining(fault) });
    for (const command of [['store', 'backup', '--out', 'x'], ['token', 'revoke', '--issuer', 'i', '--id', 'x'], ['link', 'import', 'x.csv']]) {
      expect(await broken.run(...command)).toMatchObject({ code: 1, out: '', err: fault });
    }
  } finally {
    await broken.remove();
  }
});

test('a token is revoked and the trail proven whatever is wrong with policies and schema', async () => {
  const broken = await aCommandLine({ 'policies/support.cedar': 'permit (;', 'policies/old.yaml': 'x', 'schema/more.graphql': 'type {', 'schema/old.gql': 'x' });
  try {
    expect(await broken.run('check')).toMatchObject({ code: 1, err: expect.stringMatching(/^policies\/support\.cedar: /m) });
    expect(await broken.run('token', 'revoke', '--id', 'x')).toMatchObject({ code: 0 });
    expect(await broken.run('audit', 'verify')).toMatchObject({ code: 0 });
  } finally {
    await broken.remove();
  }
});

const mongodb = mongodbNeeds === undefined ? 'a store in MongoDB' : `a store in MongoDB (needs ${mongodbNeeds})`;
(mongodbNeeds === undefined ? describe : describe.skip)(mongodb, () => {
  let server: MongodbServer;
  let url: string;
  beforeEach(async () => {
    server = await startMongodb();
    url = server.url.replace(/\/?\?/, `/${server.database}?`);
  }, 60_000);
  afterEach(() => server.stop());

  test('takes over all of a file, and gives it back, to a file and to a backup', async () => {
    const there = await line.run('store', 'migrate', '--from', 'config', '--to', url, '--json');
    expect(there).toMatchObject({ code: 0, err: '' });
    expect(await server.db.collection('link').countDocuments()).toBe(all.link);
    expect(await line.run('store', 'migrate', '--from', 'config', '--to', url)).toMatchObject({ code: 1, err: expect.stringMatching(/is not empty/) });
    const back = await line.run('store', 'migrate', '--from', url, '--to', `sqlite:${line.path('back.sqlite')}`, '--json');
    expect([back.code, back.err, figuresOf(back)]).toEqual([0, '', figuresOf(there)]);
    expect(await line.recordsOf('back.sqlite')).toEqual(await line.recordsOf());

    const config = await readFile(line.path('customer360.yaml'), 'utf8');
    await line.write('customer360.yaml', config.replace(/sqlite: .*/, `mongodb: "${url}"`));
    expect(await line.run('store', 'backup', '--out', 'mongodb.gz')).toMatchObject({ code: 0, err: '' });
    await elsewhere(async (other) => {
      expect(await other.run('store', 'restore', '--in', line.path('mongodb.gz'))).toMatchObject({ code: 0, err: '' });
      expect(await other.recordsOf()).toEqual(await line.recordsOf('back.sqlite'));
    });
    await line.write('known.csv', 'number,crm\n10001,1\n10002,22\n10003,\n');
    const imported = await line.run('link', 'import', 'known.csv', '--json');
    expect(imported).toMatchObject({ code: 3 });
    expect(figuresOf(imported)).toMatchObject({ rows: 3, newCustomers: 2, newLinks: 3, rejected: 1 });
  }, 60_000);

  test('is told without its password, also where it cannot be reached or is written wrong', async () => {
    const wrong = await line.run('store', 'migrate', '--from', 'config', '--to', 'mongodb://ada:pass-word@127.0.0.1:9/x?ssl=false');
    expect([wrong.code, wrong.err.includes('pass-word')]).toEqual([2, false]);
    const gone = await line.run('store', 'migrate', '--from', 'config', '--to', 'mongodb://ada:pass-word@127.0.0.1:9/x');
    expect([gone.code, gone.err.includes('pass-word'), gone.err.includes('mongodb://127.0.0.1:9/x')]).toEqual([1, false, true]);
  }, 30_000);
});
