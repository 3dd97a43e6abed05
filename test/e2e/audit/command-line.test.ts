import { createPublicKey, verify } from 'node:crypto';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openAuditKeys } from '../../../src/audit/keys.ts';
import { openTrail } from '../../../src/audit/trail.ts';
import { secret } from '../../../src/secret.ts';
import { prepareListing } from '../../../src/store/sqlite/audit-customers.ts';
import type { Store } from '../../../src/store/store.ts';
import { aDisclosure } from '../../fixtures/audit.ts';
import { inStore } from '../../fixtures/company.ts';
import { mongodbNeeds, startMongodb } from '../../fixtures/mongodb-server.ts';
import { openTestStore } from '../../fixtures/mongodb-store.ts';
import { aCommandLine, figuresOf, type CommandLine } from '../cli/command-line.ts';
import { readTrail } from './read-trail.ts';

const day = 86_400_000;
const key = { id: 'sample', key: secret('a'.repeat(32)) };

/** Writes a chain of disclosures that are so many days old, as a gateway did. */
async function disclose({ audit: log }: Store, chain: string, ages: readonly (readonly [days: number, purpose: string, customer: string])[]): Promise<void> {
  let minted = 0;
  let age = ages[0]?.[0] ?? 0;
  const trail = openTrail({
    log, key: openAuditKeys([key]).current, process: 'serve', warn: () => undefined,
    clock: () => Date.now() - age * day, newId: () => ((minted += 1) === 2 ? chain : `${chain}-${minted}`),
  });
  for (const [days, purpose, customer] of ages) {
    age = days;
    await trail.append(aDisclosure({ purpose, told: [{ customers: [customer], permitted: ['Customer.email'], masked: [], denied: [] }] }));
  }
  await trail.close();
}

/** Lists under whom all records are found. A gateway does it behind its writing, and one that closes soon has not. */
function listAll({ path }: CommandLine): void {
  const db = new DatabaseSync(path('store.sqlite'));
  const listPart = prepareListing(db);
  while (listPart() > 0);
  db.close();
}

const withRetention = async (): Promise<string> => (await readFile(new URL('../../../config/customer360.yaml', import.meta.url), 'utf8'))
  .replace('  checkpoints:\n', '  retention: { default: 365d, purposes: { marketing.email: 30d } }\n  checkpoints:\n');

let line: CommandLine;
beforeEach(async () => {
  line = await aCommandLine({ 'customer360.yaml': await withRetention() });
  await line.write('known.csv', 'number,crm\n10001,1\n');
});
afterEach(() => line.remove());

const importOne = async (): Promise<unknown> => expect(await line.run('link', 'import', 'known.csv', '--actor', 'ada')).toMatchObject({ code: 0, err: '' });

describe('audit verify', () => {
  test('finds a trail as it was written, with what commands did on record', async () => {
    await importOne();
    const { code, out, err } = await line.run('audit', 'verify');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^the audit trail is as it was written\n {2}chains +1\n {2}entries +4\n/);
    expect((await readTrail(line)).slice(0, 4).map(({ entry }) => entry)).toMatchObject([
      { kind: 'opened', process: 'link.import' },
      { kind: 'administration', actor: 'ada', action: 'link.import', about: { file: 'known.csv' } },
      { kind: 'administration', actor: 'ada', action: 'link.import.ended', about: { newCustomers: 1 } },
      { kind: 'closed' },
    ]);
  });

  test.each<[string, string, RegExp]>([
    ['edited', 'UPDATE audit_entry SET entry = replace(entry, \'ada\', \'bob\') WHERE seq = 2', /edited: chain \S+, entry 2: what it says is not what was written/],
    ['deleted', 'DELETE FROM audit_entry WHERE seq = 2', /deleted: chain \S+, entry 2: entries after these are there/],
    ['truncated', 'DELETE FROM audit_entry WHERE seq > 2', /truncated: chain \S+, entries 3 to 4: a checkpoint binds an entry after the last one/],
    ['truncated', 'DELETE FROM audit_entry', /truncated: chain \S+, entries 1 to 4: a checkpoint binds this chain, of which nothing is there/],
    ['reordered', 'UPDATE audit_entry SET seq = CASE seq WHEN 2 THEN 13 ELSE 12 END WHERE seq IN (2, 3); UPDATE audit_entry SET seq = seq - 10 WHERE seq > 10', /reordered: chain \S+, entry 2: it is entry 3\n.*reordered: chain \S+, entry 3: it is entry 2/s],
    ['emptied', 'UPDATE audit_entry SET entry = NULL WHERE seq = 3', /emptied: chain \S+, entry 3: no retention took away what it said/],
  ])('tells that it was %s', async (kind, sql, expected) => {
    await importOne();
    for (const statement of sql.split('; ')) inStore(line, statement);
    const { code, out, err } = await line.run('audit', 'verify');
    expect({ code, err }).toEqual({ code: 4, err: '' });
    expect(out).toMatch(expected);
    const json = await line.run('audit', 'verify', '--json');
    expect(json.code).toBe(4);
    expect(new Set((figuresOf(json)['findings'] as readonly { readonly kind: string }[]).map((finding) => finding.kind))).toEqual(new Set([kind]));
  });

  test.each([
    ['nobody', 'DELETE FROM audit_customer WHERE customer = \'c1\''],
    ['another customer', 'UPDATE audit_customer SET customer = \'c9\' WHERE customer = \'c1\''],
    ['nobody, and that they are listed was taken away', 'DELETE FROM audit_listed; DELETE FROM audit_customer'],
    ['one more', 'INSERT INTO audit_customer (customer, at, chain, seq) SELECT \'c9\', at, chain, seq FROM audit_customer WHERE customer = \'c1\''],
  ])('tells that an entry is found under %s', async (_, sql) => {
    await line.withStore((store) => disclose(store, 'serve', [[2, 'service.support', 'c1'], [1, 'service.support', 'c2']]));
    listAll(line);
    expect(await line.run('audit', 'verify', '--no-checkpoints')).toMatchObject({ code: 0 });
    for (const statement of sql.split('; ')) inStore(line, statement);
    expect(await line.run('audit', 'verify', '--no-checkpoints')).toMatchObject({ code: 4, out: expect.stringMatching(/edited: chain serve, entry 2: it is found under a customer whom it does not name, or not under one whom it names/) });
  });

  test.each([
    ['deleted', 'DELETE FROM audit_entry WHERE seq = 2'],
    ['reordered', 'UPDATE audit_entry SET seq = CASE seq WHEN 2 THEN 13 ELSE 12 END WHERE seq IN (2, 3); UPDATE audit_entry SET seq = seq - 10 WHERE seq > 10'],
    ['emptied', 'UPDATE audit_entry SET entry = NULL, customers = \'[]\' WHERE seq = 2; DELETE FROM audit_customer WHERE seq = 2'],
  ])('tells of an entry about customers that it was %s, and nothing else', async (kind, sql) => {
    await line.withStore((store) => disclose(store, 'serve', [[2, 'service.support', 'c1'], [1, 'service.support', 'c2']]));
    listAll(line);
    for (const statement of sql.split('; ')) inStore(line, statement);
    const { findings } = figuresOf(await line.run('audit', 'verify', '--no-checkpoints', '--json')) as { readonly findings: readonly { readonly kind: string }[] };
    expect(new Set(findings.map((finding) => finding.kind))).toEqual(new Set([kind]));
  });

  test('believes no checkpoint that it cannot prove, and says which', async () => {
    await importOne();
    await appendFile(line.path('checkpoints.jws'), `nonsense\n${(await readFile(line.path('checkpoints.jws'), 'utf8')).replace(/\.[^.]*$/, '.AAAA')}\n`);
    const { code, out } = await line.run('audit', 'verify');
    expect(code).toBe(4);
    expect(out).toMatch(/checkpoints\.jws: line 2: expected a signed checkpoint\n.*checkpoints\.jws: line 3: its signature is not the one of what it says/);
  });

  test('needs checkpoints, or to be told that there are none', async () => {
    await importOne();
    expect(await line.run('audit', 'verify', '--checkpoints', 'nowhere.jws')).toMatchObject({ code: 1, err: expect.stringMatching(/nowhere\.jws cannot be read: ENOENT[^;]*$/) });
    inStore(line, 'DELETE FROM audit_entry WHERE seq > 2');
    expect(await line.run('audit', 'verify', '--no-checkpoints')).toMatchObject({ code: 0, out: expect.stringMatching(/^the audit trail is as it was written, but for what may be cut off at the ends of chains: no checkpoint binds them\n.*open +1\n/s) });
  });

  test('makes no store to look into', async () => {
    expect(await line.run('audit', 'verify', '--no-checkpoints')).toMatchObject({ code: 1, err: expect.stringMatching(/there is no store at/) });
  });
});

describe('audit export', () => {
  beforeEach(() => line.withStore((store) => disclose(store, 'serve', [[40, 'marketing.email', 'c1'], [20, 'service.support', 'c1'], [1, 'service.support', 'c2']])));

  test('writes what fits, for its owner alone, and is on record', async () => {
    expect((await readTrail(line, '--customer', 'c1')).map(({ entry }) => entry)).toMatchObject([{ purpose: 'marketing.email' }, { purpose: 'service.support' }]);
    expect((await stat(line.path('trail.jsonl'))).mode & 0o777).toBe(0o600);
    expect(await readTrail(line, '--purpose', 'marketing.email')).toHaveLength(1);
    const from = new Date(Date.now() - 21 * day).toISOString();
    expect((await readTrail(line, '--from', from, '--customer', 'c1')).map(({ entry }) => entry)).toMatchObject([{ purpose: 'service.support' }]);
    expect(await readTrail(line, '--until', '2000-01-01')).toEqual([]);
    expect(await line.run('audit', 'export', '--out', line.path('none.jsonl'), '--customer', '10001')).toMatchObject({ code: 0, err: expect.stringMatching(/none of the entries asked for is about "10001"; --customer takes the gateway's own id/) });
    const acts = (await readTrail(line)).flatMap(({ entry }) => (entry?.kind === 'administration' ? [entry.about] : []));
    expect(acts).toEqual(expect.arrayContaining([{ customer: 'c1' }, { purpose: 'marketing.email' }, { from, customer: 'c1' }, { until: '2000-01-01' }, {}].map((given) => ({ file: 'trail.jsonl', ...given }))));
  });

  test.each([
    [['--from', 'yesterday'], /--from: expected a day like 2026-01-31/],
    [['--until', '2026-02-30T99:00:00Z'], /--until: expected a day/],
    [['--purpose', 'spying'], /--purpose: expected one of .*service\.support.*, got "spying"/],
  ])('refuses %j', async (options, expected) => {
    expect(await line.run('audit', 'export', '--out', 'x.jsonl', ...options)).toMatchObject({ code: 2, err: expect.stringMatching(expected) });
  });
});

describe('audit prune', () => {
  test('takes out what was kept for as long as it had to be, and the trail still proves itself', async () => {
    await line.withStore((store) => disclose(store, 'serve', [[400, 'service.support', 'c1'], [40, 'service.support', 'c1'], [35, 'marketing.email', 'c1'], [1, 'marketing.email', 'c1']]));
    expect(figuresOf(await line.run('audit', 'prune', '--dry-run', '--json'))).toEqual({ entries: 3, beginningsOfChains: 1, dryRun: true });
    expect(await readTrail(line, '--customer', 'c1')).toHaveLength(4);
    expect(figuresOf(await line.run('audit', 'prune', '--json'))).toEqual({ entries: 3, beginningsOfChains: 1, dryRun: false });
    expect((await readTrail(line, '--customer', 'c1')).map(({ entry }) => entry?.kind === 'disclosure' && entry.purpose)).toEqual(['service.support', 'marketing.email']);
    expect(figuresOf(await line.run('audit', 'verify', '--json'))).toMatchObject({ emptied: 1, dropped: 2, findings: [] });
    expect(figuresOf(await line.run('audit', 'prune', '--json'))).toMatchObject({ entries: 0 });
    inStore(line, 'DELETE FROM audit_entry WHERE kind = \'retention\'');
    expect(await line.run('audit', 'verify')).toMatchObject({ code: 4, out: expect.stringMatching(/deleted: chain serve, entries 1 to 2/) });
  });

  test('removes nothing where nothing says for how long', async () => {
    const bare = await aCommandLine();
    try {
      expect(await bare.run('audit', 'prune')).toMatchObject({ code: 1, err: expect.stringMatching(/has no audit\.retention: everything is kept/) });
    } finally {
      await bare.remove();
    }
  });
});

test('audit keys prints what proves checkpoints without any secret', async () => {
  await importOne();
  const { keys: [jwk] } = JSON.parse((await line.run('audit', 'keys')).out);
  expect((await line.run('audit', 'keys', '--json')).out).toMatch(/^\{"keys":.*\}\n$/);
  expect(jwk).toEqual({ kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: 'sample', alg: 'EdDSA', use: 'sig' });
  const [header, payload, signature = ''] = (await readFile(line.path('checkpoints.jws'), 'utf8')).trim().split('.');
  expect(verify(undefined, Buffer.from(`${header}.${payload}`), createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'base64url'))).toBe(true);
});

test('checkpoints go to an address with its token; a command whose checkpoint is not taken says so and has done its work', async () => {
  const taken: string[] = [];
  let status = 204;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => void taken.push(`${request.headers.authorization} ${request.headers['content-type']} ${chunk.toString()}`));
    request.on('end', () => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await line.write('customer360.yaml', (await withRetention()).replace(/file: .*checkpoints\.jws.*/, `url: "http://127.0.0.1:${port}/", bearer: s3cret-token }`).replace('    every: 1m\n    url', '    { every: 1m, url'));
    await importOne();
    const [token, type, jws = ''] = taken.at(-1)?.split(' ').slice(1) ?? [];
    expect([token, type]).toEqual(['s3cret-token', 'application/jose']);
    await line.write('kept.jws', `${jws}\n`);
    expect(await line.run('audit', 'verify')).toMatchObject({ code: 2, err: expect.stringMatching(/--checkpoints: the deployment sends them to an address/) });
    expect(figuresOf(await line.run('audit', 'verify', '--json', '--checkpoints', 'kept.jws'))).toMatchObject({ checkpoints: 1, findings: [] });
    status = 500;
    const refused = await line.run('link', 'import', 'known.csv');
    expect(refused).toMatchObject({ code: 0, err: expect.stringMatching(/a checkpoint of the audit trail was not taken by 127\.0\.0\.1:\d+: answered 500/) });
    expect(refused.err).not.toContain('s3cret');
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

const needs = mongodbNeeds === undefined ? '' : ` (needs ${mongodbNeeds})`;
(mongodbNeeds === undefined ? test : test.skip)(`a trail in MongoDB is proven, pruned and told apart the same${needs}`, async () => {
  const server = await startMongodb();
  try {
    const url = server.url.replace(/\/?\?/, `/${server.database}?`);
    await line.write('customer360.yaml', (await withRetention()).replace(/sqlite: .*/, `mongodb: "${url}"`));
    const store = await openTestStore({ url: server.url, database: server.database });
    await disclose(store, 'serve', [[400, 'service.support', 'c1'], [40, 'service.support', 'c1'], [35, 'marketing.email', 'c1'], [1, 'marketing.email', 'c1']]);
    await store.close();
    await importOne();
    expect(figuresOf(await line.run('audit', 'prune', '--json'))).toMatchObject({ entries: 3 });
    expect(await readTrail(line, '--customer', 'c1')).toHaveLength(2);
    expect(figuresOf(await line.run('audit', 'verify', '--json'))).toMatchObject({ emptied: 1, dropped: 2, findings: [] });
    await server.db.collection('audit_entry').updateOne({ chain: 'serve', seq: 3 }, { $set: { at: 7 } });
    await server.db.collection('audit_entry').deleteOne({ chain: 'serve', seq: 5 });
    expect(await line.run('audit', 'verify')).toMatchObject({ code: 4, out: expect.stringMatching(/edited: chain serve, entry 3: .*\n.*deleted: chain serve, entry 5/) });
  } finally {
    await server.stop();
  }
}, 60_000);
